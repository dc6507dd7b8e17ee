import Preconditions

/// One entry between the brackets of a tensor, as in NumPy's basic indexing.
public enum TensorIndex: Sendable, ExpressibleByIntegerLiteral {
  /// One element, which removes the axis; a negative index counts from the end.
  case at(Int)
  /// The elements of a half-open range.
  case range(Range<Int>)
  /// The elements `from`, `from + by`, ... up to but excluding `to`; `by` may be negative.
  case strided(from: Int, to: Int, by: Int)
  /// All elements of the axis.
  case all
  /// A new axis of extent 1.
  case newAxis
  /// All remaining axes, each whole.
  case ellipsis

  public init(integerLiteral value: Int) { self = .at(value) }
}

extension Tensor {
  /// The part of the tensor selected by NumPy's basic indexing.
  ///
  ///     x[0]                        // the first row
  ///     x[.all, .newAxis] * d       // [S, 1] times [T]
  ///     x[.ellipsis, .range(1..<4)]
  ///
  /// - Precondition: Every index lies inside its axis, and there are no more indices than axes.
  public subscript(_ indices: TensorIndex...) -> Tensor { self[indices] }

  /// The row `index` of the first axis, without that axis; a negative index counts from the end.
  ///
  /// - Precondition: `index` lies inside the axis.
  public subscript(_ index: Int) -> Tensor { self[.at(index)] }

  subscript(_ indices: [TensorIndex]) -> Tensor {
    let steps = contiguousStrides(shape)
    var walk = Walk(source: shape, target: [], strides: [])
    var axis = 0
    var isInside = true
    func keep(_ count: Int, _ step: Int) {
      walk.target.append(count)
      walk.strides.append(step)
    }
    /// The index or, after a report if it lies outside, the first one.
    func inside(_ index: Int, upTo end: Int) -> Int {
      if holds(
        (0..<end).contains(index), "subscript: \(index) is outside axis \(axis) of shape \(shape).")
      {
        return index
      }
      isInside = false
      return 0
    }
    let consumed = indices.filter(\.consumesAxis).count
    guard holds(consumed <= rank, "subscript: \(consumed) indices for shape \(shape).") else {
      return .unknown([])
    }

    for index in indices {
      switch index {
      case .at(let i):
        let place = inside(i < 0 && i >= -shape[axis] ? i + shape[axis] : i, upTo: shape[axis])
        walk.offset += place * steps[axis]
        axis += 1
      case .range(let range):
        let lower = inside(range.lowerBound, upTo: shape[axis] + 1)
        let upper = inside(range.upperBound, upTo: shape[axis] + 1)
        walk.offset += lower * steps[axis]
        keep(Swift.max(upper - lower, 0), steps[axis])
        axis += 1
      case .strided(let from, let to, let by):
        let count = strideCount(from: from, to: to, by: by)
        if count > 0 {
          let first = inside(from, upTo: shape[axis])
          _ = inside(from + (count - 1) * by, upTo: shape[axis])
          walk.offset += first * steps[axis]
        }
        keep(isInside ? count : 0, isInside ? by * steps[axis] : 0)
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
    guard isInside else { return .unknown(walk.target) }
    // Only the extents changed: the numbers need not move.
    if walk.offset == 0, elementCount(walk.target) == count, !indices.contains(where: \.reorders) {
      return reshaped(to: walk.target)
    }
    return self.walk(walk)
  }
}

/// The number of elements of `stride(from:to:by:)`; a step of 0 is a mistake.
private func strideCount(from: Int, to: Int, by: Int) -> Int {
  guard holds(by != 0 && by != .min, "subscript: the step of .strided is \(by).") else { return 0 }
  let (distance, overflows) =
    by > 0
    ? to.subtractingReportingOverflow(from) : from.subtractingReportingOverflow(to)
  guard holds(!overflows, "subscript: .strided from \(from) to \(to) has too many elements.")
  else { return 0 }
  return distance <= 0 ? 0 : (distance - 1) / Swift.abs(by) + 1
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
