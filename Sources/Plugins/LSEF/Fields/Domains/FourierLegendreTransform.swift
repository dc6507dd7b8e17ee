import Autodiff
import LinearAlgebra
import Preconditions
import RealModule

/// The Fourier-Legendre transform between isotropic functions of distance on the sphere and their spectra.
///
///     f_l = 2π ∫ F(ρ) P_l(cos ρ) sin ρ dρ,    F(ρ) = sum_{l=0}^{L} (2l+1)/(4π) f_l P_l(cos ρ)
///
/// It is exact for functions of band limit L, by L + 1 Gauss-Legendre nodes.
///
/// - Reference: Tsyrulnikov and Sotskiy, eqs. (27) and (28).
public struct FourierLegendreTransform: Sendable {
  /// The largest degree, L.
  public let maximumDegree: Int
  /// The distances, in radians, at which `forward` takes the function.
  public let distances: [Double]
  private let weights: [Double]
  private let polynomials: Matrix  // [L + 1, nodes]

  /// The transform of functions of this band limit.
  ///
  /// - Precondition: The degree is not negative.
  public init(maximumDegree: Int) {
    let rule = GaussLegendre(count: maximumDegree + 1)
    self.maximumDegree = maximumDegree
    distances = rule.nodes.map { Double.acos($0) }
    weights = rule.weights
    polynomials = LegendrePolynomials.table(upTo: maximumDegree, at: rule.nodes)
  }

  /// The spectrum of a function given at `distances`.
  ///
  /// - Precondition: There is one number for each distance.
  public func forward(_ values: [Double]) -> [Double] {
    require(
      values.count == distances.count,
      "FourierLegendreTransform: \(values.count) numbers for \(distances.count) distances.")
    let weighted = zip(values, weights).map { 2 * Double.pi * $0 * $1 }
    return polynomials.multiplied(by: weighted)
  }

  /// The function with this spectrum, at these distances in radians.
  ///
  /// - Precondition: There is one number for each degree.
  public func backward(_ spectrum: [Double], at distances: [Double]) -> [Double] {
    require(
      spectrum.count == maximumDegree + 1,
      "FourierLegendreTransform: a spectrum of \(spectrum.count) for degrees 0...\(maximumDegree).")
    let table = LegendrePolynomials.table(
      upTo: maximumDegree, at: distances.map { Double.cos($0) })
    let weighted = spectrum.enumerated().map { Double(2 * $0 + 1) / (4 * .pi) * $1 }
    return table.transposeMultiplied(by: weighted)
  }
}
