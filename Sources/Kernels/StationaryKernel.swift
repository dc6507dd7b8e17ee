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
    checkAxes(of: lengthscale, "lengthscales", x)
    // One lengthscale scales the distances, which then depend on the inputs alone and are computed once. A product
    // has the cheaper derivative; that of this quotient of scalars does not square a tiny lengthscale.
    if lengthscale.count == 1 {
      return distances(x, y) * (1 / lengthscale.reshaped(to: []))
    }
    return distances(x / lengthscale, y / lengthscale)
  }

  public func diagonal(_ x: Tensor) -> Tensor { .ones([x.shape[0]]) }
}

extension Kernel {
  /// Refuses a hyperparameter that is neither one number nor one an axis of the inputs.
  func checkAxes(of parameter: Tensor, _ plural: String, _ x: Tensor) {
    let axes = x.shape.last ?? 0
    require(
      parameter.count == 1 || parameter.shape == [axes],
      "\(name): \(parameter.count) \(plural) for inputs with \(axes) axes.")
  }
}
