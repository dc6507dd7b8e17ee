import Fourier
import LinearAlgebra

/// The band variances of ensembles on one circle, thousands of times over: `FilterBank.bandVariances` with one transform
/// forth and one back for all members and bands.
struct CircleBandVariances: Sendable {
  private let transform: FourierTransform
  private let bands: Int
  /// Of each part of the filters, real or imaginary, that is not 0: its band, and what it does to half-complex spectra.
  private let parts: [Part]

  private struct Part: Sendable {
    let band: Int
    /// The numbers that the coefficients at l, or at its opposite -l if they change places, are multiplied by, over n.
    let factors: [Double]
    let changesPlaces: Bool
  }

  /// - Precondition: The bank is one of a circle.
  init(_ bank: FilterBank) {
    let n = bank.transfer.columns
    precondition(bank.estimatesMean, "CircleBandVariances: the bank is none of a circle.")
    transform = FourierTransform(count: n)
    bands = bank.count
    parts = (0..<bank.count).flatMap { band -> [Part] in
      let H = Array(bank.transfer.row(band))
      let opposite = (0..<n).map { (n - $0) % n }
      let even = (0..<n).map { (H[$0] + H[opposite[$0]]) / 2 / Double(n) }
      // An imaginary part a + i b over i is b - i a: the numbers at l and -l change places, one its sign.
      let odd = (0..<n).map { (H[$0] - H[opposite[$0]]) / 2 / Double(n) }
      let real = Part(band: band, factors: even, changesPlaces: false)
      guard odd.contains(where: { $0 != 0 }) else { return [real] }
      return [real, Part(band: band, factors: odd, changesPlaces: true)]
    }
  }

  /// `[n, J]`.
  ///
  /// - Parameter ensemble: `[N, n]`, two members at least.
  /// - Precondition: The members have as many points as the bank wavenumbers.
  func callAsFunction(_ ensemble: Matrix) -> Matrix {
    let (N, n) = (ensemble.rows, transform.count)
    precondition(N >= 2 && ensemble.columns == n, "CircleBandVariances: \(N) members.")
    var deviations = ensemble
    deviations.shiftRows(from: ensemble.columnMeans, to: Array(repeating: 0, count: n))
    let filtered = transform.backward(filteredSpectra(transform.forward(deviations.scalars), N))
    var sums = Array(repeating: 0.0, count: n * bands)
    for (k, part) in parts.enumerated() {
      addSquares(of: filtered, from: k * N * n, members: N, to: &sums, from: part.band * n)
    }
    let scale = 1 / Double(N - 1)
    var result = Matrix(rows: n, columns: bands)
    result.withMutableScalars { entries in
      for band in 0..<bands {
        for x in 0..<n { entries[x * bands + band] = scale * sums[band * n + x] }
      }
    }
    return result
  }

  private func filteredSpectra(_ spectra: [Double], _ members: Int) -> [Double] {
    let n = transform.count
    var result = Array(repeating: 0.0, count: parts.count * members * n)
    var target = result.mutableSpan
    let source = spectra.span
    for (k, part) in parts.enumerated() {
      let factors = part.factors.span
      for start in stride(from: 0, to: members * n, by: n) {
        let place = k * members * n + start
        if part.changesPlaces {
          // 0 and n/2 are their own opposites, and odd filters vanish there.
          for l in 1..<n { target[place + l] = factors[l] * source[start + n - l] }
        } else {
          for l in 0..<n { target[place + l] = factors[l] * source[start + l] }
        }
      }
    }
    return result
  }

  private func addSquares(
    of fields: [Double], from start: Int, members: Int, to sums: inout [Double], from place: Int
  ) {
    let n = transform.count
    var target = sums.mutableSpan
    let source = fields.span
    for member in 0..<members {
      for x in 0..<n {
        let value = source[start + member * n + x]
        target[place + x] += value * value
      }
    }
  }
}
