import Preconditions

/// One entry between the brackets of a tensor, as in NumPy's basic indexing.
public enum TensorIndex: Sendable, ExpressibleByIntegerLiteral {
  /// One element; the axis goes. Negative counts from the end.
  case at(Int)
  /// The elements of a half-open range.
  case range(Range<Int>)
  /// `from`, `from + by`, ... up to but without `to`; `by` may be negative.
  case strided(from: Int, to: Int, by: Int)
  /// The whole axis.
  case all
  /// A new axis of extent 1.
  case newAxis
  /// As many whole axes as are left.
  case ellipsis

  public init(integerLiteral value: Int) { self = .at(value) }
}

extension Tensor {
  /// Part of the tensor, by NumPy's basic indexing.
  ///
  ///     x[0]                        // the first row
  ///     x[.all, .newAxis] * d       // [S, 1] times [T]
  ///     x[.ellipsis, .range(1..<4)]
  ///
  /// - Precondition: Every index lies inside its axis, and there are no more indices than axes.
  public subscript(_ indices: TensorIndex...) -> Tensor { self[indices] }

  /// Row `index` of the first axis, which goes; a negative one counts from the end.
  ///
  /// - Precondition: `index` lies inside the axis.
  public subscript(_ index: Int) -> Tensor { self[.at(index)] }

  subscript(_ indices: [TensorIndex]) -> Tensor {
    let steps = contiguousStrides(shape)
    var walk = Walk(source: shape, target: [], strides: [])
    var axis = 0
    func keep(_ count: Int, _ step: Int) {
      walk.target.append(count)
      walk.strides.append(step)
    }
    func check(_ index: Int, upTo end: Int) {
      require(
        (0..<end).contains(index), "subscript: \(index) is outside axis \(axis) of shape \(shape).")
    }
    let consumed = indices.filter(\.consumesAxis).count
    require(consumed <= rank, "subscript: \(consumed) indices for shape \(shape).")

    for index in indices {
      switch index {
      case .at(let i):
        let i = i < 0 ? i + shape[axis] : i
        check(i, upTo: shape[axis])
        walk.offset += i * steps[axis]
        axis += 1
      case .range(let range):
        check(range.lowerBound, upTo: shape[axis] + 1)
        check(range.upperBound, upTo: shape[axis] + 1)
        walk.offset += range.lowerBound * steps[axis]
        keep(range.count, steps[axis])
        axis += 1
      case .strided(let from, let to, let by):
        let picked = Array(stride(from: from, to: to, by: by))
        if let first = picked.first, let last = picked.last {
          check(first, upTo: shape[axis])
          check(last, upTo: shape[axis])
          walk.offset += first * steps[axis]
        }
        keep(picked.count, by * steps[axis])
        axis += 1
      case .all:
        keep(shape[axis], steps[axis])
        axis += 1
      case .newAxis:
        keep(1, 0)
      case .ellipsis:
        for _ in 0..<(rank - consumed) {
          keep(shape[axis], steps[axis])
          axis += 1
        }
      }
    }
    while axis < rank {
      keep(shape[axis], steps[axis])
      axis += 1
    }
    // Only the extents changed: the numbers need not move.
    if walk.offset == 0, elementCount(walk.target) == count, !indices.contains(where: \.reorders) {
      return reshaped(to: walk.target)
    }
    return self.walk(walk)
  }
}

extension TensorIndex {
  fileprivate var consumesAxis: Bool {
    switch self {
    case .newAxis, .ellipsis: false
    default: true
    }
  }
  fileprivate var reorders: Bool {
    if case .strided = self { true } else { false }
  }
}
