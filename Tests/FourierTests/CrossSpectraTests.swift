import Foundation
import Fourier
import TestSupport
import Testing

/// A ring of twelve points, and the covariances of the coefficients of some fields.
struct CrossSpectraTests {
  private let n = 12
  /// Four fields of independent numbers, one a row.
  private let fields = (0..<48).map { sin(1.7 * Double($0 * $0)) }

  /// Filters that pass everything, a few wavenumbers, some on both sides of 0 or of n/2, and nothing.
  @Test(arguments: [
    0..<12, 2..<5, 10..<14, 5..<8, 11..<20, 3..<4, 0..<0,
  ])
  func theVarianceIsThatOfFilteredFields(passed: Range<Int>) {
    var transfer = Array(repeating: 0.0, count: n)
    for l in passed { transfer[l % n] = 1 + 0.3 * Double(l % 5) }
    let spectra = CrossSpectra(covariances: covariances, count: n)
    let waves = spectra.variance(passing: .init(transfer))
    // Rounding of sums of a hundred numbers near 1.
    expectClose(atPoints(waves), filteredVariance(transfer), relative: 1e-12, absolute: 1e-13)
  }

  /// A Gaussian falls below rounding at both ends; what is left out is not seen.
  @Test func smallTransfersMayBeLeftOut() {
    let transfer = (0..<n).map { exp(-4 * pow(Double($0) - 4, 2)) }
    let waves = CrossSpectra(covariances: covariances, count: n).variance(passing: .init(transfer))
    expectClose(atPoints(waves), filteredVariance(transfer), relative: 1e-12, absolute: 1e-15)
  }

  @Test func sizesThatDoNotFitAreNamed() async {
    let odd = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = CrossSpectra(covariances: Array(repeating: 0, count: 9), count: 3) }
    expectMessage("CrossSpectra: 9 covariances for 3 points.", of: odd)
    let other = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let spectra = CrossSpectra(covariances: Array(repeating: 0, count: 16), count: 4)
      _ = spectra.variance(passing: .init([0, 0, 0, 0, 0, 1]))
    }
    expectMessage("CrossSpectra: a filter of another ring than one of 4 points.", of: other)
  }

  private var coefficients: [[(real: Double, imaginary: Double)]] {
    stride(from: 0, to: fields.count, by: n).map { start in
      (0..<n).map { l in
        let angles = (0..<n).map { 2 * Double.pi * Double(l * $0 % n) / Double(n) }
        let field = fields[start..<start + n]
        return (
          zip(field, angles).reduce(0) { $0 + $1.0 * cos($1.1) },
          -zip(field, angles).reduce(0) { $0 + $1.0 * sin($1.1) }
        )
      }
    }
  }

  /// Of the real parts at 0...6 and the imaginary ones at 1...5, over four fields of mean 0.
  private var covariances: [Double] {
    let rows = coefficients.map { z in (0...6).map { z[$0].real } + (1...5).map { z[$0].imaginary }
    }
    return (0..<n).flatMap { i in (0..<n).map { j in rows.reduce(0) { $0 + $1[i] * $1[j] / 4 } } }
  }

  private func filteredVariance(_ transfer: [Double]) -> [Double] {
    (0..<n).map { x in
      coefficients.reduce(0) { sum, z in
        var (real, imaginary) = (0.0, 0.0)
        for l in 0..<n {
          let angle = 2 * Double.pi * Double(l * x % n) / Double(n)
          real += transfer[l] * (z[l].real * cos(angle) - z[l].imaginary * sin(angle))
          imaginary += transfer[l] * (z[l].real * sin(angle) + z[l].imaginary * cos(angle))
        }
        return sum + (real * real + imaginary * imaginary) / 4
      }
    }
  }

  private func atPoints(_ waves: [Double]) -> [Double] {
    (0..<n).map { x in
      (0..<n).reduce(0) { sum, k in
        let angle = 2 * Double.pi * Double((k <= 6 ? k : k - 6) * x % n) / Double(n)
        return sum + waves[k] * (k <= 6 ? cos(angle) : sin(angle))
      }
    }
  }
}
