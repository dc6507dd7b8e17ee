import PPL
import Preconditions

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
