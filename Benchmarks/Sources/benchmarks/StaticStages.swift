import ArgumentParser
import Assimilation
import Foundation
import LSEF
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator

/// Where the time of one replicate of `ppl run lsef-static` goes, beside the operations that its mathematics needs.
struct StaticStages: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages",
    abstract: "Time, operations and memory of a replicate of lsef-static, stage by stage.")

  @Option(help: "How many rounds; the least of each stage's times counts.")
  var rounds = 3

  func validate() throws {
    guard rounds > 0 else { throw ValidationError("--rounds is \(rounds), but must be positive.") }
  }

  func run() throws {
    let sphere = Sphere()
    var stages = Stages()
    for round in 0..<rounds {
      Memory.forgetPeak()
      try measure(&stages, sphere, key: RandomKey(UInt64(round)))
    }
    stages.print()
    print(
      "\nthread seconds, least of \(rounds); Gflop by lsef.md 13 where it counts them; peak of a replicate "
        + (Memory.peak.map { String(format: "%.0f MiB", $0) } ?? "unknown") + ".")
  }

  private func measure(_ stages: inout Stages, _ sphere: Sphere, key: RandomKey) throws {
    let (n, L) = (Double(sphere.pointCount), Double(sphere.maximumWavenumber))
    let truth = ParametricTruth.sphere(sphere)
    let spectra = try stages.time("local spectra of the truth") { try truth.spectra(key: key) }
    let model = try ConvolutionModel(spectra, on: sphere)
    let W = stages.time("kernel rows W", 4e-9 * n * n * (L + 1)) { model.squareRoot() }
    _ = stages.time("draws W alpha, 21", 21 * 2e-9 * n * n) {
      model.sample(count: 21, key: key, squareRoot: W)
    }
    let replicate = try StaticReplicate(truth, key: key)
    let bank = FilterBank.sphere()
    let variances = try stages.time("band variances", 140 * 1e-9 * 8 * L * L * L) {
      try bank.bandVariances(of: replicate.members, on: sphere)
    }
    let architecture = SpectrumArchitecture.sphere(bank)
    let network = try SpectrumTraining.untrained(architecture, bank)
    _ = try stages.time("network", 1e-9 * 42_240 * n) { try network.predict(variances) }

    let y = replicate.observations
    let seen = Double(Set(y.points).count)
    let products = 1e-9 * n * seen * seen
    let solve = 1e-9 * seen * seen * seen / 3
    let direct = try stages.time("analysis, square root", products + solve) {
      try y.analysis(prior: SquareRootCovariance(W))
    }
    let ensemble = try stages.time("tapers") {
      try replicate.ensemblePrior(.gaspariCohn(1_650))
    }
    _ = try stages.time("analysis, ensemble", 20e-9 * seen * (seen + 2 * n) + solve) {
      try y.analysis(prior: ensemble)
    }
    let spectrum = try stages.time("mean spectrum of an ensemble") {
      try IsotropicCovariance.meanSpectrum(of: [replicate.members], on: sphere)
    }
    let mean = try stages.time("mean covariances") {
      try IsotropicCovariance(spectrum: spectrum, on: sphere)
    }
    _ = try stages.time("analysis, mean", solve) { try y.analysis(prior: mean) }
    _ = try stages.time("analysis, hybrid", 20e-9 * seen * (seen + 2 * n) + solve) {
      try y.analysis(prior: HybridCovariance(ensemble, mean))
    }
    _ = try stages.time("tuning, 10 lengths", 10 * (20e-9 * seen * (seen + 2 * n) + solve)) {
      try LocalizationTuning(
        [replicate.tuningReplicate], on: sphere, lengths: LocalizationTuning.sphereLengths)
    }
    try stages.solve("dense W", y, W, direct, replicate.truth, sphere.cellAreas)
    for threshold in [1e-3, 1e-2] {
      let sparse = SparseMatrix(W, keeping: .ofLargest(threshold))
      try stages.solve(
        String(format: "W above %.0e of its largest", threshold), y, sparse, direct,
        replicate.truth, sphere.cellAreas, density: sparse.density)
    }
  }
}

/// The least time of each stage, in the order in which stages came first.
private struct Stages {
  private var rows: [(name: String, seconds: Double, operations: Double?, note: String)] = []

  mutating func time<R>(
    _ name: String, _ operations: Double? = nil, note: (R) -> String = { _ in "" },
    _ body: () throws -> R
  ) rethrows -> R {
    let start = Clock.now.thread
    let result = try body()
    let seconds = Clock.now.thread - start
    if let place = rows.firstIndex(where: { $0.name == name }) {
      if seconds < rows[place].seconds { rows[place].seconds = seconds }
    } else {
      rows.append((name, seconds, operations, note(result)))
    }
    return result
  }

  /// An analysis by conjugate gradients beside the direct one.
  mutating func solve(
    _ name: String, _ y: Observations, _ W: some LinearMap, _ direct: [Double], _ truth: [Double],
    _ areas: [Double], density: Double = 1
  ) throws {
    let expected = meanSquaredError(direct, truth, areas: areas)
    _ = try time(
      "conjugate gradients, \(name)",
      note: { (found: (analysis: [Double], iterations: Int)) in
        let error = meanSquaredError(found.analysis, truth, areas: areas)
        return String(
          format: "%.0f %% kept, %d iterations, error %+.2e of the direct solve's", 100 * density,
          found.iterations, error / expected - 1)
      }
    ) { try y.analysis(squareRoot: W) }
  }

  func print() {
    for row in rows {
      let rate = row.operations.map {
        String(format: "%9.2f Gflop %7.1f Gflop/s", $0, $0 / row.seconds)
      }
      Swift.print(
        row.name.padding(toLength: 52, withPad: " ", startingAt: 0)
          + String(format: "%9.4f s", row.seconds) + (rate ?? "") + "  " + row.note)
    }
  }
}

extension SpectrumTraining {
  /// A network as training starts with it.
  fileprivate static func untrained(
    _ architecture: SpectrumArchitecture, _ bank: FilterBank
  ) throws -> SpectrumNetwork {
    let pairs = try SpectrumPairs(
      bandVariances: Matrix(rows: 1, columns: bank.count, repeating: 1),
      spectra: Matrix(rows: 1, columns: architecture.spectrumCount, repeating: 1))
    var training = SpectrumTraining.sphere
    (training.epochs, training.validationFraction) = (1, 0)
    let loss = SpectrumLoss.sphere(architecture.spectrumCount - 1)
    return try training.run(SpectrumModel(architecture, loss: loss), on: pairs, key: RandomKey(0))
      .network
  }
}
