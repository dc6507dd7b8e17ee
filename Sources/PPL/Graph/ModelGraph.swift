/// The dependence graph of a model: its sites and the sites on which each directly depends.
///
///     let graph = try ModelGraph(schools.conditioned(on: ["y": effects]))
///     print(graph.dot)  // Graphviz
///     print(graph.mermaid)  // Mermaid, as Markdown pages show it
///
/// An edge leads from a site to every later one whose distribution, value or weight is computed from it, by any
/// operations, with no further site between the two. The model is run twice with one seed: once to check it and to
/// have values, once recorded. A value that the model's Swift code reads, as in `if z.scalar > 0`, may affect
/// everything later: those edges are marked `isPossible`, and the graph is that of this run.
public struct ModelGraph: Sendable, Equatable {
  /// The role of a site in the model.
  public enum Role: String, Sendable {
    /// A random variable that is not observed.
    case latent
    /// A random variable that is observed.
    case observed
    /// A value to be optimized.
    case parameter
    /// A value computed from others.
    case deterministic
    /// A term of the log density.
    case factor
  }

  /// A site of the model as a node.
  public struct Node: Sendable, Equatable {
    /// The name of the site, unique in the graph.
    public let name: String
    /// The role of the site in the model.
    public let role: Role
    /// The name of the distribution of a latent or observed site.
    public let distribution: String?
    /// The shape of the value.
    public let shape: [Int]
    /// The plates around the site, the outermost first.
    public let plates: [PlateFrame]
  }

  /// A dependence between two sites, by their names.
  public struct Edge: Sendable, Equatable {
    /// The names of the site on which another depends, and of that other site.
    public let from, to: String
    /// Whether the dependence is only possible, because the model read the value of `from` before it reached `to`.
    public let isPossible: Bool
  }

  /// The sites that outer handlers see, in the order in which the model reached them.
  public private(set) var nodes: [Node] = []
  /// The dependences, ordered by `to`, then by `from`.
  public private(set) var edges: [Edge] = []

  /// The dependence graph of a run of `model`.
  ///
  /// - Parameters:
  ///   - model: The model, conditioned or not.
  ///   - key: The key of the values, which matter only to a model whose sites depend on them.
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

/// A handler that makes every site a source of provenance, and asks for the sources of its inputs.
private struct DependenceRecorder: Handler {
  /// The values of the sites in this run.
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
    // A parameter may occur again.
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
    // The log density also contains inputs that are not parameters: kernels, masks, scales.
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
