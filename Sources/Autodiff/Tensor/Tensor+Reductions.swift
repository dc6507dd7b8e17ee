extension Tensor {
  /// The sum along `axes`, or of all elements.
  public func sum(along axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    reduce(axes, keepingDimensions, for: "sum") { StridedAdd(walk: $0) }
  }

  /// The mean along `axes`, or of all elements.
  public func mean(along axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    let sum = sum(along: axes, keepingDimensions: keepingDimensions)
    return sum / Tensor(Double(count) / Double(Swift.max(sum.count, 1)))
  }

  /// The variance along `axes`, or of all elements: the mean squared deviation from the mean (divisor: the
  /// number of elements).
  public func variance(along axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    square(self - mean(along: axes, keepingDimensions: true))
      .mean(along: axes, keepingDimensions: keepingDimensions)
  }

  /// The largest element along `axes`, or of all; NaN if any is.
  public func max(along axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    reduce(axes, keepingDimensions, for: "max") { StridedMaximum(walk: $0) }
  }

  /// The smallest element along `axes`, or of all; NaN if any is.
  public func min(along axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    -((-self).max(along: axes, keepingDimensions: keepingDimensions))
  }

  /// The logarithm of the sum of exponentials, `log(sum(exp(x)))`, without overflow; -inf where every element is -inf.
  public func logSumExp(along axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    let largest = stopGradient(max(along: axes, keepingDimensions: true))
    let shift = select(isFinite(largest), largest, 0)
    let result = log(exp(self - shift).sum(along: axes, keepingDimensions: true)) + shift
    return keepingDimensions ? result : result.reshaped(to: reducedShape(axes, for: "logSumExp"))
  }

  /// The indicator, a scalar, that no element is 0.
  public func all() -> Tensor { not(not(self).any()) }

  /// The indicator, a scalar, that some element is not 0.
  public func any() -> Tensor { (self .!= 0).sum() .> 0 }

  private func resolved(_ axes: [Int]?, for name: String) -> Set<Int> {
    Set(axes?.compactMap { resolveAxis($0, rank: rank, for: name) } ?? Array(0..<rank))
  }

  private func reducedShape(_ axes: [Int]?, for name: String) -> [Int] {
    let gone = resolved(axes, for: name)
    return shape.indices.filter { !gone.contains($0) }.map { shape[$0] }
  }

  private func reduce(
    _ axes: [Int]?, _ keepingDimensions: Bool, for name: String,
    _ operation: (Walk) -> some Operation
  ) -> Tensor {
    let gone = resolved(axes, for: name)
    guard !gone.isEmpty else { return self }
    let kept = shape.indices.map { gone.contains($0) ? 1 : shape[$0] }
    let walk = Walk(source: kept, target: shape, strides: broadcastStrides(kept, to: shape))
    let result = Tensor.apply(operation(walk), self)
    return keepingDimensions ? result : result.reshaped(to: reducedShape(axes, for: name))
  }
}
