import PPL

/// A metric: the distance between inputs that a stationary kernel is a function of.
///
///     Matern32(lengthscale: 800, metric: .chordal)  // of longitudes and latitudes, lengthscale in km
///
/// A conforming type provides its distances, and whether they can be embedded in a Euclidean space.
public protocol Metric: Sendable {
  /// The name of the metric in messages.
  var name: String { get }

  /// The hyperparameters of the metric with their constraints; none by default.
  var hyperparameters: [Parameter] { get }

  /// Whether the points can be placed in a Euclidean space with these distances.
  ///
  /// Then each function that is positive definite in Euclidean spaces of any dimension, such as those of this module, is a
  /// covariance. Otherwise only completely monotone ones are, and only if the metric is of negative type, as the length
  /// of geodesics on a sphere is (Schoenberg 1938, *Metric spaces and positive definite functions*, thm. 2).
  var isEuclidean: Bool { get }

  /// The distance of each row of `x`, `[N, D]`, from each row of `y`, `[M, D]`; `[N, M]`, with finite derivatives where
  /// rows are equal.
  func distances(_ x: Tensor, _ y: Tensor) -> Tensor

  /// The lower triangle of the distances of the rows of `x` from each other, row by row: `[N (N + 1) / 2]`.
  func distanceTriangle(_ x: Tensor) -> Tensor
}

extension Metric {
  public var name: String { String(describing: Self.self) }
  public var hyperparameters: [Parameter] { [] }
  public func distanceTriangle(_ x: Tensor) -> Tensor { distances(x, x).packedLowerTriangle() }
}
