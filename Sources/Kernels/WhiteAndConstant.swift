import PPL

/// The white noise kernel: 1 where two inputs are exactly equal, else 0.
public struct White: Kernel {
  /// A white noise kernel, which has no hyperparameters; multiply it by a variance to scale it.
  public init() {}
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor {
    // Not the squared distance, which underflows for inputs that differ by less than 1e-162.
    (differences(x, y) .!= 0).sum(along: [-1]) .== 0
  }
  public func diagonal(_ x: Tensor) -> Tensor { .ones([rowCount(x)]) }
}

/// The constant kernel: covariance 1 everywhere, one level for all inputs.
public struct Constant: Kernel {
  /// A constant kernel, which has no hyperparameters; multiply it by a variance to scale it.
  public init() {}
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { .ones([rowCount(x), rowCount(y)]) }
  public func gramTriangle(_ x: Tensor) -> Tensor { .ones([rowCount(x) * (rowCount(x) + 1) / 2]) }
  public func diagonal(_ x: Tensor) -> Tensor { .ones([rowCount(x)]) }
}
