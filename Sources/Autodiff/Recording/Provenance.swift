/// What values come from: sources are marked, and every value computed later can be asked for those that it needs.
///
///     var provenance = Provenance()
///     let x = provenance.source(2)  // source 0
///     let y = provenance.source(exp(x))  // source 1: what follows comes from `y`, no longer from `x`
///     provenance.sources(of: x + y)  // [0, 1]
///
/// The answer is structural: a value comes from what its operations were applied to, discrete and constant ones
/// included, whatever the derivative. What Swift code read (`Tensor.scalars`) leaves the recording; `takeReads()` says
/// from which sources.
public struct Provenance: Sendable {
  private let recorder = Recorder()
  /// The node of each source.
  private var nodes: [Int] = []
  /// How many reads have been taken.
  private var taken = 0

  /// Without a source.
  public init() {}

  /// `x` as a source of its own; sources are counted from 0.
  ///
  /// - Precondition: `x` is of no other recording.
  public mutating func source(_ x: Tensor) -> Tensor {
    let source = recorder.variable(x)
    if case .node(_, let id) = source.storage { nodes.append(id) }
    return source
  }

  /// The nearest sources that `x` was computed from, ascending: no path is followed beyond a source.
  ///
  /// - Complexity: O(*n*) for a recording of *n* operations.
  public func sources(of x: Tensor) -> [Int] {
    guard case .node(let owner, let id) = x.storage, owner === recorder else { return [] }
    return sources(from: [id])
  }

  /// The nearest sources of what was read since the last call.
  public mutating func takeReads() -> [Int] {
    let reads = recorder.readNodes
    defer { taken = reads.count }
    return sources(from: Array(reads[taken...]))
  }

  private func sources(from outputs: [Int]) -> [Int] {
    let entries = recorder.nodes
    let isSource = Set(nodes)
    var needed = Array(repeating: false, count: entries.count)
    for output in outputs { needed[output] = true }
    for id in entries.indices.reversed() where needed[id] && !isSource.contains(id) {
      for operand in entries[id].operands { needed[operand] = true }
    }
    return nodes.indices.filter { needed[nodes[$0]] }
  }
}
