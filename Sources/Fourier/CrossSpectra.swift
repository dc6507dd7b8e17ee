import CNumerics
import Preconditions

/// The cross-spectra of real fields on a ring of n points: second moments of their Fourier coefficients, for all
/// pairs of wavenumbers.
///
///     S(l, l') = E z_l conj(z_l'),    z_l = a_l + i b_l
///
/// With them the variance that passes a filter costs some thousand operations, whatever the number of fields.
public struct CrossSpectra: Sendable {
  private let count: Int
  /// The cross-spectra S, `[n, n]`, with wavenumbers in the order 0...n/2, -n/2 + 1...-1.
  private let real, imaginary: [Double]

  /// Cross-spectra from the covariances of the coefficients.
  ///
  /// - Parameters:
  ///   - covariances: The covariances row by row, of a_0...a_h, then of b_1...b_(h-1), with h = n/2.
  ///   - count: The number of points n.
  /// - Precondition: n is even, and there are n² covariances.
  public init(covariances: [Double], count: Int) {
    require(
      count > 0 && count % 2 == 0 && covariances.count == count * count,
      "CrossSpectra: \(covariances.count) covariances for \(count) points.")
    self.count = count
    var imaginary = [Double](repeating: 0, count: count * count)
    real = [Double](unsafeUninitializedCapacity: count * count) { real, initialized in
      initialized = count * count
      guard let real = real.baseAddress else { return }
      ppl_circle_cross_spectra(covariances, count, real, &imaginary)
    }
    self.imaginary = imaginary
  }

  /// A filter, given by the wavenumbers that it passes, from `start` on around the circle.
  public struct Filter: Sendable {
    fileprivate let start: Int
    fileprivate let transfer: [Double]

    /// The filter with this transfer function, without numbers that are negligible relative to its largest.
    ///
    /// - Parameter transfer: The transfer function, real, for the wavenumbers 0...n/2, -n/2 + 1...-1.
    public init(_ transfer: [Double]) {
      let n = transfer.count
      // A product with the largest number then lies below half a unit in the last place of its square.
      let bound = (transfer.map(abs).max() ?? 0) * Double.ulpOfOne / 4
      let isSeen = transfer.map { abs($0) > bound }
      // The longest gap lies before the start.
      var (start, gap, longest) = (0, 0, 0)
      for place in 0..<2 * n {
        if isSeen[place % n] {
          if gap > longest { (start, longest) = (place % n, gap) }
          gap = 0
        } else {
          gap += 1
        }
      }
      self.start = start
      self.transfer = (0..<n - min(longest, n)).map { transfer[(start + $0) % n] }
    }
  }

  /// The variance of filtered fields around the ring, by its waves: the cosines 0...h, then the sines 1...h-1.
  ///
  ///     v(x) = sum_l,l' H(l) H(l') S(l, l') exp(2πi (l - l') x / n)
  ///
  /// - Precondition: The filter belongs to a ring of the same size.
  /// - Complexity: O(*m²*) time for a filter that passes *m* wavenumbers.
  public func variance(passing filter: Filter) -> [Double] {
    require(
      filter.start < count && filter.transfer.count <= count,
      "CrossSpectra: a filter of another ring than one of \(count) points.")
    var work = [Double](repeating: 0, count: 2 * count)
    return [Double](unsafeUninitializedCapacity: count) { waves, initialized in
      initialized = count
      guard let waves = waves.baseAddress else { return }
      ppl_circle_band_variance(
        real, imaginary, count, filter.transfer, filter.start, filter.transfer.count, waves, &work)
    }
  }
}
