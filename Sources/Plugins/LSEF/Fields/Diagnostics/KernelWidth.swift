import LinearAlgebra
import Preconditions
import RealModule

/// The width of the kernels that one spectrum allows: kernels differ by the signs of their spectral functions.
///
///     u(rho) = sum_l w_l s_l sqrt(b_l) p_l(rho),    R_u² = ∫ u² / (max |u|)²
///
/// with w_l = (2l+1)/(4π) and p_l = P_l(cos ρ) on the sphere; on the circle p_l = cos(l ρ), and R_u² has the factor 2π.
/// No choice of signs is narrower than all signs positive, which is the kernel in use; only the opposite of it
/// and its mirror images at ρ = π are as narrow.
///
/// - Reference: Tsyrulnikov and Sotskiy, appendix D; eqs. (39) to (42).
public struct KernelWidth: Sendable {
  private let roots, weights: [Double]
  private let waves: Matrix  // [L + 1, distances]
  private let scale: Double

  /// The widths of the kernels of a spectrum on a domain.
  ///
  /// - Parameters:
  ///   - spectrum: A modal spectrum; not negative.
  ///   - domain: The sphere of the field.
  ///   - distances: The number of distances from 0 to π, both included, among which the maximum is sought.
  /// - Precondition: The spectrum is that of the domain; there are at least two distances.
  public init(spectrum: [Double], on domain: Sphere, distances: Int = 2001) {
    let angles = Self.angles(distances)
    self.init(
      spectrum, domain.varianceWeights, scale: 1,
      LegendrePolynomials.table(
        upTo: domain.maximumWavenumber, at: angles.map { Double.cos($0) }))
  }

  /// The widths of the kernels of a spectrum on a domain.
  ///
  /// - Parameters:
  ///   - spectrum: A half spectrum; not negative.
  ///   - domain: The circle of the field.
  ///   - distances: The number of distances from 0 to π, both included, among which the maximum is sought.
  /// - Precondition: The spectrum is that of the domain; there are at least two distances.
  public init(spectrum: [Double], on domain: Circle, distances: Int = 2001) {
    let angles = Self.angles(distances)
    let waves = (0...domain.maximumWavenumber).flatMap { l in
      angles.map { Double.cos(Double(l) * $0) }
    }
    self.init(
      spectrum, domain.varianceWeights, scale: 2 * .pi,
      Matrix(rows: domain.spectrumCount, columns: distances, waves))
  }

  private init(_ spectrum: [Double], _ weights: [Double], scale: Double, _ waves: Matrix) {
    require(
      spectrum.count == weights.count,
      "KernelWidth: \(spectrum.count) wavenumbers, but the domain has \(weights.count).")
    roots = spectrum.map { $0.squareRoot() }
    (self.weights, self.scale, self.waves) = (weights, scale, waves)
  }

  private static func angles(_ count: Int) -> [Double] {
    require(count >= 2, "KernelWidth: \(count) distances.")
    return (0..<count).map { Double.pi * Double($0) / Double(count - 1) }
  }

  /// The width R_u, in radians, of the kernel with these signs, 1 or -1 for each wavenumber.
  ///
  /// - Precondition: There is one sign for each wavenumber.
  public func width(signs: [Double]) -> Double {
    require(
      signs.count == roots.count,
      "KernelWidth: \(signs.count) signs for \(roots.count) wavenumbers.")
    let amplitudes = roots.indices.map { weights[$0] * signs[$0] * roots[$0] }
    let largest = waves.transposeMultiplied(by: amplitudes).reduce(0) { max($0, abs($1)) }
    return (scale * energy).squareRoot() / largest
  }

  /// The least width over all signs, eq. (42): that of the positive definite kernel.
  public var minimum: Double {
    (scale * energy).squareRoot() / roots.indices.reduce(0) { $0 + weights[$1] * roots[$1] }
  }

  /// The energy `∫ u²`, which does not depend on the signs.
  private var energy: Double {
    roots.indices.reduce(0) { $0 + weights[$1] * roots[$1] * roots[$1] }
  }
}
