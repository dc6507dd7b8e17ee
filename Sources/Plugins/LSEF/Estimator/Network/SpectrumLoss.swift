import Assimilation
import Foundation
import Preconditions

/// A loss of the spectrum network; training minimizes its mean over pairs.
public enum SpectrumLoss: Sendable, Equatable {
  /// The weighted squared difference of square-root spectra, sum_l w_l (o_l - sqrt(b_l))².
  ///
  /// Up to a constant it is the negative log density of a normal distribution of sqrt(b) with means o and variances
  /// 1 / (2 w_l).
  ///
  /// - Reference: Tsyrulnikov and Sotskiy (2023), eq. (16).
  case squareRoots(weights: [Double])
  /// The excess error variance of an idealized analysis with full coverage that uses o² instead of the spectrum b:
  ///
  ///     r² sum_l m_l (o_l² - b_l)² / ((b_l + r) (o_l² + r)²)
  ///
  /// with `modes` m_l for each wavenumber, and r the observation error variance for each mode.
  ///
  /// - Reference: `lsef.md` 5.2.
  case analysisError(modes: [Double], modalVariance: Double)
  /// The moduli and the squares of the difference of square-root spectra, d_l = o_l - sqrt(b_l), and of its own first and second
  /// differences in wavenumber, each a mean:
  ///
  ///     sum_k (absolute_k mean_l |D^k d_l| + squared_k mean_l (D^k d_l)²),    k = 0, 1, 2
  ///
  /// - Reference: Tsyrulnikov and Sotskiy (2023), section 3.3: the losses that were compared with eq. (16).
  case differences(Differences)

  /// The weights of the terms of a loss of differences.
  public struct Differences: Sendable, Equatable {
    /// The number of wavenumbers, L + 1.
    public let spectrumCount: Int
    /// The weights of the mean moduli of d and of its first and second differences, three numbers.
    public let absolute: [Double]
    /// The weights of the mean squares of d and of its first and second differences, three numbers.
    public let squared: [Double]

    /// The weights of a loss for L + 1 wavenumbers.
    ///
    /// - Precondition: There are three weights of each kind, none of them negative, and more than two wavenumbers.
    public init(spectrumCount: Int, absolute: [Double], squared: [Double]) {
      require(
        spectrumCount > 2 && absolute.count == 3 && squared.count == 3
          && (absolute + squared).allSatisfy { $0 >= 0 && $0.isFinite },
        "SpectrumLoss.Differences: weights \(absolute) and \(squared) for \(spectrumCount) wavenumbers."
      )
      (self.spectrumCount, self.absolute, self.squared) = (spectrumCount, absolute, squared)
    }

    func callAsFunction(_ d: [Double]) -> Double {
      var (sum, row) = (0.0, d)
      for k in 0..<3 {
        let count = Double(row.count)
        sum += absolute[k] * row.reduce(0) { $0 + abs($1) } / count
        sum += squared[k] * row.reduce(0) { $0 + $1 * $1 } / count
        row = zip(row.dropFirst(), row).map { $0 - $1 }
      }
      return sum
    }
  }

  /// The mean modulus of the difference of square-root spectra, the L1 loss.
  public static func absolute(_ maximumWavenumber: Int) -> SpectrumLoss {
    .differences(
      Differences(
        spectrumCount: maximumWavenumber + 1, absolute: [1, 0, 0], squared: [0, 0, 0]))
  }

  /// The mixture of the L1 and the L2 loss of square-root spectra, and of their first and second differences, all with weight 1.
  public static func mixed(_ maximumWavenumber: Int) -> SpectrumLoss {
    .differences(
      Differences(
        spectrumCount: maximumWavenumber + 1, absolute: [1, 1, 1], squared: [1, 1, 1]))
  }

  /// The loss of eq. (16) on the sphere, w_l = (2 l + 1) / (4 pi): the variance of the difference of two stationary
  /// fields with the two spectra and one noise.
  public static func sphere(_ maximumWavenumber: Int) -> SpectrumLoss {
    .squareRoots(weights: sphereModes(maximumWavenumber))
  }

  /// The mean squared difference of square-root spectra, w_l = 1 / (L + 1), the authors' loss on the circle.
  public static func circle(_ maximumWavenumber: Int) -> SpectrumLoss {
    let count = maximumWavenumber + 1
    return .squareRoots(weights: Array(repeating: 1 / Double(count), count: count))
  }

  /// The loss of eq. (16) on the circle, where wavenumbers 1 to L - 1 have two signs: w = 1, 2, …, 2, 1.
  public static func circleBySigns(_ maximumWavenumber: Int) -> SpectrumLoss {
    .squareRoots(
      weights: (0...maximumWavenumber).map { $0 == 0 || $0 == maximumWavenumber ? 1 : 2 })
  }

  /// A weighted mean of squares in which low wavenumbers count more: w = 1 + (w_0 - 1) (cos(pi l / l_1) + 1) / 2 up to
  /// l_1, then 1.
  ///
  /// - Reference: `lsef.md` 5.2.
  public static func circle(
    _ maximumWavenumber: Int, raisingBelow limit: Double, to weight: Double
  ) -> SpectrumLoss {
    let count = Double(maximumWavenumber + 1)
    return .squareRoots(
      weights: (0...maximumWavenumber).map { l in
        guard Double(l) <= limit else { return 1 / count }
        let share = (cos(.pi * Double(l) / limit) + 1) / 2
        return (1 + (weight - 1) * share) / count
      })
  }

  /// The analysis-error loss on the sphere, with r = `observationVariance` 4 pi / sum_l (2 l + 1).
  public static func sphereAnalysisError(
    _ maximumWavenumber: Int, observationVariance: Double
  ) -> SpectrumLoss {
    let modes = sphereModes(maximumWavenumber)
    return .analysisError(
      modes: modes, modalVariance: observationVariance / modes.reduce(0, +))
  }

  private static func sphereModes(_ maximumWavenumber: Int) -> [Double] {
    (0...maximumWavenumber).map { Double(2 * $0 + 1) / (4 * .pi) }
  }

  /// The loss of one pair from the network's output and the modal spectrum.
  public func callAsFunction(_ output: [Double], _ spectrum: [Double]) -> Double {
    switch self {
    case .squareRoots(let weights):
      return weights.indices.reduce(0) { sum, l in
        let difference = output[l] - spectrum[l].squareRoot()
        return sum + weights[l] * difference * difference
      }
    case .analysisError(let modes, let r):
      return modes.indices.reduce(0) { sum, l in
        let (predicted, b) = (output[l] * output[l], spectrum[l])
        let (numerator, scale) = (r * (predicted - b), predicted + r)
        return sum + modes[l] * numerator * numerator / ((b + r) * scale * scale)
      }
    case .differences(let weights):
      return weights(zip(output, spectrum).map { $0 - $1.squareRoot() })
    }
  }

  /// The number of wavenumbers, L + 1.
  var spectrumCount: Int {
    switch self {
    case .squareRoots(let weights): weights.count
    case .analysisError(let modes, _): modes.count
    case .differences(let weights): weights.spectrumCount
    }
  }
}
