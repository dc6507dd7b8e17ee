import Assimilation
import LinearAlgebra

/// The covariance of a stationary and isotropic field with a given spectrum: the prior of Mean-B.
///
///     B_ij = sum_l f_l p_l(cos rho_ij)
///
/// with Legendre polynomials p_l on the sphere, and p_l(cos rho) = cos(l rho) on the circle.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 5.1; sums by Clenshaw (1955), *A note on the summation of
///   Chebyshev series*.
public struct IsotropicCovariance: PriorCovariance {
  /// The polynomials of the cosine of the distance to which the waves of a domain sum.
  public enum Basis: Sendable, Equatable {
    /// The Legendre polynomials, of the sphere.
    case legendre
    /// The Chebyshev polynomials, of the circle.
    case chebyshev
  }

  private let spectrum: [Double]
  /// The covariance of each pair of points.
  private let covariances: HomogeneousCovariance

  /// The covariance of a field with this spectrum on a domain, with the polynomials of the domain.
  ///
  /// - Parameters:
  ///   - spectrum: The variance of each wavenumber, `[L + 1]`, on the circle of both signs together.
  ///   - domain: The domain of the field.
  /// - Throws: `AnalysisError` for a variance that is negative or not finite, or none at all.
  public init(spectrum: [Double], on domain: any HarmonicDomain) throws(AnalysisError) {
    try self.init(spectrum: spectrum, basis: domain.polynomials, on: domain)
  }

  /// The covariance by these polynomials of the cosine of the distance.
  init(spectrum: [Double], basis: Basis, on domain: any HarmonicDomain) throws(AnalysisError) {
    guard !spectrum.isEmpty else { throw .size(what: "spectrum", given: 0, expected: 1) }
    try AnalysisError.check(spectrum, "spectrum")
    if let l = spectrum.firstIndex(where: { $0 < 0 }) {
      throw .negative(what: "spectrum", index: [l], value: spectrum[l])
    }
    self.spectrum = spectrum
    let sum = ClenshawSum(spectrum, basis)
    covariances = HomogeneousCovariance(on: domain) { sum(at: domain.cosineOfDistance($0, $1)) }
  }

  /// The mean over all members of all ensembles of the variance of each wavenumber, `[L + 1]`.
  ///
  /// - Parameters:
  ///   - ensembles: The ensembles, each `[N, n]`.
  ///   - domain: The domain of the fields.
  ///   - interpolates: Whether fields on the sphere are linearly interpolated to a finer grid, which damps short waves, as in
  ///     the published code; otherwise the transform is exact.
  /// - Throws: `AnalysisError` if there is no member, or a number is not finite.
  /// - Precondition: Members have one number for each point.
  /// - Reference: `lsef.md` 8.2.
  public static func meanSpectrum(
    of ensembles: [Matrix], on domain: any HarmonicDomain, interpolates: Bool = true
  ) throws(AnalysisError) -> [Double] {
    let count = ensembles.reduce(0) { $0 + $1.rows }
    guard count > 0 else { throw .ensembleTooSmall(members: 0, needed: 1) }
    var mean = Array(repeating: 0.0, count: domain.spectrumCount)
    for ensemble in ensembles {
      try AnalysisError.check(ensemble, "members")
      let powers = domain.powers(of: ensemble, interpolates: interpolates)
      let sums = powers.transposeMultiplied(by: Array(repeating: 1, count: powers.rows))
      for l in mean.indices { mean[l] += sums[l] / Double(count) }
    }
    return mean
  }

  public var pointCount: Int { covariances.pointCount }

  public func block(rows: [Int], columns: [Int]) -> Matrix {
    covariances.block(rows: rows, columns: columns)
  }

  public func rows(at points: [Int]) -> Matrix { covariances.rows(at: points) }

  public func observationCovariance(at points: [Int]) -> Matrix {
    covariances.observationCovariance(at: points)
  }

  public func applyCrossCovariance(_ weights: [Double], from points: [Int]) -> [Double] {
    covariances.applyCrossCovariance(weights, from: points)
  }

  /// The variance at each point, which is the sum of the spectrum.
  public var variances: [Double] {
    Array(repeating: spectrum.reduce(0, +), count: pointCount)
  }
}

/// Clenshaw's sum `sum_l f_l p_l(t)`, by the recurrence of the polynomials run backwards.
private struct ClenshawSum {
  private let spectrum: [Double]
  /// The coefficients of the recurrence p_{l+1} = up[l] t p_l - down[l] p_{l-1}.
  private let up, down: [Double]

  init(_ spectrum: [Double], _ basis: IsotropicCovariance.Basis) {
    self.spectrum = spectrum
    let degrees = 0...spectrum.count
    switch basis {
    case .legendre:
      up = degrees.map { Double(2 * $0 + 1) / Double($0 + 1) }
      down = degrees.map { Double($0) / Double($0 + 1) }
    case .chebyshev:
      up = degrees.map { $0 == 0 ? 1 : 2 }
      down = degrees.map { $0 == 0 ? 0 : 1 }
    }
  }

  /// The sum b_0 of the recurrence b_l = f_l + up_l t b_{l+1} - down_{l+1} b_{l+2}.
  func callAsFunction(at t: Double) -> Double {
    var (next, afterNext) = (0.0, 0.0)
    for l in spectrum.indices.reversed() {
      let current = spectrum[l] + up[l] * t * next - down[l + 1] * afterNext
      (next, afterNext) = (current, next)
    }
    return next
  }
}
