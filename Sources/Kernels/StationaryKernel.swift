import PPL
import Preconditions

/// A stationary kernel: a function of the scaled distance alone, with variance 1.
///
/// A conforming type provides its lengthscale and its profile, and may take a metric.
public protocol StationaryKernel: Kernel {
  /// The lengthscale in the units of the distance: a number, or with the Euclidean metric also `[D]` for each axis.
  var lengthscale: Tensor { get }

  /// Whether the profile is completely monotone, as `exp(-a)` is: derivatives of all orders alternate in sign.
  ///
  /// Then it is a covariance also with a metric that is not Euclidean; false by default.
  var isCompletelyMonotone: Bool { get }

  /// The correlation at scaled distance `a = |x - y| / lengthscale`.
  func profile(_ a: Tensor) -> Tensor
}

extension StationaryKernel {
  public var isCompletelyMonotone: Bool { false }

  public var hyperparameters: [Parameter] {
    [.init("lengthscale", lengthscale, .positive)] + metric.hyperparameters
  }

  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor {
    profile(scaledDistance(x, y) { metric.distances($0, $1) })
  }

  public func gramTriangle(_ x: Tensor) -> Tensor {
    profile(scaledDistance(x, x) { x, _ in metric.distanceTriangle(x) })
  }

  /// The distances given by `distances`, in units of the lengthscale.
  private func scaledDistance(
    _ x: Tensor, _ y: Tensor, distances: (Tensor, Tensor) -> Tensor
  ) -> Tensor {
    guard fits(metric, x) else { return distances(x, y) }
    // A single lengthscale scales the distances, which depend on the inputs alone and are computed once. A product
    // has the cheaper derivative; that of this quotient of scalars does not square a tiny lengthscale.
    if lengthscale.count == 1 {
      return distances(x, y) * (1 / lengthscale.reshaped(to: []))
    }
    return distances(x / lengthscale, y / lengthscale)
  }

  /// Whether the kernel is a covariance with the metric, and its lengthscales belong to it; otherwise a mistake is
  /// reported.
  private func fits(_ metric: any Metric, _ x: Tensor) -> Bool {
    if metric is Euclidean { return fitsAxes(lengthscale, "lengthscales", x) }
    return holds(
      metric.isEuclidean || isCompletelyMonotone,
      "\(name) is not positive definite with the metric \(metric.name); on a sphere take the metric .chordal, or Matern12."
    )
      && holds(
        lengthscale.count == 1,
        "\(name): \(lengthscale.count) lengthscales with the metric \(metric.name), which needs one; "
          + "the metric .anisotropic(lengthscales:) has one for each axis.")
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
