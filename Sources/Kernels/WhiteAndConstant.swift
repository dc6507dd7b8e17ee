import PPL

/// Independent noise: 1 where two inputs are exactly equal, else 0.
public struct White: Kernel {
  /// The kernel has no hyperparameters; multiply by a variance to scale it.
  public init() {}
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor {
    // Not the squared distance, which underflows for inputs that differ by less than 1e-162.
    (differences(x, y) .!= 0).sum(along: [-1]) .== 0
  }
  public func diagonal(_ x: Tensor) -> Tensor { .ones([rowCount(x)]) }
}

/// One level for all inputs: covariance 1 everywhere.
public struct Constant: Kernel {
  /// The kernel has no hyperparameters; multiply by a variance to scale it.
  public init() {}
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { .ones([rowCount(x), rowCount(y)]) }
  public func gramTriangle(_ x: Tensor) -> Tensor { .ones([rowCount(x) * (rowCount(x) + 1) / 2]) }
  public func diagonal(_ x: Tensor) -> Tensor { .ones([rowCount(x)]) }
}
