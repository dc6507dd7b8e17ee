/// The provenance of values: sources are marked, and every later value can be asked for the sources that it needs.
///
///     var provenance = Provenance()
///     let x = provenance.source(2)  // source 0
///     let y = provenance.source(exp(x))  // source 1: what follows comes from `y`, no longer from `x`
///     provenance.sources(of: x + y)  // [0, 1]
///
/// The answer is structural: a value comes from the operands of its operations, discrete and constant ones
/// included, whatever the derivative. Reads by Swift code (`Tensor.scalars`) leave the recording; `takeReads()`
/// gives their sources.
public struct Provenance: Sendable {
  private let recorder = Recorder()
  /// The node of each source.
  private var nodes: [Int] = []
  /// The number of reads that have been taken.
  private var taken = 0

  /// A provenance without sources.
  public init() {}

  /// The value `x` as a new source; sources are counted from 0.
  ///
  /// - Precondition: `x` does not belong to another recording.
  public mutating func source(_ x: Tensor) -> Tensor {
    let source = recorder.variable(x)
    if case .node(_, let id) = source.storage { nodes.append(id) }
    return source
  }

  /// The nearest sources from which `x` was computed, ascending: no path continues beyond a source.
  ///
  /// - Complexity: O(*n*) for a recording of *n* operations.
  public func sources(of x: Tensor) -> [Int] {
    guard case .node(let owner, let id) = x.storage, owner === recorder else { return [] }
    return sources(from: [id])
  }

  /// The nearest sources of the values read since the last call.
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
