import ComplexModule
import LinearAlgebra
import Preconditions
import RealModule

/// Spectral functions on the circle that are themselves sums of few waves, and their recovery from a covariance.
///
///     xi(x) = sum_{l=-L}^{L} sigma_l(x) a_l exp(i l x),    sigma_l(x) = sum_{q=-Q}^{Q} s_{lq} exp(i q x)
///
/// with `sigma_{-l} = sigma_l` real: a positive definite kernel is fixed by the covariance of its field.
///
/// - Reference: Tsyrulnikov and Sotskiy, appendix C; eqs. (34) to (37).
public struct SpectralFunctions: Sendable, Equatable {
  /// The coefficients s_{lq}: a row for each l = 0...L, with q from -Q to Q.
  public let coefficients: [[Complex<Double>]]
  /// The bandwidth Q of the spectral functions.
  public let bandwidth: Int

  /// The largest wavenumber, L.
  public var maximumWavenumber: Int { coefficients.count - 1 }

  /// The spectral functions with these coefficients.
  ///
  /// - Precondition: There is a row, and each has 2Q + 1 numbers.
  public init(coefficients: [[Complex<Double>]], bandwidth: Int) {
    require(
      !coefficients.isEmpty && coefficients.allSatisfy { $0.count == 2 * bandwidth + 1 },
      "SpectralFunctions: each row needs \(2 * bandwidth + 1) coefficients.")
    (self.coefficients, self.bandwidth) = (coefficients, bandwidth)
  }

  /// The values of sigma_l at n equally spaced points, `[n, L + 1]`.
  public func values(points: Int) -> Matrix {
    let entries = (0..<points).flatMap { i in
      coefficients.map { row in
        row.enumerated().reduce(0.0) { sum, term in
          let wave = Self.wave((term.offset - bandwidth) * i, points)
          return sum + (term.element * wave).real
        }
      }
    }
    return Matrix(rows: points, columns: coefficients.count, entries)
  }

  /// The coefficient s_{lq} for any sign of l; 0 outside the band.
  private func coefficient(_ l: Int, _ q: Int) -> Complex<Double> {
    abs(q) <= bandwidth && abs(l) <= maximumWavenumber ? coefficients[abs(l)][q + bandwidth] : .zero
  }

  /// The wave `exp(2πi steps / points)`.
  private static func wave(_ steps: Int, _ points: Int) -> Complex<Double> {
    Complex(length: 1, phase: 2 * .pi * Double(steps % points) / Double(points))
  }
}

// MARK: From a covariance

extension SpectralFunctions {
  /// The spectral functions of a field, from its covariance at n equally spaced points.
  ///
  /// From the largest wavenumber down, each takes one column of the covariance's Fourier coefficients, less the
  /// terms of larger wavenumbers. Digits are lost on the way: some ten of sixteen by L = 10, Q = 3.
  ///
  /// - Throws: `FieldError.wrongCount` if the matrix is not square or has fewer than 2 (L + Q) + 1 points;
  ///   `FieldError.notIdentifiable` if some `s_{lQ}` is 0, so that the recursion stops.
  /// - Complexity: O(*n²* Q L + L² Q).
  public init(ofCovariance covariance: Matrix, maximumWavenumber L: Int, bandwidth Q: Int)
    throws(FieldError)
  {
    guard covariance.rows == covariance.columns else {
      throw .wrongCount(
        of: "columns of the covariance", found: covariance.columns, needed: covariance.rows)
    }
    guard covariance.rows > 2 * (L + Q) else {
      throw .wrongCount(
        of: "points of the covariance", found: covariance.rows, needed: 2 * (L + Q) + 1)
    }
    let waves = Self.fourierCoefficients(of: covariance, upTo: L + Q)
    let empty = [Complex<Double>](repeating: .zero, count: 2 * Q + 1)
    var known = SpectralFunctions(
      coefficients: Array(repeating: empty, count: L + 1), bandwidth: Q)
    for l in stride(from: L, through: 0, by: -1) {
      let products = known.remainder(of: waves, at: l)  // s_{lQ} s_{lq}* for q = -Q...Q
      known = try known.replacing(l, from: products)
    }
    self = known
  }

  /// Step 1: the covariance of the waves `l + Q` and `l + q`, less the terms of larger wavenumbers.
  private func remainder(
    of covariances: [Int: [Complex<Double>]], at l: Int
  ) -> [Complex<Double>] {
    let (L, Q, n) = (maximumWavenumber, bandwidth, l + bandwidth)
    return (-Q...Q).map { q in
      var rest = covariances[n]?[l + q + L + Q] ?? .zero
      for other in stride(from: l + 1, through: L, by: 1) {
        rest -= coefficient(other, n - other) * coefficient(other, l + q - other).conjugate
      }
      return rest
    }
  }

  /// Steps 2 to 4: the functions with that of wavenumber l, whose mean is positive.
  private func replacing(
    _ l: Int, from products: [Complex<Double>]
  ) throws(FieldError) -> SpectralFunctions {
    // s_{l,-Q} is the conjugate of s_{lQ}, so this product is the square of s_{lQ}.
    guard let square = products.first, square.length.isFinite, square.length > 0 else {
      throw .notIdentifiable(
        wavenumber: l,
        reason: "the largest wave of its spectral function is 0, so the recursion cannot go on; "
          + "lower the bandwidth.")
    }
    let root = Complex.sqrt(square)
    var row = products.map { ($0 / root).conjugate }
    if row[bandwidth].real < 0 { row = row.map { -$0 } }
    var coefficients = coefficients
    coefficients[l] = row
    return SpectralFunctions(coefficients: coefficients, bandwidth: bandwidth)
  }

  /// The Fourier coefficients `(1/n²) sum_jk B_jk exp(-i m x_j) exp(i m' x_k)` of a covariance for m, m' = -N...N.
  private static func fourierCoefficients(
    of covariance: Matrix, upTo N: Int
  ) -> [Int: [Complex<Double>]] {
    let n = covariance.rows
    func table(_ part: (Complex<Double>) -> Double) -> Matrix {
      let entries = (-N...N).flatMap { m in (0..<n).map { part(wave(m * $0, n)) } }
      return Matrix(rows: 2 * N + 1, columns: n, entries)
    }
    let (cosines, sines) = (table(\.real), table(\.imaginary))
    func sum(_ left: Matrix, _ right: Matrix) -> Matrix {
      .product(Matrix.product(left, covariance), right, transposingSecond: true)
    }
    // (c - i s) B (c' + i s').
    let (cc, ss) = (sum(cosines, cosines), sum(sines, sines))
    let (cs, sc) = (sum(cosines, sines), sum(sines, cosines))
    let scale = 1 / Double(n * n)
    var rows: [Int: [Complex<Double>]] = [:]
    for m in 0...2 * N {
      rows[m - N] = (0...2 * N).map { k in
        Complex(scale * (cc[m, k] + ss[m, k]), scale * (cs[m, k] - sc[m, k]))
      }
    }
    return rows
  }
}
