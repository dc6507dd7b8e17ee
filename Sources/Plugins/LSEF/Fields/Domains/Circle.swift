import Assimilation
import Fourier
import LinearAlgebra
import Preconditions
import RealModule

/// The unit circle with an even number n of equally spaced points, and its wavenumbers -n/2 + 1...n/2.
///
/// Spectra are half spectra, for wavenumbers 0...L with L = n/2: both signs have equal values, and the last wavenumber is
/// its own negative. Fields and covariance functions have coefficients `(1/n) sum_i x_i exp(-i l x_i)`.
///
/// - Reference: Tsyrulnikov and Sotskiy, appendix B.
public struct Circle: HarmonicDomain {
  public let pointCount: Int
  private let transform: FourierTransform

  /// The circle with a grid of n points.
  ///
  /// - Precondition: The number of points is even and at least 4.
  public init(points: Int = 120) {
    require(
      points >= 4 && points % 2 == 0, "Circle: \(points) points, but an even number is needed.")
    pointCount = points
    transform = FourierTransform(count: points)
  }

  public var maximumWavenumber: Int { pointCount / 2 }
  public var spectrumCount: Int { pointCount / 2 + 1 }
  public var cellAreas: [Double] {
    Array(repeating: 2 * .pi / Double(pointCount), count: pointCount)
  }
  public func cosineOfDistance(_ i: Int, _ j: Int) -> Double { Double.cos(angle(j - i)) }
  public func distance(_ i: Int, _ j: Int) -> Double {
    abs(2 * Double.sin(angle(j - i) / 2))
  }

  public var varianceWeights: [Double] {
    (0...maximumWavenumber).map { $0 == 0 || $0 == maximumWavenumber ? 1 : 2 }
  }
  public var laplacianEigenvalues: [Double] { (0...maximumWavenumber).map { Double($0 * $0) } }
  public var polynomials: IsotropicCovariance.Basis { .chebyshev }
  public var rings: [Range<Int>] { [0..<pointCount] }
  public var transferCount: Int { pointCount }

  /// The wavenumber of each wave: 0, then each wavenumber's cosine and sine, then the last one's cosine.
  public var modeWavenumbers: [Int] { (0..<pointCount).map { ($0 + 1) / 2 } }

  public func kernelTable(ofRing ring: Int) -> Matrix {
    let weights = varianceWeights
    let scale = 1 / Double(pointCount).squareRoot()
    let entries = (0...maximumWavenumber).flatMap { l in
      (0..<pointCount).map { scale * weights[l] * Double.cos(angle(l * $0)) }
    }
    return Matrix(rows: spectrumCount, columns: pointCount, entries)
  }

  public func modes() -> Matrix {
    let wavenumbers = modeWavenumbers
    let amplitudes = varianceWeights.map { $0.squareRoot() }
    let entries = (0..<pointCount).flatMap { i in
      wavenumbers.enumerated().map { k, l in
        let wave = k > 0 && k % 2 == 0 ? Double.sin(angle(l * i)) : Double.cos(angle(l * i))
        return amplitudes[l] * wave
      }
    }
    return Matrix(rows: pointCount, columns: pointCount, entries)
  }

  public func fields(from coefficients: Matrix) -> Matrix {
    Matrix.product(coefficients, modes(), transposingSecond: true)
  }

  public func powers(of fields: Matrix, interpolates: Bool = false) -> Matrix {
    let spectra = coefficients(of: fields)
    let (n, weights) = (pointCount, varianceWeights)
    let entries = (0..<fields.rows).flatMap { field in
      (0...maximumWavenumber).map { l in
        let (real, imaginary) = (spectra[field, l], l % (n / 2) == 0 ? 0 : spectra[field, n - l])
        return weights[l] * (real * real + imaginary * imaginary)
      }
    }
    return Matrix(rows: fields.rows, columns: spectrumCount, entries)
  }

  /// The complex outputs `sum_l H_l x_l exp(i l x)` over all wavenumbers, H in the order 0...L, -L + 1...-1.
  ///
  /// The even part of H in l gives the real part, the odd part the imaginary part.
  public func filtered(
    _ fields: Matrix, by transfer: [Double], interpolates: Bool = false
  ) -> FilteredFields {
    let (n, spectra) = (pointCount, coefficients(of: fields))
    var (real, imaginary) = (spectra.scalars, spectra.scalars)
    for field in 0..<fields.rows {
      for l in 0...n / 2 {
        let (start, opposite) = (field * n, l % (n / 2) == 0 ? l : n - l)
        let even = (transfer[l] + transfer[opposite]) / 2
        let odd = (transfer[l] - transfer[opposite]) / 2
        real[start + l] = even * spectra[field, l]
        guard opposite != l else {
          imaginary[start + l] = 0
          continue
        }
        real[start + opposite] = even * spectra[field, opposite]
        // Divided by i: (a + i b)/i = b - i a.
        imaginary[start + l] = odd * spectra[field, opposite]
        imaginary[start + opposite] = -odd * spectra[field, l]
      }
    }
    return FilteredFields(
      real: Matrix(rows: fields.rows, columns: n, transform.backward(real)),
      imaginary: Matrix(rows: fields.rows, columns: n, transform.backward(imaginary)))
  }

  /// The half spectrum of a stationary covariance function, given at the lags of the grid.
  ///
  /// - Precondition: There is one number for each point.
  public func spectrum(ofCovariance covariance: [Double]) -> [Double] {
    require(
      covariance.count == pointCount,
      "spectrum(ofCovariance:): \(covariance.count) lags on \(pointCount) points.")
    return transform.forward(covariance).prefix(spectrumCount).map { $0 / Double(pointCount) }
  }

  /// The covariance function, at the lags of the grid, of a stationary field with this half spectrum.
  ///
  /// - Precondition: There is one number for each wavenumber.
  public func covariance(ofSpectrum spectrum: [Double]) -> [Double] {
    require(
      spectrum.count == spectrumCount,
      "covariance(ofSpectrum:): \(spectrum.count) wavenumbers, not \(spectrumCount).")
    let imaginary = [Double](repeating: 0, count: pointCount - spectrumCount)
    return transform.backward(spectrum + imaginary)
  }

  private func coefficients(of fields: Matrix) -> Matrix {
    require(
      fields.columns == pointCount,
      "Circle: fields of \(fields.columns) numbers on \(pointCount) points.")
    let spectra = transform.forward(fields.scalars).map { $0 / Double(pointCount) }
    return Matrix(rows: fields.rows, columns: pointCount, spectra)
  }

  /// The angle of a number of steps, reduced to one turn for accuracy.
  private func angle(_ steps: Int) -> Double {
    2 * Double.pi * Double(steps % pointCount) / Double(pointCount)
  }
}
