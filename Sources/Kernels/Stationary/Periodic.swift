import PPL

/// The periodic kernel: periodic paths, a product over the axes of the inputs.
///
///     k(x, y) = exp(-2 sum_d sin²(pi (x_d - y_d) / period) / lengthscale²)
///
/// On one axis it is the squared exponential of points on a circle. In several dimensions it uses the distance
/// along each axis, because the same function of the Euclidean distance is not a covariance.
///
/// - Reference: MacKay (1998), *Introduction to Gaussian processes*, eq. (47); Duvenaud (2014), *Automatic model
///   construction with Gaussian processes*, section 2.4, for the product.
public struct Periodic: Kernel {
  /// The lengthscale, in units of `period` over π, and the period, in the units of the inputs.
  public let lengthscale, period: Tensor
  /// A kernel with two positive hyperparameters, each `[]` for all axes or `[D]` for each.
  public init(lengthscale: Tensor, period: Tensor) {
    (self.lengthscale, self.period) = (lengthscale, period)
  }
  public var hyperparameters: [Parameter] {
    [.init("lengthscale", lengthscale, .positive), .init("period", period, .positive)]
  }
  /// The Gram matrix, `[N, M]`.
  ///
  /// - Complexity: O(*N M D*).
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { product(x, y) { $0 } }
  public func gramTriangle(_ x: Tensor) -> Tensor { product(x, x) { $0.packedLowerTriangle() } }
  public func diagonal(_ x: Tensor) -> Tensor { .ones([rowCount(x)]) }

  private func product(_ x: Tensor, _ y: Tensor, part: (Tensor) -> Tensor) -> Tensor {
    let phases = phases(x, y, turn: .pi, period: period, part: part)
    guard fitsAxes(lengthscale, "lengthscales", x) else { return phases[0] }
    let squares = phases.enumerated().map { square(sin($1) / axis($0, of: lengthscale)) }
    return exp(-2 * squares.dropFirst().reduce(squares[0], +))
  }
}

/// The cosine kernel: a single wave along each axis, a product over the axes of the inputs.
///
///     k(x, y) = prod_d cos(2 pi (x_d - y_d) / period)
///
/// - Reference: Duvenaud (2014), *Automatic model construction with Gaussian processes*, section 2.4, for the product.
public struct Cosine: Kernel {
  /// The period, in the units of the inputs; `[]` for all axes or `[D]` for each.
  public let period: Tensor
  /// A kernel with a positive period, `[]` for all axes or `[D]` for each.
  public init(period: Tensor) { self.period = period }
  public var hyperparameters: [Parameter] { [.init("period", period, .positive)] }
  /// The Gram matrix, `[N, M]`.
  ///
  /// - Complexity: O(*N M D*).
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { product(x, y) { $0 } }
  public func gramTriangle(_ x: Tensor) -> Tensor { product(x, x) { $0.packedLowerTriangle() } }
  public func diagonal(_ x: Tensor) -> Tensor { .ones([rowCount(x)]) }

  private func product(_ x: Tensor, _ y: Tensor, part: (Tensor) -> Tensor) -> Tensor {
    let waves = phases(x, y, turn: 2 * .pi, period: period, part: part).map(cos)
    return waves.dropFirst().reduce(waves[0], *)
  }
}

extension Kernel {
  /// The function `part` of the differences along each axis, with `turn` for a period; `[N, M]` for each axis.
  fileprivate func phases(
    _ x: Tensor, _ y: Tensor, turn: Double, period: Tensor, part: (Tensor) -> Tensor
  ) -> [Tensor] {
    guard areInputs(x, y), fitsAxes(period, "periods", x) else {
      return [part(.zeros([rowCount(x), rowCount(y)]))]
    }
    return (0..<x.shape[1]).map { d in
      let difference = x[.all, .at(d)].expandingDimension(at: 1) - y[.all, .at(d)]
      // One quotient: those of all pairs would overflow, with both signs, in the slope of a small period.
      return Tensor(turn) * part(difference) * (1 / axis(d, of: period))
    }
  }

  /// The value of a hyperparameter on one axis.
  fileprivate func axis(_ d: Int, of parameter: Tensor) -> Tensor {
    parameter.count == 1 ? parameter.reshaped(to: []) : parameter[.at(d)]
  }
}
