import PPL

extension Tensor {
  /// The quantile at `level` along an axis, interpolated linearly between order statistics (NumPy's default);
  /// NaN where an element is NaN.
  ///
  /// - Precondition: `level` is in [0, 1]; the axis has elements; the tensor is not being recorded, since order is no operation.
  public func quantile(_ level: Double, along axis: Int) -> Tensor {
    precondition((0...1).contains(level), "quantile: the level is \(level), but must be in [0, 1].")
    precondition(!isRecorded, "quantile: sorting cannot be recorded.")
    let axis = axis < 0 ? axis + rank : axis
    precondition(
      shape.indices.contains(axis) && shape[axis] > 0,
      "quantile: there are no elements along axis \(axis) of shape \(shape).")
    let order = [axis] + (0..<rank).filter { $0 != axis }
    let columns = transposed(order)
    let (extent, others) = (shape[axis], Array(columns.shape.dropFirst()))
    let width = others.reduce(1, *)
    let scalars = columns.scalars
    let position = level * Double(extent - 1)
    let (below, above) = (Int(position.rounded(.down)), Int(position.rounded(.up)))
    let weight = position - Double(below)
    return Tensor(
      (0..<width).map { column in
        let values = (0..<extent).map { scalars[$0 * width + column] }
        guard !values.contains(where: \.isNaN) else { return .nan }
        let sorted = values.sorted()
        let (low, high) = (sorted[below], sorted[above])
        // Equal neighbours may be infinite, and then have no difference.
        return weight == 0 || low == high ? low : low + weight * (high - low)
      }, shape: others)
  }

  /// The standard deviation along axes, divided by the number of elements.
  public func standardDeviation(along axes: [Int]) -> Tensor { sqrt(variance(along: axes)) }
}
