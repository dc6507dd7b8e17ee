import Foundation
import LinearAlgebra
import PPL
import Parallel
import SpectralFields
import SpectrumEstimator

/// The training sample of the second alternative of the paper: a parametric truth fitted to the ensembles of an EnKF, and pairs
/// drawn from it.
///
/// 1. An EnKF runs as in `CycleTraining`; the mean spectrum of the perturbations of each analysis is that of one state.
/// 2. Deviation S, length scale lambda and slope gamma are fitted to each spectrum by least squares of its square roots.
/// 3. The parametric truth has their medians; its strength kappa is that of the upper twentieth of the fluctuations of S.
/// 4. Pairs are drawn as in the static experiments.
///
/// Spectra are means over the circle, so that the strength is that of fluctuations in time.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 6.3, alternative (b); the fit is of this program.
struct FittedTruth: Sendable {
  /// The EnKF, of whose analyses each tenth is used.
  var enKF: CycleTraining
  /// The sample whose truth is replaced by the fitted one.
  var sample: SpectrumSample

  /// The stride between analyses whose spectra are fitted.
  static let stride = 10

  /// The sample of the published sizes with ensembles as large as the EnKF's.
  init(set: BandSet, replicates: Int? = nil, members: Int? = nil) {
    enKF = CycleTraining()
    enKF.filters = set
    enKF.members = members ?? enKF.members
    enKF.cycles = 5_000
    sample = .circle(
      Circle(points: enKF.design.process.mesh.points), set: set, replicates: replicates,
      members: enKF.members)
  }

  /// The pairs of band variances and spectra.
  ///
  /// - Throws: As `CycleTraining.pairs(key:)` and `SpectrumSample.pairs(key:pool:)`.
  func pairs(key: RandomKey, pool: WorkPool) throws -> SpectrumPairs {
    let keys = key.split()
    var fitted = sample
    fitted.truth.parameters = parameters(of: try enKF.spectra(key: keys.0))
    return try fitted.pairs(key: keys.1, pool: pool)
  }

  /// The parameters of the truth from the half spectra of analyses, `[analyses, L + 1]`.
  func parameters(of spectra: Matrix) -> ParametricTruth.Parameters {
    let truth = sample.truth
    let candidates = Self.candidates.map { lengthscale, slope in
      (
        lengthscale, slope,
        truth.spectrum(deviation: 1, lengthscale: lengthscale, slope: slope).map { $0.squareRoot() }
      )
    }
    let weights = truth.domain.varianceWeights
    var (deviations, lengths, slopes) = ([Double](), [Double](), [Double]())
    for row in Swift.stride(from: 0, to: spectra.rows, by: Self.stride) {
      let spectrum = Array(spectra.row(row))
      let deviation = truth.domain.variance(ofSpectrum: spectrum).squareRoot()
      // The first analyses begin from the known truth, and may have no spread.
      guard deviation > 0 else { continue }
      let roots = spectrum.map { max(0, $0).squareRoot() / deviation }
      let misfits = candidates.map { _, _, shape in
        roots.indices.reduce(0) { sum, l in
          sum + weights[l] * (roots[l] - shape[l]) * (roots[l] - shape[l])
        }
      }
      let best = misfits.indices.min { misfits[$0] < misfits[$1] } ?? 0
      deviations.append(deviation)
      lengths.append(candidates[best].0)
      slopes.append(candidates[best].1)
    }
    var parameters = truth.parameters
    let S = Self.quantile(deviations, 0.5)
    // The lowest values are in the published ratios to the medians.
    func range(_ median: Double, _ old: ParametricTruth.Parameters.Range)
      -> ParametricTruth.Parameters.Range
    {
      .init(median: median, lowest: median * old.lowest / old.median)
    }
    parameters.strength = Self.strength(
      ratio: Self.quantile(deviations, 0.95) / S,
      lowest: parameters.deviation.lowest / parameters.deviation.median)
    parameters.deviation = range(S, parameters.deviation)
    parameters.lengthscale = range(Self.quantile(lengths, 0.5), parameters.lengthscale)
    parameters.slope = range(Self.quantile(slopes, 0.5), parameters.slope)
    return parameters
  }

  /// The strength kappa for which the 95 % quantile of a parameter is this ratio to its median.
  ///
  ///     ratio = lowest + (1 - lowest) g(z ln kappa),    z the 95 % quantile of the normal distribution
  static func strength(ratio: Double, lowest: Double) -> Double {
    let g = max(1, min((ratio - lowest) / (1 - lowest), 3.5))
    // The inverse of g(z) = (1 + e) / (1 + exp(1 - z)).
    let z = 1 - log((1 + M_E) / g - 1)
    return exp(z / 1.6448536269514722)
  }

  private static func quantile(_ numbers: [Double], _ level: Double) -> Double {
    guard !numbers.isEmpty else { return .nan }
    return numbers.sorted()[Int(level * Double(numbers.count - 1))]
  }

  /// Length scales from 0.02 to 2 radians with slopes from 1 to 5, in equal steps of their logarithms.
  private static let candidates: [(Double, Double)] = (0..<47).flatMap { k in
    (0..<30).map { m in
      (0.02 * pow(100, Double(k) / 46), pow(5, Double(m) / 29))
    }
  }
}
