import PPL

/// Independent noise: 1 where two inputs are exactly equal, else 0.
public struct White: Kernel {
  /// The kernel has no hyperparameters; multiply by a variance to scale it.
  public init() {}
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { squaredDistance(x, y) .== 0 }
  public func gramTriangle(_ x: Tensor) -> Tensor {
    squaredDistance(x, x).packedLowerTriangle() .== 0
  }
  public func diagonal(_ x: Tensor) -> Tensor { .ones([x.shape[0]]) }
}

/// One level for all inputs: covariance 1 everywhere.
public struct Constant: Kernel {
  /// The kernel has no hyperparameters; multiply by a variance to scale it.
  public init() {}
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { .ones([x.shape[0], y.shape[0]]) }
  public func gramTriangle(_ x: Tensor) -> Tensor { .ones([x.shape[0] * (x.shape[0] + 1) / 2]) }
  public func diagonal(_ x: Tensor) -> Tensor { .ones([x.shape[0]]) }
}
