import Preconditions

/// The width of convolution kernels on the sphere with one spectrum and any signs of their spectral functions.
///
///     u(rho) = sum_l (2l+1)/(4π) s_l sqrt(b_l) P_l(cos rho),    R² = ∫ u² / (max |u|)²
///
/// All signs give one covariance. The narrowest kernels have all s_l = 1, all -1, or signs that alternate, and the first is the
/// one of the model.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), appendix D, eqs. (39) to (42); `lsef.md` 12.2.
public struct KernelWidth: Sendable {
  private let roots: [Double]
  private let transform: FourierLegendreTransform
  private let distances: [Double]

  /// The widths of kernels with this modal spectrum, `[L + 1]`.
  ///
  /// - Precondition: There is a positive variance, and none is negative.
  public init(spectrum: [Double]) {
    require(
      spectrum.allSatisfy { $0 >= 0 } && spectrum.contains { $0 > 0 },
      "KernelWidth: a spectrum needs variances that are not negative, one of them positive.")
    roots = spectrum.map { $0.squareRoot() }
    transform = FourierLegendreTransform(maximumDegree: spectrum.count - 1)
    // Eight to the shortest wave, both poles included.
    let count = 4 * spectrum.count
    distances = (0...count).map { Double.pi * Double($0) / Double(count) }
  }

  private func weight(_ l: Int) -> Double { Double(2 * l + 1) / (4 * Double.pi) }

  /// The smallest width, sqrt(sum_l w_l b_l) / sum_l w_l sqrt(b_l), in radians times a factor of order 1: eq. (42).
  public var smallest: Double {
    let variance = roots.enumerated().reduce(0) { $0 + weight($1.offset) * $1.element * $1.element }
    let bound = roots.enumerated().reduce(0) { $0 + weight($1.offset) * $1.element }
    return variance.squareRoot() / bound
  }

  /// The width of the kernel with these signs, by its largest modulus over distances of an eighth of the shortest wave.
  ///
  /// - Precondition: There is a sign, 1 or -1, for each wavenumber.
  public func callAsFunction(signs: [Double]) -> Double {
    require(
      signs.count == roots.count && signs.allSatisfy { abs($0) == 1 },
      "KernelWidth: \(signs.count) signs for \(roots.count) wavenumbers.")
    let kernel = transform.backward(zip(signs, roots).map { $0 * $1 }, at: distances)
    let largest = kernel.reduce(0) { max($0, abs($1)) }
    let squares = roots.enumerated().reduce(0) { $0 + weight($1.offset) * $1.element * $1.element }
    return squares.squareRoot() / largest
  }
}
