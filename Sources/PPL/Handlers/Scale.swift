/// The handler that multiplies log densities by a factor, as where some data represent more.
public struct Scale: Handler {
  private let factor: Tensor

  /// Multiplies log densities by `factor`.
  ///
  /// - Parameter factor: The positive factor; broadcasts with the log density.
  public init(_ factor: Tensor) { self.factor = factor }

  public mutating func process(_ site: inout Site) {
    guard site.isStochastic || site.kind == .parameter else { return }
    if let offender = Support.positive.offender(in: factor) {
      site.fail(.scale(site: site.name, offender))
    }
    site.scale = site.scale.map { $0 * factor } ?? factor
  }
}
