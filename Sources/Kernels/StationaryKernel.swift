import PPL
import Preconditions

/// A stationary kernel: a function of the scaled distance alone, with variance 1.
///
/// A conforming type provides its lengthscale and its profile.
public protocol StationaryKernel: Kernel {
  /// The lengthscale in the units of the inputs: a number, or `[D]` for each axis.
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

  /// The distances given by `distances`, in units of the lengthscale.
  private func scaledDistance(
    _ x: Tensor, _ y: Tensor, distances: (Tensor, Tensor) -> Tensor
  ) -> Tensor {
    guard fitsAxes(lengthscale, "lengthscales", x) else { return distances(x, y) }
    // A single lengthscale scales the distances, which depend on the inputs alone and are computed once. A product
    // has the cheaper derivative; that of this quotient of scalars does not square a tiny lengthscale.
    if lengthscale.count == 1 {
      return distances(x, y) * (1 / lengthscale.reshaped(to: []))
    }
    return distances(x / lengthscale, y / lengthscale)
  }

  public func diagonal(_ x: Tensor) -> Tensor { .ones([rowCount(x)]) }
}

extension Kernel {
  /// Whether a hyperparameter is one number, or one for each axis of the inputs; otherwise a mistake is reported.
  func fitsAxes(_ parameter: Tensor, _ plural: String, _ x: Tensor) -> Bool {
    let axes = x.shape.last ?? 0
    return holds(
      parameter.count == 1 || parameter.shape == [axes],
      "\(name): \(parameter.count) \(plural) for inputs with \(axes) axes.")
  }
}
