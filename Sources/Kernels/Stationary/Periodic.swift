import PPL

/// Paths that repeat.
///
///     k(x, y) = exp(-2 sin²(pi r / period) / lengthscale²),    r = |x - y|
///
/// - Reference: MacKay (1998), *Introduction to Gaussian processes*, eq. (47).
public struct Periodic: Kernel {
  /// `period` in the units of the inputs; `lengthscale` in `period` over π.
  public let lengthscale, period: Tensor
  /// With both hyperparameters positive scalars.
  public init(lengthscale: Tensor, period: Tensor) {
    (self.lengthscale, self.period) = (lengthscale, period)
  }
  public var hyperparameters: [Parameter] {
    [.init("lengthscale", lengthscale, .positive), .init("period", period, .positive)]
  }
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { profile(distance(x, y)) }
  public func gramTriangle(_ x: Tensor) -> Tensor { profile(distance(x, x).packedLowerTriangle()) }

  private func profile(_ r: Tensor) -> Tensor {
    let phase = Tensor(Double.pi) * r / period
    return exp(-2 * square(sin(phase) / lengthscale))
  }
}

/// A single wave.
///
///     k(x, y) = cos(2 pi r / period),    r = |x - y|
public struct Cosine: Kernel {
  /// In the units of the inputs.
  public let period: Tensor
  /// With a positive scalar period.
  public init(period: Tensor) { self.period = period }
  public var hyperparameters: [Parameter] { [.init("period", period, .positive)] }
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { profile(distance(x, y)) }
  public func gramTriangle(_ x: Tensor) -> Tensor { profile(distance(x, x).packedLowerTriangle()) }

  private func profile(_ r: Tensor) -> Tensor { cos(Tensor(2 * Double.pi) * r / period) }
}
