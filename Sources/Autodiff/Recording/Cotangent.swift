/// The derivative of the value with respect to one node, accumulated while the readers of the node are visited.
///
/// Readers of the whole node contribute tensors of its shape. A reader of a part contributes the cotangent of the
/// part: if each were widened to the whole by itself, T readers of one row each would cost O(T²). Parts wait until
/// the last reader has been visited, and are then added into one tensor by one operation.
struct Cotangent {
  private enum Term {
    case whole(Tensor)
    case part(Part)
  }
  private var terms: [Term] = []

  /// The derivative with respect to a part of a tensor, with the part.
  enum Part {
    case slice(Walk, Tensor)
    /// The rows of the axis of a `Take`: their cotangents and their indices.
    case rows(Take, of: [Int], Tensor, indices: Tensor)

    /// The contribution of an operation that reads a part of its first operand; nil for every other.
    init?(_ operation: any Operation, _ operands: [Tensor], _ cotangent: Tensor) {
      guard let whole = operands.first, cotangent.count < whole.count else { return nil }
      if let read = operation as? StridedRead {
        self = .slice(read.walk, cotangent)
      } else if let take = operation as? Take {
        self = .rows(take, of: whole.shape, cotangent, indices: operands[1])
      } else {
        return nil
      }
    }

    /// The derivative in the shape of the whole, zero elsewhere.
    fileprivate var widened: Tensor {
      switch self {
      case .slice(let walk, let part): .apply(StridedAdd(walk: walk), part)
      case .rows(let take, let shape, let part, let indices):
        .apply(ScatterAdd(axis: take.axis, target: shape), part, indices)
      }
    }
  }

  mutating func add(_ whole: Tensor) { terms.append(.whole(whole)) }
  mutating func add(_ part: Part) { terms.append(.part(part)) }

  /// The sum of all contributions in their order, all parts of one kind with the first of them; nil if there are none.
  func sum() -> Tensor? {
    if case .whole(let only)? = terms.first, terms.count == 1 { return only }
    var (slices, rows): ([Part], [Int: [Part]]) = ([], [:])
    for case .part(let part) in terms {
      switch part {
      case .slice: slices.append(part)
      case .rows(let take, _, _, _): rows[take.axis, default: []].append(part)
      }
    }
    var total: Tensor?
    func add(_ tensor: Tensor) { total = total.map { $0 + tensor } ?? tensor }
    for term in terms {
      switch term {
      case .whole(let tensor): add(tensor)
      case .part(.slice):
        if !slices.isEmpty { add(Self.joined(slices: slices)) }
        slices = []
      case .part(.rows(let take, _, _, _)):
        if let parts = rows.removeValue(forKey: take.axis) { add(Self.joined(rows: parts)) }
      }
    }
    return total
  }

  private static func joined(slices: [Part]) -> Tensor {
    guard slices.count > 1 else { return slices[0].widened }
    var (walks, tensors): ([Walk], [Tensor]) = ([], [])
    for case .slice(let walk, let tensor) in slices {
      walks.append(walk)
      tensors.append(tensor)
    }
    return .apply(StridedScatter(walks: walks), tensors)
  }

  /// The one `ScatterAdd` of all rows, concatenated.
  private static func joined(rows: [Part]) -> Tensor {
    guard rows.count > 1, case .rows(let take, let whole, _, _) = rows[0] else {
      return rows[0].widened
    }
    var (parts, places): ([Tensor], [Tensor]) = ([], [])
    for case .rows(_, _, let part, let indices) in rows {
      let count = [indices.count]
      parts.append(part.reshaped(to: whole[..<take.axis] + count + whole[(take.axis + 1)...]))
      places.append(indices.reshaped(to: count))
    }
    return .apply(
      ScatterAdd(axis: take.axis, target: whole), concatenate(parts, along: take.axis),
      concatenate(places))
  }
}
