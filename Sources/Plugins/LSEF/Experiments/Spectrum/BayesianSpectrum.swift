import Foundation
import Inference
import LinearAlgebra
import PPL
import Plugins
import Runs
import SpectrumEstimator
import Tables

/// The fit `ppl fit lsef-spectrum --bayesian`: the posterior of a network's weights, with its report.
///
/// The guide is `AutoNormal`, with a mean and a deviation of every weight. It starts at the initial weights of a training,
/// with small deviations.
struct BayesianSpectrum {
  private let model: SpectrumModel
  private let fitted: FittedModel<SpectrumCommand>
  private let course: FitCourse
  private let draws: Draws
  /// The pairs whose spectra are shown, at these quantiles of the total band variance.
  private let shown: [(quantile: Double, pair: Int)]
  /// The summaries of the spectra by pair shown and wavenumber, row by row.
  private let spectra: [Summary]

  private var data: SpectrumData { fitted.dataset }
  private var options: SpectrumOptions { fitted.options }

  /// The initial deviation of each weight: a tenth of that of `AutoNormal`, which exceeds the initial weights.
  static let startingDeviation = 0.01

  init(_ model: SpectrumModel, _ fitted: FittedModel<SpectrumCommand>) throws {
    (self.model, self.fitted) = (model, fitted)
    draws = try fitted.posterior().draws
    course = fitted.course(judgedBy: draws)
    let pairs = fitted.dataset.pairs
    shown = Self.pairsToShow(pairs)
    spectra = try Self.spectra(
      of: model.architecture, draws, at: pairs.taking(shown.map(\.pair)).bandVariances)
  }

  /// The initial weights, as in a training.
  static func start(
    _ model: SpectrumModel, _ key: RandomKey
  ) throws -> [String: Tensor] {
    try model.initialValues(key: key).merging(["noise": Tensor(1)]) { own, _ in own }
  }

  private static func pairsToShow(_ pairs: SpectrumPairs) -> [(quantile: Double, pair: Int)] {
    let totals = (0..<pairs.count).map { pairs.bandVariances.row($0).reduce(0, +) }
    let ascending = totals.indices.sorted { (totals[$0], $0) < (totals[$1], $1) }
    return [0.1, 0.5, 0.9].map { ($0, ascending[Int($0 * Double(pairs.count - 1))]) }
  }

  private static func spectra(
    of architecture: SpectrumArchitecture, _ draws: Draws, at bandVariances: Matrix
  ) throws -> [Summary] {
    let predicted = try (0..<draws.count).flatMap { draw in
      try SpectrumNetwork(architecture, values: draws[draw]).predict(bandVariances).scalars
    }
    let width = bandVariances.rows * architecture.spectrumCount
    return Summary.each(of: Tensor(predicted, shape: [draws.count, width]))
  }

  /// The network of the weights' posterior means.
  private var meanNetwork: SpectrumNetwork {
    let means = draws.names.map { ($0, draws[$0].mean(along: [0])) }
    return SpectrumNetwork(
      model.architecture, values: Dictionary(uniqueKeysWithValues: means))
  }
}

// MARK: - The report

extension BayesianSpectrum {
  var report: RunReport {
    RunReport(
      table: table, numbers: course.merged(with: numbers), files: files,
      profile: fitted.fit.profile, failure: course.failure)
  }

  private var noise: Summary { draws.summaries(of: "noise")[0] }

  private func spectrum(_ place: Int) -> ArraySlice<Summary> {
    let count = model.architecture.spectrumCount
    return spectra[(place * count)..<((place + 1) * count)]
  }

  private var table: String {
    var table = TextTable([.leading(12)] + Array(repeating: .trailing(12), count: 4))
    table.append(["", "mean", "sd", "5 %", "95 %"])
    table.append(["noise"] + Self.cells(noise))
    for (place, (quantile, _)) in shown.enumerated() {
      table.append(
        line: "\nspectrum at the \(Int(100 * quantile)) % quantile of the total band variance")
      let spectrum = Array(spectrum(place))
      for l in wavenumbersToShow { table.append(["  l = \(l)"] + Self.cells(spectrum[l])) }
    }
    return (model.heading(data, options) + [""] + table.lines + [""] + course.lines).joined(
      separator: "\n")
  }

  /// The wavenumbers 0, 1, 2, 4, 8, … and the last.
  private var wavenumbersToShow: [Int] {
    let last = model.architecture.spectrumCount - 1
    let doubling = sequence(first: 1) { 2 * $0 }.prefix { $0 < last }
    return last == 0 ? [0] : [0] + doubling + [last]
  }

  private static func cells(_ s: Summary) -> [String] {
    [s.mean, s.sd, s.q05, s.q95].map { String(format: "%.5f", $0) }
  }

  private var numbers: BayesianSpectrumNumbers {
    BayesianSpectrumNumbers(
      pairs: data.pairs.count, weights: model.architecture.parameterCount, noise: noise,
      spectra: shown.enumerated().map { place, shown in
        .init(
          quantile: shown.quantile, pair: shown.pair,
          bandVariances: Array(data.pairs.bandVariances.row(shown.pair)),
          trueSpectrum: Array(data.pairs.spectra.row(shown.pair)),
          spectrum: Array(spectrum(place)))
      })
  }

  private var files: [OutputFile] {
    let settings = fitted.settings
    let provenance = SpectrumNetworkFiles.Provenance(
      program: "ppl \(PPLVersion.current)", seed: settings.seed,
      sample: "\(data.source); means of the posterior of the weights", pairs: data.pairs.count,
      epochs: [])
    let record = SpectrumRunRecord(
      seed: settings.seed, preset: options.preset, architecture: model.architecture.record,
      loss: options.lossName, batchSize: options.batchSize, epochs: nil,
      steps: course.stepCount, learningRate: fitted.learningRate,
      inference: fitted.changedInferenceFlags, options: fitted.context.record,
      validationFraction: nil,
      sample: data.source, data: settings.data.first)
    return [
      OutputFile(RunFileName.run, json: record),
      OutputFile(RunFileName.results, json: course.merged(with: numbers)),
    ] + fitted.fit.files + [OutputFile("spectra.csv", text: spectraText)]
      + SpectrumNetworkFiles.files(meanNetwork, provenance: provenance)
      + [fitted.fit.checkpoint].compactMap(\.self)
  }

  private var spectraText: String {
    var csv = CSVWriter(
      header: ["pair", "quantile", "wavenumber", "truth", "mean", "sd", "q05", "q95"])
    for (place, (quantile, pair)) in shown.enumerated() {
      for (l, s) in spectrum(place).enumerated() {
        csv.append([
          .integer(pair), .number(quantile), .integer(l), .number(data.pairs.spectra[pair, l]),
          .number(s.mean), .number(s.sd), .number(s.q05), .number(s.q95),
        ])
      }
    }
    return csv.text
  }
}

/// The numbers of a posterior in JSON, with stable names.
struct BayesianSpectrumNumbers: Encodable, Sendable {
  struct Spectrum: Encodable, Sendable {
    let quantile: Double
    let pair: Int
    let bandVariances, trueSpectrum: [Double]
    /// The summary of each wavenumber.
    let spectrum: [Summary]

    private enum CodingKeys: String, CodingKey {
      case quantile, pair, spectrum
      case bandVariances = "band_variances"
      case trueSpectrum = "true_spectrum"
    }
  }

  let pairs, weights: Int
  let noise: Summary
  let spectra: [Spectrum]
}
