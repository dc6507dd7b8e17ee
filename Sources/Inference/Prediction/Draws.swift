import PPL

/// Draws of several sites, the first axis of each the draw.
public struct Draws: Sendable {
  /// How many draws.
  public let count: Int
  /// The sites, in order.
  public private(set) var names: [String]
  private var values: [String: Tensor]

  /// - Precondition: The first axis of each tensor has `count` elements.
  public init(count: Int, sites: [(String, Tensor)]) {
    for (name, value) in sites {
      precondition(
        value.shape.first == count,
        "Draws: site \"\(name)\" of shape \(value.shape) does not hold \(count) draws.")
    }
    self.count = count
    names = sites.map(\.0)
    values = Dictionary(sites, uniquingKeysWith: { $1 })
  }

  /// All draws of a site, `[count] + shape`.
  ///
  /// - Precondition: There is a site of this name; `find(_:)` asks.
  public subscript(name: String) -> Tensor {
    guard let value = values[name] else {
      preconditionFailure("\(InferenceError.unknownSite(name, known: names))")
    }
    return value
  }

  /// All draws of a site, if it is there.
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
    keys: [RandomKey], _ others: [RandomKey] = [],
    _ body: (RandomKey, RandomKey) throws -> [Value]
  ) throws -> Draws {
    let words = [keys, others.isEmpty ? keys : others].map { keys in keys.map(\.words) }
    return try mapped(count: keys.count, examples: words.map { $0[0] }) {
      try body(RandomKey(words: $0[0]), RandomKey(words: $0[1]))
    } inputs: { draw in
      words.map { $0[draw].scalars }
    }
  }

  /// Runs `body` for each draw, and for each of `keys` with it.
  static func mapped(
    _ draws: Draws, keys: [RandomKey]? = nil,
    _ body: (RandomKey, [String: Tensor]) throws -> [Value]
  ) throws -> Draws {
    let words = keys.map { $0.map(\.words) } ?? [RandomKey(0).words]
    let columns = draws.names.map { draws[$0] }
    let scalars = columns.map(\.scalars)
    let examples = [words[0]] + columns.map { $0[0] }
    return try mapped(count: draws.count, examples: examples) { inputs in
      try body(
        RandomKey(words: inputs[0]),
        Dictionary(uniqueKeysWithValues: zip(draws.names, inputs.dropFirst())))
    } inputs: { draw in
      [words[words.count == 1 ? 0 : draw].scalars]
        + zip(examples.dropFirst(), scalars).map { example, all in
          Array(all[(draw * example.count)..<((draw + 1) * example.count)])
        }
    }
  }

  /// Records `body` once and replays it for each draw; runs it anew for each where it cannot be replayed.
  private static func mapped(
    count: Int, examples: [Tensor], _ body: ([Tensor]) throws -> [Value],
    inputs: (Int) -> [[Double]]
  ) throws -> Draws {
    var names: [String] = []
    let program = try Program(
      recording: { tensors in
        let values = try body(tensors)
        names = values.map(\.name)
        return values.map(\.value)
      }, on: examples)

    var columns: [[Double]] = program.outputShapes.map { shape in
      var column: [Double] = []
      column.reserveCapacity(count * shape.reduce(1, *))
      return column
    }
    let execution = Execution(program)
    for draw in 0..<count {
      let arguments = inputs(draw)
      if program.isReplayable {
        for (index, values) in arguments.enumerated() { execution.setInput(index, values) }
        execution.run()
        for index in columns.indices { columns[index] += execution.output(index) }
      } else {
        let tensors = zip(arguments, examples).map { Tensor($0, shape: $1.shape) }
        for (index, value) in try body(tensors).enumerated() {
          columns[index] += value.value.scalars
        }
      }
    }
    return Draws(
      count: count,
      sites: zip(names, zip(columns, program.outputShapes)).map { name, column in
        (name, Tensor(column.0, shape: [count] + column.1))
      })
  }
}
