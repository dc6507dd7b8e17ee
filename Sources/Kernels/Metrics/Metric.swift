import PPL
import Preconditions

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

/// The Euclidean metric, in the units of the inputs.
public struct Euclidean: Metric {
  /// The Euclidean metric, which has no parameters.
  public init() {}
  public var isEuclidean: Bool { true }
  public func distances(_ x: Tensor, _ y: Tensor) -> Tensor { distance(x, y) }
  public func distanceTriangle(_ x: Tensor) -> Tensor { euclideanTriangle(x) }
}

extension Metric where Self == Euclidean {
  /// The Euclidean metric, in the units of the inputs.
  public static var euclidean: Euclidean { Euclidean() }
}

/// A metric of geometric anisotropy: the Euclidean distance after a linear map, which has no units.
///
///     d(x, y) = |diag(1 / lengthscales) A (x - y)|
///
/// - Reference: Chilès and Delfiner (2012), *Geostatistics*, §2.5.2.
public struct Anisotropic: Metric {
  /// The lengthscales, `[E]` for each axis of the map or `[]` for all, in the units of the mapped inputs.
  public let lengthscales: Tensor
  /// The linear map `A` before the scaling, `[E, D]`; nil for the axes of the inputs.
  public let axes: Tensor?

  /// A metric with a lengthscale for each axis.
  ///
  /// - Parameters:
  ///   - lengthscales: The positive lengthscales, `[E]`, or `[]` for all axes.
  ///   - axes: The directions to which they belong, one in each row: a rotation, or any linear map `[E, D]`; nil for
  ///     the axes of the inputs.
  public init(lengthscales: Tensor, axes: Tensor? = nil) {
    (self.lengthscales, self.axes) = (lengthscales, axes)
  }

  public var hyperparameters: [Parameter] { [.init("lengthscales", lengthscales, .positive)] }
  public var isEuclidean: Bool { true }
  public func distances(_ x: Tensor, _ y: Tensor) -> Tensor { distance(mapped(x), mapped(y)) }
  public func distanceTriangle(_ x: Tensor) -> Tensor { euclideanTriangle(mapped(x)) }

  private func mapped(_ x: Tensor) -> Tensor {
    guard areInputs(x, x) else { return .zeros([rowCount(x), 1]) }
    if let axes {
      guard
        holds(
          axes.rank == 2 && axes.shape[1] == x.shape[1],
          "Anisotropic: axes of shape \(axes.shape) for inputs with \(x.shape[1]) axes; they must be [E, \(x.shape[1])]."
        )
      else { return x }
    }
    let z = axes.map { matmul(x, $0.transposed()) } ?? x
    guard
      holds(
        lengthscales.count == 1 || lengthscales.shape == [z.shape[1]],
        "Anisotropic: \(lengthscales.count) lengthscales for \(z.shape[1]) axes.")
    else { return z }
    return z / lengthscales
  }
}

extension Metric where Self == Anisotropic {
  /// The metric with a lengthscale for each axis, or for each row of the linear map `axes`, `[E, D]`.
  public static func anisotropic(lengthscales: Tensor, axes: Tensor? = nil) -> Anisotropic {
    Anisotropic(lengthscales: lengthscales, axes: axes)
  }
}
