import Preconditions

extension Tensor {
  /// The quantile at `level` along an axis, interpolated linearly between order statistics (NumPy's default);
  /// NaN where an element is NaN.
  ///
  /// - Precondition: `level` is in [0, 1]; the axis has elements; the tensor is not being recorded, since sorting is no
  ///   operation.
  public func quantile(_ level: Double, along axis: Int) -> Tensor {
    quantiles([level], along: axis)[0]
  }

  /// `quantile(_:along:)` at several levels, sorted once for all.
  package func quantiles(_ levels: [Double], along axis: Int) -> [Tensor] {
    let placeholder = levels.map { _ in Tensor(.nan) }
    let axis = (-rank..<0).contains(axis) ? axis + rank : axis
    for level in levels {
      guard
        holds(
          (0...1).contains(level), "quantile: the level is \(level), but must be in [0, 1].")
      else { return placeholder }
    }
    guard holds(!isRecorded, "quantile: sorting cannot be recorded."),
      holds(
        shape.indices.contains(axis) && shape[axis] > 0,
        "quantile: there are no elements along axis \(axis) of shape \(shape).")
    else { return placeholder }
    let others = (0..<rank).filter { $0 != axis }
    let extent = shape[axis]
    let columns = transposed(others + [axis]).scalars
    var found = levels.map { _ in [Double]() }
    for start in stride(from: 0, to: columns.count, by: extent) {
      let column = columns[start..<(start + extent)]
      let hasNaN = column.contains(where: \.isNaN)
      let sorted = hasNaN ? [] : column.sorted()
      for (index, level) in levels.enumerated() {
        found[index].append(hasNaN ? .nan : Autodiff.quantile(ofSorted: sorted, at: level))
      }
    }
    return found.map { Tensor($0, shape: others.map { shape[$0] }) }
  }

  /// The standard deviation along axes, divided by the number of elements.
  public func standardDeviation(along axes: [Int]) -> Tensor { sqrt(variance(along: axes)) }
}

/// The quantile of sorted numbers at a level in [0, 1], linear between order statistics.
///
/// - Precondition: There is at least one number.
/// - Reference: Hyndman and Fan (1996), *Sample quantiles in statistical packages*, definition 7.
public func quantile(ofSorted sorted: [Double], at level: Double) -> Double {
  let position = level * Double(sorted.count - 1)
  let below = position.rounded(.down)
  let (low, high) = (sorted[Int(below)], sorted[Int(position.rounded(.up))])
  let weight = position - below
  // Equal neighbours may be infinite, and then have no difference.
  return weight == 0 || low == high ? low : low + weight * (high - low)
}
