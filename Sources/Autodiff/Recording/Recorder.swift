import Preconditions
import Synchronization

/// The instructions of one recording, in their order.
///
/// Equal operations on equal operands are one node, and operations on constants never reach the recorder, because
/// `Tensor.apply` computes them. Nothing is computed while recording; a value that is read is computed then.
///
/// A recorder has identity, because the tensors made under it must find it. It is used by one recording at a time;
/// the mutex makes a `Tensor` `Sendable`, and no replay ever locks it.
final class Recorder: Sendable {
  struct Node: Sendable {
    enum Kind: Sendable {
      case input
      case constant([Double])
      case operation(any Operation)
    }
    var kind: Kind
    var operands: [Int] = []
    var shape: [Int]
    var label: String?
    /// The node before this one whose signature has the same hash.
    var earlier: Int?
  }

  struct State {
    var nodes: [Node] = []
    /// The last node of each hash of a signature: operation and operands, or numbers and shape of a constant.
    var last: [Int: Int] = [:]
    var examples: [Int: [Double]] = [:]
    var reads: [String] = []
    var readNodes: [Int] = []
    /// Whether the recording is over, so that its tensors are invalid.
    var isFinished = false

    /// The node of a signature with this hash, or else a new one.
    mutating func node(_ hash: Int, _ isSame: (Node) -> Bool, orNew make: () -> Node) -> Int {
      let last = last[hash]
      var candidate = last
      while let id = candidate {
        if isSame(nodes[id]) { return id }
        candidate = nodes[id].earlier
      }
      self.last[hash] = nodes.count
      nodes.append(make())
      nodes[nodes.count - 1].earlier = last
      return nodes.count - 1
    }
  }

  private let state = Mutex(State())

  // MARK: Recording

  /// A tensor whose numbers each replay supplies; meanwhile `example` answers reads.
  func input(_ example: Tensor) -> Tensor {
    let values = example.scalars
    return state.withLock { state in
      state.examples[state.nodes.count] = values
      return append(Node(kind: .input, shape: example.shape), &state)
    }
  }

  func record<Op: Operation>(_ operation: Op, _ operands: [Tensor], shape: [Int]) -> Tensor {
    state.withLock { state in
      if state.isFinished { return .mistaken(Self.kept, shape) }
      let ids = operands.map { id(of: $0, &state) }
      var hasher = Hasher()
      hasher.combine(operation)
      hasher.combine(ids)
      let known = state.node(hasher.finalize()) { node in
        guard node.operands == ids, case .operation(let other) = node.kind else { return false }
        return other as? Op == operation
      } orNew: {
        Node(kind: .operation(operation), operands: ids, shape: shape)
      }
      return Tensor(shape: shape, storage: .node(self, known))
    }
  }

  /// A new node with the value of `x`, at which a derivative is taken.
  ///
  /// It is never merged with another, so that earlier results from `x` do not depend on it.
  func variable(_ x: Tensor) -> Tensor {
    state.withLock { state in
      let ids = [id(of: x, &state)]
      let identity = Identity(isDifferentiable: true)
      return append(Node(kind: .operation(identity), operands: ids, shape: x.shape), &state)
    }
  }

  private func append(_ node: Node, _ state: inout State) -> Tensor {
    state.nodes.append(node)
    return Tensor(shape: node.shape, storage: .node(self, state.nodes.count - 1))
  }

  private func id(of tensor: Tensor, _ state: inout State) -> Int {
    switch tensor.storage {
    case .node(let recorder, let id):
      if recorder === self { return id }
      reportMistake(
        "Two recordings meet in one operation. A gradient taken inside a recording must be taken with respect to a "
          + "tensor of that recording. A tensor of another run must not be kept.")
      return self.id(of: .unknown(tensor.shape), &state)
    case .values(let values):
      return state.node(hash(values, tensor.shape)) { node in
        guard node.shape == tensor.shape, case .constant(let others) = node.kind else {
          return false
        }
        return haveSameBits(values, others)
      } orNew: {
        Node(kind: .constant(values), shape: tensor.shape)
      }
    }
  }

  func label(_ id: Int, _ name: String) {
    state.withLock { state in
      if state.nodes[id].label == nil { state.nodes[id].label = name }
    }
  }

  /// Ends the recording: later uses of its tensors are mistakes.
  func finish() { state.withLock { $0.isFinished = true } }

  private static let kept =
    "A tensor of a recording is used after its end: it was kept from another run of the recorded function; keep its "
    + "numbers (scalars), or return it."

  // MARK: Reading

  var nodes: [Node] { state.withLock { $0.nodes } }

  /// The reads during recording, one sentence each, with the labels on which the value depended.
  var reads: [String] { state.withLock { $0.reads } }

  /// The nodes that were read.
  var readNodes: [Int] { state.withLock { $0.readNodes } }

  /// The value of a node at the example inputs.
  func read(_ id: Int) -> [Double] {
    state.withLock { state in
      if state.isFinished { reportMistake(Self.kept) }
      let needed = reachable(from: [id], in: state.nodes)
      let labels = needed.indices.filter { needed[$0] }.compactMap { state.nodes[$0].label }
      let origin = labels.isEmpty ? "an input" : labels.map { "\"\($0)\"" }.joined(separator: ", ")
      state.reads.append("a value that depends on \(origin) was read")
      state.readNodes.append(id)
      for node in needed.indices where needed[node] && state.examples[node] == nil {
        let entry = state.nodes[node]
        switch entry.kind {
        case .input: break
        case .constant(let values): state.examples[node] = values
        case .operation(let operation):
          let operands = entry.operands.map { state.examples[$0] ?? [] }
          let shapes = entry.operands.map { state.nodes[$0].shape }
          state.examples[node] = compute(operation, operands, shapes, entry.shape)
        }
      }
      return state.examples[id] ?? []
    }
  }
}

extension Tensor {
  /// The operation of which this is the recorded result; nil for numbers, inputs and constants.
  var origin: (operation: any Operation, operands: [Tensor])? {
    guard case .node(let recorder, let id) = storage else { return nil }
    let nodes = recorder.nodes
    guard case .operation(let operation) = nodes[id].kind else { return nil }
    let operands = nodes[id].operands.map { id in
      if case .constant(let values) = nodes[id].kind {
        return Tensor(shape: nodes[id].shape, storage: .values(values))
      }
      return Tensor(shape: nodes[id].shape, storage: .node(recorder, id))
    }
    return (operation, operands)
  }
}

/// The nodes on which the given ones depend, themselves included.
func reachable(from outputs: [Int], in nodes: [Recorder.Node]) -> [Bool] {
  var needed = Array(repeating: false, count: nodes.count)
  for output in outputs { needed[output] = true }
  for id in nodes.indices.reversed() where needed[id] {
    for operand in nodes[id].operands { needed[operand] = true }
  }
  return needed
}

/// A hash of a shape and a few numbers, which distinguishes most constants.
private func hash(_ values: [Double], _ shape: [Int]) -> Int {
  var hasher = Hasher()
  hasher.combine(shape)
  for i in stride(from: 0, to: values.count, by: max(1, values.count / 16)) {
    hasher.combine(values[i].bitPattern)
  }
  return hasher.finalize()
}

/// Whether two arrays have the same bits, so that data that are used or computed twice are stored once.
private func haveSameBits(_ a: [Double], _ b: [Double]) -> Bool {
  a.count == b.count && a.elementsEqual(b) { $0.bitPattern == $1.bitPattern }
}
