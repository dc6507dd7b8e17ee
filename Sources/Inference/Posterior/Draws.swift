import PPL
import Parallel
import Preconditions

/// Draws of several sites by name, each `[count] + shape`.
public struct Draws: Sendable {
  /// The number of draws.
  public let count: Int
  /// The sites, in order.
  public private(set) var names: [String]
  private var values: [String: Tensor]

  /// Draws of these sites, in their order.
  ///
  /// - Precondition: The first axis of each tensor has `count` elements.
  public init(count: Int, sites: [(String, Tensor)]) {
    for (name, value) in sites {
      require(
        value.shape.first == count,
        "Draws: site \"\(name)\" of shape \(value.shape) does not hold \(count) draws.")
    }
    self.count = count
    names = sites.map(\.0)
    values = Dictionary(sites, uniquingKeysWith: { $1 })
  }

  /// All draws of a site, `[count] + shape`.
  ///
  /// - Precondition: There is a site of this name; otherwise use `find(_:)`.
  public subscript(name: String) -> Tensor {
    guard let value = values[name] else {
      requirementFailed("\(InferenceError.unknownSite(name, known: names))")
    }
    return value
  }

  /// All draws of a site; nil if there is no such site.
  public func find(_ name: String) -> Tensor? { values[name] }

  /// One draw of every site, by name.
  public subscript(draw: Int) -> [String: Tensor] { values.mapValues { $0[.at(draw)] } }

  func appending(_ other: Draws) -> Draws {
    let added = other.names.filter { values[$0] == nil }
    return Draws(count: count, sites: names.map { ($0, self[$0]) } + added.map { ($0, other[$0]) })
  }
}

// MARK: Making draws

extension Draws {
  /// One named tensor of a draw.
  typealias Value = (name: String, value: Tensor)

  /// Runs `body` for each key.
  static func mapped(
    keys: [RandomKey], _ others: [RandomKey] = [], pool: WorkPool,
    _ body: @Sendable (RandomKey, RandomKey) throws -> [Value]
  ) throws -> Draws {
    let words = [keys, others.isEmpty ? keys : others].map(Source.init)
    return try mapped(count: keys.count, words, pool) {
      try body(RandomKey(words: $0[0]), RandomKey(words: $0[1]))
    }
  }

  /// Runs `body` for each draw, and for each of `keys` with it.
  static func mapped(
    _ draws: Draws, keys: [RandomKey]? = nil, pool: WorkPool,
    _ body: @Sendable (RandomKey, [String: Tensor]) throws -> [Value]
  ) throws -> Draws {
    let names = draws.names
    let key = keys.map(Source.init) ?? Source(constant: RandomKey(0).words)
    let sources = [key] + names.map { Source(draws[$0]) }
    return try mapped(count: draws.count, sources, pool) { inputs in
      try body(
        RandomKey(words: inputs[0]),
        Dictionary(uniqueKeysWithValues: zip(names, inputs.dropFirst())))
    }
  }

  /// Records `body` once and replays it for each draw, or runs it for each draw if it cannot be replayed.
  ///
  /// Each thread replays a part of the draws in its own memory.
  private static func mapped(
    count: Int, _ sources: [Source], _ pool: WorkPool,
    _ body: @Sendable ([Tensor]) throws -> [Value]
  ) throws -> Draws {
    var names: [String] = []
    let program = try Program(
      recording: { tensors in
        let values = try body(tensors)
        names = values.map(\.name)
        return values.map(\.value)
      }, on: sources.map { $0[0] })

    let recorded = zip(names, program.outputShapes).map { (name: $0, shape: $1) }
    let parts = try pool.mapParts(of: count) { range in
      program.isReplayable
        ? replayed(program, sources, range)
        : try repeated(body, sources, range, sites: recorded)
    }
    let sites = names.indices.map { index in
      let column = parts.count == 1 ? parts[0][index] : parts.flatMap { $0[index] }
      return (names[index], Tensor(column, shape: [count] + program.outputShapes[index]))
    }
    return Draws(count: count, sites: sites)
  }

  /// The outputs of a program for some draws, a column for each output.
  private static func replayed(
    _ program: Program, _ sources: [Source], _ draws: Range<Int>
  ) -> [[Double]] {
    var columns = program.outputShapes.map { shape in
      var column: [Double] = []
      column.reserveCapacity(draws.count * shape.reduce(1, *))
      return column
    }
    let execution = Execution(program)
    for draw in draws {
      for (index, source) in sources.enumerated() {
        execution.withInput(index) { source.copy(draw, to: &$0) }
      }
      execution.run()
      for index in columns.indices {
        execution.withOutput(index) { output in
          for i in output.indices { columns[index].append(output[i]) }
        }
      }
    }
    return columns
  }

  /// The results of `body` for some draws, a column for each site.
  ///
  /// - Throws: What `body` throws; `InferenceError.sitesChanged` for a draw of other sites than the first.
  private static func repeated(
    _ body: ([Tensor]) throws -> [Value], _ sources: [Source], _ draws: Range<Int>,
    sites: [(name: String, shape: [Int])]
  ) throws -> [[Double]] {
    var columns = Array(repeating: [Double](), count: sites.count)
    let places = Dictionary(
      sites.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { $1 })
    for draw in draws {
      let values = try body(sources.map { $0[draw] })
      if let change = SiteChange(from: sites, to: values.map { ($0.name, $0.value.shape) }) {
        throw InferenceError.sitesChanged(change)
      }
      for (name, value) in values {
        guard let place = places[name] else { continue }
        columns[place] += value.scalars
      }
    }
    return columns
  }

  /// The values of one input, by draw.
  private struct Source: Sendable {
    /// The shape of one draw.
    let shape: [Int]
    let scalars: [Double]
    /// The distance between two draws in `scalars`; 0 for a value that all draws share.
    let stride: Int

    init(_ draws: Tensor) {
      shape = Array(draws.shape.dropFirst())
      (scalars, stride) = (draws.scalars, shape.reduce(1, *))
    }

    init(_ keys: [RandomKey]) { self.init(stack(keys.map(\.words))) }

    init(constant: Tensor) {
      (shape, scalars, stride) = (constant.shape, constant.scalars, 0)
    }

    subscript(draw: Int) -> Tensor {
      Tensor(Array(scalars[(draw * stride)...].prefix(shape.reduce(1, *))), shape: shape)
    }

    func copy(_ draw: Int, to input: inout MutableSpan<Double>) {
      for i in input.indices { input[i] = scalars[draw * stride + i] }
    }
  }
}
