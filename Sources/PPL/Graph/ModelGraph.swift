/// The sites of a model and what each directly depends on.
///
///     let graph = try ModelGraph(schools.conditioned(on: ["y": effects]))
///     print(graph.dot)  // Graphviz
///     print(graph.mermaid)  // Mermaid, as Markdown pages show it
///
/// An edge leads from a site to every later one whose law, value or weight is computed from it, by whatever
/// operations, with no further site between the two. The model is run twice with one seed: once to check it and to have
/// values, once recorded. A value that the model's Swift code reads, as in `if z.scalar > 0`, may matter to all that
/// comes later: those edges are marked `isPossible`, and the graph is that of this run.
public struct ModelGraph: Sendable, Equatable {
  /// What a site is to the model.
  public enum Role: String, Sendable {
    /// Random, and no data.
    case latent
    /// Data.
    case observed
    /// A value to be optimized.
    case parameter
    /// A value that follows from others.
    case deterministic
    /// A term of the log density.
    case factor
  }

  /// A site.
  public struct Node: Sendable, Equatable {
    /// What the site is called; no other node has the name.
    public let name: String
    /// What it is to the model.
    public let role: Role
    /// What the law of a latent or observed site is called.
    public let distribution: String?
    /// The shape of the value.
    public let shape: [Int]
    /// The plates around it, the outermost first.
    public let plates: [PlateFrame]
  }

  /// A dependence between two sites, by their names.
  public struct Edge: Sendable, Equatable {
    /// The site that another is computed from, and that other.
    public let from, to: String
    /// Whether it only may be there, since the model read the value of `from` before it reached `to`.
    public let isPossible: Bool
  }

  /// The sites that outer handlers see, in the order in which the model reached them.
  public private(set) var nodes: [Node] = []
  /// Ordered by `to`, then by `from`.
  public private(set) var edges: [Edge] = []

  /// The graph of a run.
  ///
  /// - Parameters:
  ///   - model: The model, conditioned or not.
  ///   - key: Decides the values, which matter only to a model whose sites depend on them.
  /// - Throws: `ModelError`, the first of the run: see its cases.
  /// - Complexity: Two runs, and O(*n*) a site for *n* recorded operations.
  public init(_ model: Model<some Sendable>, key: RandomKey = RandomKey(0)) throws {
    let seeded = model.seeded(by: key)
    let values = try seeded.trace().values
    var context = Context()
    let (_, recorder) = context.under(DependenceRecorder(values: values)) { p in seeded(&p) }
    if let failure = context.failure { throw failure }
    (nodes, edges) = (recorder.nodes, recorder.edges)
  }
}

/// Makes every site a source of provenance, and asks for the sources of what it is computed from.
private struct DependenceRecorder: Handler {
  /// What the sites are in this run.
  let values: [String: Tensor]
  var nodes: [ModelGraph.Node] = []
  var edges: [ModelGraph.Edge] = []

  private var provenance = Provenance()
  /// The site of each source.
  private var names: [String] = []
  /// The source of each site that has one.
  private var sources: [String: Tensor] = [:]
  /// The sources that the model has read so far.
  private var read: Set<Int> = []

  init(values: [String: Tensor]) { self.values = values }

  mutating func process(_ site: inout Site) {
    guard let role = site.role else { return }
    // A parameter may be met again.
    if let source = sources[site.name] {
      site.value = source
      return
    }
    read.formUnion(provenance.takeReads())
    let value = site.value ?? values[site.name]
    connect(site, value)
    nodes.append(
      ModelGraph.Node(
        name: site.name, role: role,
        distribution: site.kind == .sample ? site.distribution?.name : nil,
        shape: value?.shape ?? [], plates: site.plates.reversed()))
    guard let value, site.kind != .factor else { return }
    let source = provenance.source(value)
    names.append(site.name)
    (site.value, sources[site.name]) = (source, source)
  }

  private mutating func connect(_ site: Site, _ value: Tensor?) {
    var computedFrom =
      (site.distribution?.parameters.map(\.value) ?? []) + [value].compactMap(\.self)
    var valued = site
    valued.value = value
    // The log density sees what is no parameter: kernels, masks, scales.
    if let logProb = valued.logProb() { computedFrom.append(logProb) }
    let parents = Set(computedFrom.flatMap(provenance.sources(of:)) + provenance.takeReads())
    for source in parents.union(read).sorted() {
      edges.append(
        ModelGraph.Edge(
          from: names[source], to: site.name, isPossible: !parents.contains(source)))
    }
  }
}

extension Site {
  fileprivate var role: ModelGraph.Role? {
    switch kind {
    case .sample: isObserved ? .observed : .latent
    case .parameter: .parameter
    case .deterministic: .deterministic
    case .factor: .factor
    case .plate, .randomKey: nil
    }
  }
}
