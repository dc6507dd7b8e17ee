import Assimilation
import Inference
import LinearAlgebra
import PPL
import Parallel
import Plugins
import Runs
import SpectralFields
import SpectrumEstimator

/// The study of Figures 2 to 4: five schemes on the same truths, ensembles and observations.
///
/// Each replicate has its key, the same for all points of a sweep.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 5; `lsef.md` 8 and 11.
struct StaticStudy: Sendable {
  let design: StaticDesign
  let run: StudyRun

  /// The mean spectrum and the tuning from the training replicates of a point.
  struct Training: Sendable {
    let meanSpectrum: [Double]
    let tuning: LocalizationTuning
  }

  /// The mean squared errors of all schemes on one replicate.
  struct Errors: Sendable, Codable {
    let truth: Double
    let schemes: [StaticScheme: Double]
    /// The fraction of the entries of W that LSEF-B keeps; nil for a dense W.
    var density: Double?
  }

  private var trainingKey: RandomKey { run.key.foldIn(0) }
  private var networkKey: RandomKey { run.key.foldIn(1) }
  static func testKey(_ replicate: Int, of key: RandomKey) -> RandomKey {
    key.foldIn(2).foldIn(UInt32(replicate))
  }
  /// The key of the bootstrap of scores.
  var scoreKey: RandomKey { run.key.foldIn(3) }

  /// The network, trained on replicates of the default point for all points of the study.
  ///
  /// - Returns: Nil if the user interrupted the training.
  func network() throws -> SpectrumNetwork? {
    let (piece, journal, control) = ("network", run.journal, run.control)
    let fits = try journal.results(
      of: [piece], "network", pool: .serial, control: RunControl(progress: .silent)
    ) { _ in
      let pairs = try design.sample.pairs(key: trainingKey, pool: run.pool)
      let checkpoint: TrainingCheckpoint? = try journal.state(of: piece)
      let fit = try design.training.run(
        design.model, on: pairs, key: networkKey, from: checkpoint, control: control
      ) { reached in try journal.keep(stateOf: piece, reached) }
      guard control.shouldContinue else {
        try journal.keep(stateOf: piece, isLast: true) { fit.checkpoint }
        throw run.interruption
      }
      return fit.network
    }
    return fits[0]
  }

  private struct TrainingPiece: Codable {
    let spectrum: [Double]
    let tuning: LocalizationTuning
  }

  /// The mean spectrum and the localization length of a point.
  ///
  /// - Returns: Nil if the user interrupted it.
  func training(_ point: StaticPoint) throws -> Training? {
    let names = (0..<design.tuningReplicates).map { "training \($0), \(point.label)" }
    let keys = trainingKey.split(design.tuningReplicates)
    let pieces = try run.allResults(of: names, "tuning, \(point.label)") { k in
      let replicate = try design.replicate(point, key: keys[k])
      return TrainingPiece(
        spectrum: try IsotropicCovariance.meanSpectrum(
          of: [replicate.members], on: design.domain, interpolates: design.interpolates),
        tuning: try LocalizationTuning(
          [replicate.inflated(by: design.inflation).tuningReplicate], on: design.domain,
          lengths: design.lengths))
    }
    guard let pieces else { return nil }
    let mean = (0..<design.domain.spectrumCount).map { l in
      pieces.reduce(0) { $0 + $1.spectrum[l] } / Double(pieces.count)
    }
    return Training(meanSpectrum: mean, tuning: LocalizationTuning(mean: pieces.map(\.tuning)))
  }

  /// The errors of the finished ones among replicates `0..<count` of a point.
  func errors(
    _ point: StaticPoint, replicates count: Int, network: SpectrumNetwork, training: Training
  ) throws -> [Errors] {
    let mean = try IsotropicCovariance(spectrum: training.meanSpectrum, on: design.domain)
    let shape = try design.shapeEstimator(point, meanSpectrum: training.meanSpectrum)
    let names = (0..<count).map { "replicate \($0), \(point.label)" }
    return try run.results(of: names, point.label) { k in
      let replicate = try design.replicate(point, key: Self.testKey(k, of: run.key))
        .inflated(by: design.inflation)
      let ensemble = try replicate.ensemblePrior(.gaspariCohn(training.tuning.best))
      func error(_ estimator: any LocalSpectrumEstimator) throws -> StaticReplicate.SparseError {
        try replicate.error(
          replicate.estimatedPrior(
            estimator, bank: design.bank, interpolates: design.interpolates),
          threshold: design.threshold)
      }
      let lsef = try error(network)
      return Errors(
        truth: try replicate.error(replicate.truePrior),
        schemes: [
          .lsef: lsef.value,
          .shape: try error(shape).value,
          .hybrid: try replicate.error(
            HybridCovariance(ensemble, mean, weight: design.hybridWeight)),
          .enkf: try replicate.error(ensemble),
          .mean: try replicate.error(mean),
        ], density: lsef.density)
    }.compactMap(\.self)
  }
}
