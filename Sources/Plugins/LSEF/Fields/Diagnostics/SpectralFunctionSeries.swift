import Autodiff
import Preconditions
import RealModule

/// Spectral functions on the circle by their Fourier coefficients, and their reconstruction from the covariance of the field:
/// the identifiability of the convolution model.
///
///     sigma_l(x) = sum_{q=-Q}^{Q} s_lq exp(i q x),    s_{l,-q} the conjugate of s_lq, s_{-l,q} = s_lq
///     B_nn' = sum_l s_{l,n-l} conj(s_{l,n'-l})    over |l| <= L, |n - l| <= Q, |n' - l| <= Q
///
/// The covariance determines positive sigma_l, whatever else W Wᵀ = B leaves open.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), appendix C, eqs. (34) to (37); `lsef.md` 12.1.
public struct SpectralFunctionSeries: Sendable {
  /// A complex number.
  public struct Coefficient: Sendable, Equatable {
    /// The real and the imaginary part.
    public var real, imaginary: Double

    /// A number of these parts.
    public init(_ real: Double, _ imaginary: Double = 0) {
      (self.real, self.imaginary) = (real, imaginary)
    }

    var conjugate: Coefficient { Coefficient(real, -imaginary) }
    var modulus: Double { Double.hypot(real, imaginary) }
    /// The root with a real part that is not negative.
    var squareRoot: Coefficient {
      let root = ((modulus + abs(real)) / 2).squareRoot()
      guard root > 0 else { return Coefficient(0) }
      let other = imaginary / (2 * root)
      return real >= 0
        ? Coefficient(root, other)
        : Coefficient(abs(other), imaginary < 0 ? -root : root)
    }
    static func * (a: Coefficient, b: Coefficient) -> Coefficient {
      Coefficient(
        a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
    }
    static func + (a: Coefficient, b: Coefficient) -> Coefficient {
      Coefficient(a.real + b.real, a.imaginary + b.imaginary)
    }
    static func - (a: Coefficient, b: Coefficient) -> Coefficient {
      Coefficient(a.real - b.real, a.imaginary - b.imaginary)
    }
    static func / (a: Coefficient, b: Coefficient) -> Coefficient {
      let squares = b.real * b.real + b.imaginary * b.imaginary
      let product = a * b.conjugate
      return Coefficient(product.real / squares, product.imaginary / squares)
    }
  }

  /// The largest wavenumber L of the field at a point, and the largest wavenumber Q of the spectral functions.
  public let maximumWavenumber, bandwidth: Int
  /// The coefficients s_lq, one row for each l = 0...L, with q = -Q...Q.
  public let coefficients: [[Coefficient]]

  /// A draw of positive spectral functions, which fall with the wavenumber and vary by up to 40 % about their means.
  ///
  /// - Precondition: L and Q are positive.
  public static func random(
    maximumWavenumber L: Int, bandwidth Q: Int, key: RandomKey
  ) -> SpectralFunctionSeries {
    require(
      L > 0 && Q > 0, "SpectralFunctionSeries: L is \(L) and Q is \(Q), but both are positive.")
    let draws = key.uniform([L + 1, Q, 2]).scalars
    let rows = (0...L).map { l in
      let mean = 1 / (1 + 0.1 * Double(l * l))
      let positive = (0..<Q).map { q in
        let place = 2 * (l * Q + q)
        let size = mean * (0.1 + 0.1 * draws[place]) / Double(Q)
        let angle = 2 * Double.pi * draws[place + 1]
        return Coefficient(size * Double.cos(angle), size * Double.sin(angle))
      }
      return positive.reversed().map(\.conjugate) + [Coefficient(mean)] + positive
    }
    return SpectralFunctionSeries(maximumWavenumber: L, bandwidth: Q, coefficients: rows)
  }

  private init(maximumWavenumber: Int, bandwidth: Int, coefficients: [[Coefficient]]) {
    (self.maximumWavenumber, self.bandwidth) = (maximumWavenumber, bandwidth)
    self.coefficients = coefficients
  }

  /// The coefficient s_lq, for l of either sign; 0 beyond Q.
  subscript(l: Int, q: Int) -> Coefficient {
    abs(q) <= bandwidth ? coefficients[abs(l)][q + bandwidth] : Coefficient(0)
  }

  /// The wavenumbers l whose terms of B_nn' are not 0: the schematic of Figure 7.
  public static func terms(
    _ n: Int, _ m: Int, maximumWavenumber L: Int, bandwidth Q: Int
  ) -> [Int] {
    (-L...L).filter { abs(n - $0) <= Q && abs(m - $0) <= Q }
  }

  /// The covariance B of the field's Fourier coefficients, rows and columns n = -(L + Q)...(L + Q).
  public var covariance: [[Coefficient]] {
    let N = maximumWavenumber + bandwidth
    return (-N...N).map { n in
      (-N...N).map { m in
        Self.terms(n, m, maximumWavenumber: maximumWavenumber, bandwidth: bandwidth)
          .reduce(Coefficient(0)) { $0 + self[$1, n - $1] * self[$1, m - $1].conjugate }
      }
    }
  }

  /// The spectral functions reconstructed from a covariance of Fourier coefficients, from l = L downwards.
  ///
  /// Digits are lost from each l to the next: for L = 10 and Q = 3 about six of them.
  ///
  /// - Parameters:
  ///   - B: The covariance, with 2 (L + Q) + 1 rows and columns.
  ///   - L: The largest wavenumber of the field at a point.
  ///   - Q: The largest wavenumber of the spectral functions; their last coefficients are not 0.
  /// - Precondition: The covariance has that size.
  public init(
    reconstructedFrom B: [[Coefficient]], maximumWavenumber L: Int, bandwidth Q: Int
  ) {
    let N = L + Q
    require(
      B.count == 2 * N + 1 && B.allSatisfy { $0.count == 2 * N + 1 },
      "SpectralFunctionSeries: a covariance of \(B.count) rows, but L = \(L) and Q = \(Q) need \(2 * N + 1)."
    )
    var found = [[Coefficient]](repeating: [], count: L + 1)
    for l in stride(from: L, through: 0, by: -1) {
      let n = l + Q
      let known = { (place: Int, q: Int) in
        abs(q) <= Q ? found[place][q + Q] : Coefficient(0)
      }
      let rest = (-Q...Q).map { q in
        (l + 1..<max(L + 1, l + 1)).reduce(B[n + N][l + q + N]) {
          $0 - known($1, n - $1) * known($1, l + q - $1).conjugate
        }
      }
      // rest_q = s_lQ conj(s_lq), so that rest_{-Q} is the square of s_lQ.
      let last = rest[0].squareRoot
      var own = rest.map { ($0 / last).conjugate }
      if own[Q].real < 0 { own = own.map { Coefficient(-$0.real, -$0.imaginary) } }
      found[l] = own
    }
    self.init(maximumWavenumber: L, bandwidth: Q, coefficients: found)
  }

  /// The largest modulus of a difference of coefficients from those of another series, relative to its largest coefficient.
  public func largestDifference(from other: SpectralFunctionSeries) -> Double {
    let differences = zip(coefficients.joined(), other.coefficients.joined()).map {
      ($0 - $1).modulus
    }
    let largest = other.coefficients.joined().map(\.modulus).max() ?? 1
    // NaN, where the covariance is not one of such functions, must not pass.
    return differences.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) } / largest
  }
}
