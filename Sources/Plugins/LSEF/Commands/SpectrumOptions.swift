import ArgumentParser
import Foundation
import Inference
import PPL
import Parallel

/// The flags of `lsef-spectrum`.
struct SpectrumOptions: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "The published settings to begin with: network, loss, training and example; cycle is the circle with what an ensemble filter meets in turn.",
      valueName: "sphere|circle|cycle"))
  var preset = "sphere"

  @Option(
    help: ArgumentHelp(
      "The widths of the hidden layers, as in 120,120; two of twenty units a band if not given.",
      valueName: "widths"))
  var hidden: String?
  @Option(
    help: ArgumentHelp(
      "What follows each hidden layer.", valueName: "relu|leaky-relu|tanh|sigmoid"))
  var activation = "relu"
  @Flag(help: "Let the network see band variances, not their square roots.")
  var plainInputs = false

  @Option(
    help: ArgumentHelp(
      "variance: of the difference of two fields with one noise, the sphere's; mean-square: equal weights, the circle's; low-wavenumbers: those below --low-limit count more; analysis-error: of an analysis with the spectrum, on the sphere.",
      valueName: "variance|mean-square|low-wavenumbers|analysis-error"))
  var loss: String?
  @Option(parsing: .unconditional, help: "Of low-wavenumbers: up to where weights are raised.")
  var lowLimit = 10.0
  @Option(parsing: .unconditional, help: "Of low-wavenumbers: the weight of wavenumber 0.")
  var lowWeight = 3.0
  @Option(parsing: .unconditional, help: "Of analysis-error: the variance of observations.")
  var observationVariance = 1.0

  @Option(
    parsing: .unconditional,
    help: "How many times to go through the pairs; the preset's, 30 or 200, if not given.")
  var epochs: Int?
  @Option(parsing: .unconditional, help: "How many pairs a step uses.")
  var batchSize = 2_500
  @Option(
    parsing: .unconditional,
    help: "The rate of Adam at the start; the preset's, 1e-3 or 3e-3, if not given.")
  var initialRate: Double?
  @Flag(help: "Keep the rate, where the sphere's preset lowers it on plateaus of the loss.")
  var constantRate = false
  @Option(
    parsing: .unconditional,
    help:
      "The part of the pairs, the first ones, that is held out; the preset's, 0.1 or 0, if not given."
  )
  var validationFraction: Double?
  @Option(
    parsing: .unconditional,
    help:
      "After how many epochs without a lower loss on what is held out to end; never if not given.")
  var patience: Int?

  @Flag(
    help:
      "Give the weights priors and fit their posterior, by --steps, --learning-rate and --draws.")
  var bayesian = false
  @Option(
    parsing: .unconditional,
    help: "With --bayesian: the deviation of weights times the root of their layer's inputs.")
  var priorScale = 1.0

  @Option(
    parsing: .unconditional,
    help:
      "How many truths the embedded example has, or analyses of the cycle; the preset's, 33, 10000 or 50000, if not given."
  )
  var replicates: Int?
  @Option(
    parsing: .unconditional,
    help: "How many members the example's ensembles have; the preset's, 20, 10 or 10, if not given."
  )
  var members: Int?

  func validate() throws {
    try checkNames()
    try checkNumbers()
    if bayesian {
      for (flag, isGiven) in [
        ("--epochs", epochs != nil), ("--initial-rate", initialRate != nil),
        ("--constant-rate", constantRate), ("--validation-fraction", validationFraction != nil),
        ("--patience", patience != nil),
      ] where isGiven {
        throw ValidationError(
          "\(flag) has no use with --bayesian, which goes by --steps and --learning-rate.")
      }
      if loss == "analysis-error" {
        throw ValidationError(
          "--loss analysis-error is no distribution of spectra, as --bayesian needs; take another.")
      }
    }
  }

  private func checkNames() throws {
    let choices: [(String, String, [String])] = [
      ("--preset", preset, ["sphere", "circle", "cycle"]),
      ("--activation", activation, ["relu", "leaky-relu", "tanh", "sigmoid"]),
      (
        "--loss", loss ?? "variance",
        ["variance", "mean-square", "low-wavenumbers", "analysis-error"]
      ),
    ]
    for (flag, value, names) in choices where !names.contains(value) {
      let list = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
      throw ValidationError("\(flag) is \(value), but must be \(list).")
    }
    if loss == "analysis-error" && !isSphere {
      throw ValidationError("--loss analysis-error is of the sphere; take another for the circle.")
    }
    if hidden != nil && hiddenWidths == nil {
      throw ValidationError(
        "--hidden is \(hidden ?? ""), but must be whole numbers from 1 to 10000, as in 120,120.")
    }
  }

  private func checkNumbers() throws {
    for (flag, value) in [
      ("--initial-rate", initialRate ?? 1), ("--prior-scale", priorScale),
      ("--low-limit", lowLimit), ("--low-weight", lowWeight),
      ("--observation-variance", observationVariance),
    ] where !(value > 0 && value.isFinite) {
      throw ValidationError("\(flag) is \(value), but must be positive.")
    }
    for (flag, value, range) in [
      ("--epochs", epochs ?? 1, 1...1_000_000), ("--batch-size", batchSize, 1...10_000_000),
      ("--patience", patience ?? 1, 1...1_000_000),
      ("--replicates", replicates ?? 1, 1...1_000_000), ("--members", members ?? 2, 2...10_000),
    ] where !range.contains(value) {
      throw ValidationError(
        "\(flag) is \(value), but must be from \(range.lowerBound) to \(range.upperBound).")
    }
    if let validationFraction, !(0..<1).contains(validationFraction) {
      throw ValidationError(
        "--validation-fraction is \(validationFraction), but must be from 0 to below 1.")
    }
  }
}

// MARK: What they mean

extension SpectrumOptions {
  var isSphere: Bool { preset == "sphere" }

  /// Nil if they are not given, or no widths.
  var hiddenWidths: [Int]? {
    guard let hidden else { return nil }
    let parts = hidden.split(separator: ",", omittingEmptySubsequences: false)
      .map { Int($0.trimmingCharacters(in: .whitespaces)) }
    let widths = parts.compactMap(\.self).filter { (1...10_000).contains($0) }
    return widths.count == parts.count ? widths : nil
  }

  /// The network for pairs of so many bands and wavenumbers.
  ///
  /// - Throws: `EstimatorError` if the sphere's bank has another number of bands.
  func architecture(_ pairs: SpectrumPairs) throws -> SpectrumArchitecture {
    let (bands, count) = (pairs.bandVariances.columns, pairs.spectra.columns)
    var divisors = [Double](repeating: 1, count: bands)
    if isSphere {
      divisors = FilterBank.sphere(max(count - 1, 1)).weights
      guard divisors.count == bands else {
        throw EstimatorError.size(what: "bandVariances", given: bands, expected: divisors.count)
      }
    }
    let kinds: [String: SpectrumArchitecture.Activation] = [
      "leaky-relu": .leakyReLU, "tanh": .tanh, "sigmoid": .sigmoid,
    ]
    return SpectrumArchitecture(
      divisors: divisors, spectrumCount: count, hidden: hiddenWidths,
      activation: kinds[activation] ?? .relu, takesRoots: !plainInputs)
  }

  var lossName: String { loss ?? (isSphere ? "variance" : "mean-square") }

  func spectrumLoss(_ maximumWavenumber: Int) -> SpectrumLoss {
    switch lossName {
    case "variance" where isSphere: .sphere(maximumWavenumber)
    case "variance": .circleBySigns(maximumWavenumber)
    case "low-wavenumbers": .circle(maximumWavenumber, raisingBelow: lowLimit, to: lowWeight)
    case "analysis-error":
      .sphereAnalysisError(maximumWavenumber, observationVariance: observationVariance)
    default: .circle(maximumWavenumber)
    }
  }

  var training: SpectrumTraining {
    var training: SpectrumTraining = isSphere ? .sphere : .circle
    training.epochs = epochs ?? training.epochs
    training.batchSize = batchSize
    training.learningRate = initialRate ?? training.learningRate
    if constantRate { training.plateau = nil }
    training.validationFraction = validationFraction ?? training.validationFraction
    training.patience = patience
    return training
  }

  /// The embedded example.
  func example(replicates: Int? = nil) -> SpectrumExample {
    let replicates = replicates ?? self.replicates
    switch preset {
    case "cycle":
      var training = CycleTraining()
      training.cycles = replicates ?? training.cycles
      training.members = members ?? training.members
      return .cycle(training)
    case "circle": return .sample(.circle(replicates: replicates, members: members))
    default: return .sample(.sphere(replicates: replicates, members: members))
    }
  }
}

/// Where the pairs come from if no data are given.
enum SpectrumExample: Sendable {
  case sample(SpectrumSample)
  case cycle(CycleTraining)

  /// Truths, or analyses.
  var replicates: Int {
    switch self {
    case .sample(let sample): sample.replicates
    case .cycle(let training): training.cycles
    }
  }

  var members: Int {
    switch self {
    case .sample(let sample): sample.members
    case .cycle(let training): training.members
    }
  }

  func pairs(key: RandomKey, threads: WorkPool) throws -> SpectrumPairs {
    switch self {
    case .sample(let sample): try sample.pairs(key: key, threads: threads)
    case .cycle(let training): try training.pairs(key: key)
    }
  }

  /// In words.
  func source(preset: String) -> String {
    switch self {
    case .sample: "\(replicates) \(preset) truths seen through ensembles of \(members)"
    case .cycle: "\(replicates) analyses of an EnKF of \(members) in regime 3"
    }
  }
}
