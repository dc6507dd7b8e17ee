import Assimilation
import Autodiff
import LinearAlgebra
import Preconditions

/// The locally stationary convolution model: a Gaussian field made from white noise by a kernel whose spectrum changes from
/// point to point.
///
///     xi(x) = sum_l sigma_l(x) sum_{k of wavenumber l} a_k Y_k(x),    a_k ~ N(0, 1)
///     B(x, y) = sum_l w_l sigma_l(x) sigma_l(y) p_l(x, y)
///
/// - Reference: Tsyrulnikov and Sotskiy, eqs. (10) and (11) on the sphere, (32) and (33) on the circle.
public struct ConvolutionModel: Sendable {
  /// The local spectra, one for each point of the domain.
  public let spectra: LocalSpectra
  /// The domain of the field.
  public let domain: any HarmonicDomain

  /// The model with these local spectra on a domain.
  ///
  /// - Throws: `FieldError.wrongCount` if the spectra are not those of the domain's points and wavenumbers.
  public init(_ spectra: LocalSpectra, on domain: any HarmonicDomain) throws(FieldError) {
    guard spectra.modal.rows == domain.pointCount else {
      throw .wrongCount(
        of: "local spectra", found: spectra.modal.rows, needed: domain.pointCount)
    }
    guard spectra.modal.columns == domain.spectrumCount else {
      throw .wrongCount(
        of: "wavenumbers of the local spectra", found: spectra.modal.columns,
        needed: domain.spectrumCount)
    }
    (self.spectra, self.domain) = (spectra, domain)
  }

  /// The variance at each point, `[n]`.
  public var variance: [Double] { spectra.modal.multiplied(by: domain.varianceWeights) }

  /// The covariance matrix B of all points, `[n, n]`.
  ///
  /// - Complexity: O(*n²* L²) time on the sphere, O(*n³*) on the circle, and as much memory again as the result for
  ///   `modalSquareRoot()`.
  public func covariance() -> Matrix {
    Matrix.symmetricProduct(modalSquareRoot(), mirrored: true)
  }

  /// A square root of the covariance with a column for each wave, `[n, waves]`: `sigma_l(x) Y_k(x)`.
  public func modalSquareRoot() -> Matrix { modalSquareRoot(modes: domain.modes()) }

  /// The same square root from the waves of the domain, which several models share.
  ///
  /// - Parameter modes: `domain.modes()`, `[n, waves]`.
  /// - Precondition: They are of this domain.
  public func modalSquareRoot(modes: Matrix) -> Matrix {
    let wavenumbers = domain.modeWavenumbers
    require(
      modes.rows == domain.pointCount && modes.columns == wavenumbers.count,
      "modalSquareRoot(modes:): modes of \(modes.rows) x \(modes.columns) on \(domain.pointCount) points."
    )
    let (sigma, count) = (spectra.sigma.scalars, domain.spectrumCount)
    var result = modes
    result.withMutableScalars { entries in
      for i in 0..<modes.rows {
        let (start, row) = (i * wavenumbers.count, i * count)
        for (k, l) in wavenumbers.enumerated() { entries[start + k] *= sigma[row + l] }
      }
    }
    return result
  }
}

// MARK: The square root on the grid

extension ConvolutionModel {
  /// The square root W, `[n, n]`: the kernel of each point at all points, so that `W Wᵀ` approximates the covariance.
  ///
  ///     W_ij = sum_l w_l sigma_l(x_i) p_l(x_i, x_j) sqrt(area of j)
  ///
  /// It is exact on the circle; on the sphere within 3 % at the poles and 0.02 % at the equator. Row i depends only on the
  /// spectrum at point i.
  ///
  /// - Complexity: O(*n²* L) time, by one matrix product for each ring; *n²* numbers.
  /// - Reference: Tsyrulnikov and Sotskiy, eqs. (17) to (19).
  public func squareRoot() -> Matrix {
    let n = domain.pointCount
    var entries: [Double] = []
    entries.reserveCapacity(n * n)
    for ring in domain.rings.indices { appendRows(ofRing: ring, to: &entries) }
    return Matrix(rows: n, columns: n, entries)
  }

  /// The rows of W of one ring's points.
  func squareRoot(ofRing ring: Int) -> Matrix {
    var entries: [Double] = []
    appendRows(ofRing: ring, to: &entries)
    return Matrix(rows: domain.rings[ring].count, columns: domain.pointCount, entries)
  }

  /// Appends the rows of a ring, all from the kernel table of its first point, rotated.
  private func appendRows(ofRing ring: Int, to entries: inout [Double]) {
    let (rings, points) = (domain.rings, domain.rings[ring])
    let sigma = spectra.sigma.taking(rows: Array(points))
    let kernels = Matrix.product(sigma, domain.kernelTable(ofRing: ring))
    for step in 0..<points.count {
      let start = step * kernels.columns
      for target in rings {
        let shift = target.count == 1 ? 0 : step
        let (low, high) = (start + target.lowerBound, start + target.upperBound)
        entries += kernels.scalars[(high - shift)..<high]
        entries += kernels.scalars[low..<(high - shift)]
      }
    }
  }
}

// MARK: Draws

extension ConvolutionModel {
  /// Draws `W alpha` from white noise alpha on the grid, `[count, n]`. The first draws do not depend on `count`.
  public func sample(count: Int, key: RandomKey) -> Matrix {
    sample(count: count, key: key, squareRoot: squareRoot())
  }

  /// Draws `W alpha` with a given square root W, `[count, n]`.
  ///
  /// - Precondition: It has as many rows as the domain has points.
  public func sample(count: Int, key: RandomKey, squareRoot: Matrix) -> Matrix {
    require(
      squareRoot.rows == domain.pointCount,
      "sample: a square root of \(squareRoot.rows) rows on \(domain.pointCount) points.")
    let noise = Self.noise(count, squareRoot.columns, key)
    return Matrix.product(noise, squareRoot, transposingSecond: true)
  }

  /// Draws of the band-limited field itself, whose covariance is `covariance()`.
  public func bandLimitedSample(count: Int, key: RandomKey) -> Matrix {
    sample(count: count, key: key, squareRoot: modalSquareRoot())
  }

  /// White noise, `[count, width]`, each row from a key of its own.
  static func noise(_ count: Int, _ width: Int, _ key: RandomKey) -> Matrix {
    Matrix(
      rows: count, columns: width, key.split(count).flatMap { $0.normal([width]).scalars })
  }
}
