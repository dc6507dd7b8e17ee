import Preconditions
import PPL

/// A kernel of the scaled distance alone, with variance 1.
///
/// A new one states its lengthscale and its profile.
public protocol StationaryKernel: Kernel {
  /// In the units of the inputs; a number, or `[D]` for one an axis.
  var lengthscale: Tensor { get }

  /// The correlation at scaled distance `a = |x - y| / lengthscale`.
  func profile(_ a: Tensor) -> Tensor
}

extension StationaryKernel {
  public var hyperparameters: [Parameter] { [.init("lengthscale", lengthscale, .positive)] }

  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor {
    profile(scaledDistance(x, y) { distance($0, $1) })
  }

  public func gramTriangle(_ x: Tensor) -> Tensor {
    profile(scaledDistance(x, x) { x, _ in distanceTriangle(x) })
  }

  /// The distances that `distances` gives, in lengthscales.
  private func scaledDistance(
    _ x: Tensor, _ y: Tensor, distances: (Tensor, Tensor) -> Tensor
  ) -> Tensor {
    // One lengthscale scales the distances, which then depend on the inputs alone and are computed once. A product
    // has the cheaper derivative.
    if lengthscale.count == 1 {
      return distances(x, y) * reciprocal(lengthscale.reshaped(to: []))
    }
    require(
      lengthscale.shape == [x.shape[1]],
      "\(name): \(lengthscale.count) lengthscales for inputs with \(x.shape[1]) axes.")
    return distances(x / lengthscale, y / lengthscale)
  }

  public func diagonal(_ x: Tensor) -> Tensor { .ones([x.shape[0]]) }
}

/// The Euclidean distance of each row of `x` from each row of `y`, `[N, M]`.
///
/// Differences, not the expanded square: the digits of close points stay. At distance 0 the value is 1e-15 and the
/// derivative 0, so that kernels with a kink there have finite gradients.
/// - Complexity: O(*N M D*).
public func distance(_ x: Tensor, _ y: Tensor) -> Tensor {
  sqrt(maximum(squaredDistance(x, y), 1e-30))
}

/// The squared Euclidean distance of each row of `x` from each row of `y`, `[N, M]`.
///
/// - Precondition: Both are matrices with as many columns.
public func squaredDistance(_ x: Tensor, _ y: Tensor) -> Tensor {
  require(
    x.rank == 2 && y.rank == 2 && x.shape[1] == y.shape[1],
    "Kernel: inputs are [N, D] and [M, D], not \(x.shape) and \(y.shape).")
  return square(x[.all, .newAxis] - y[.newAxis]).sum(along: [-1])
}
