import ArgumentParser
import Foundation
import Inference
import PPL
import Plugins
import SpectralFields
import SpectrumEstimator

/// The flags of `lsef-spectrum`.
struct SpectrumOptions: ParsableArguments, AnnotatedFlags, Sendable {
  @Option(
    help: ArgumentHelp(
      "The published settings to begin with: network, loss, training and example; cycle is the circle with what an ensemble filter meets in turn, cycle-model with a parametric truth that is fitted to its ensembles.",
      valueName: "sphere|circle|cycle|cycle-model"))
  var preset = "sphere"

  @Option(
    help: ArgumentHelp(
      "The widths of the hidden layers, as in 120,120; two of twenty units a band if not given.",
      valueName: "widths"))
  var hidden: String?
  @Option(
    help: ArgumentHelp(
      "The activation function of the hidden layers.", valueName: "relu|leaky-relu|tanh|sigmoid"))
  var activation = "relu"
  @Flag(help: "Use the band variances as inputs, not their square roots.")
  var plainInputs = false

  @Option(
    help: ArgumentHelp(
      "variance: of the difference of two fields with one noise, the sphere's; mean-square: equal weights, the circle's; low-wavenumbers: those below --low-limit count more; absolute: mean moduli (L1); mixed: moduli and squares, also of first and second differences in wavenumber; analysis-error: of an analysis with the spectrum, on the sphere.",
      valueName: "variance|mean-square|low-wavenumbers|absolute|mixed|analysis-error"))
  var loss: String?
  @Option(
    parsing: .unconditional,
    help: "With --loss low-wavenumbers: the wavenumber up to which weights are raised.")
  var lowLimit = 10.0
  @Option(parsing: .unconditional, help: "With --loss low-wavenumbers: the weight of wavenumber 0.")
  var lowWeight = 3.0
  @Option(
    parsing: .unconditional,
    help: "With --loss analysis-error: the variance of the observation errors.")
  var observationVariance = 1.0

  @Option(
    parsing: .unconditional,
    help: "The number of epochs; the preset's, 30 or 200, if not given.")
  var epochs: Int?
  @Option(parsing: .unconditional, help: "The number of pairs in a minibatch.")
  var batchSize = 2_500
  @Option(
    parsing: .unconditional,
    help: "Adam's initial learning rate; the preset's, 1e-3 or 3e-3, if not given.")
  var initialRate: Double?
  @OptionGroup var bank: BandOptions
  @Flag(
    help: "Keep the learning rate, where the sphere's preset lowers it on plateaus of the loss.")
  var constantRate = false
  @Option(
    parsing: .unconditional,
    help:
      "The fraction of the pairs, the first ones, that is held out; the preset's, 0.1 or 0, if not given."
  )
  var validationFraction: Double?
  @Option(
    parsing: .unconditional,
    help:
      "The number of epochs without a lower loss of the pairs held out after which to stop; no early stopping if not given."
  )
  var patience: Int?

  @Flag(
    help:
      "Give the weights priors and fit their posterior, by --steps, --learning-rate and --draws.")
  var bayesian = false
  @Option(
    parsing: .unconditional,
    help:
      "With --bayesian: the prior deviation of weights times the root of the number of their layer's inputs."
  )
  var priorScale = 1.0

  @Option(
    parsing: .unconditional,
    help:
      "The number of truths of the embedded example, or of analyses of the cycle; the preset's, 33, 10000 or 50000, if not given."
  )
  var replicates: Int?
  @Option(
    parsing: .unconditional,
    help: "The ensemble size of the example; the preset's, 20, 10 or 10, if not given."
  )
  var members: Int?

  func validate() throws {
    try checkNames()
    try bank.check(onSphere: isSphere)
    try checkNumbers()
    if bayesian {
      for (flag, isGiven) in [
        ("--epochs", epochs != nil), ("--initial-rate", initialRate != nil),
        ("--constant-rate", constantRate), ("--validation-fraction", validationFraction != nil),
        ("--patience", patience != nil),
      ] where isGiven {
        throw ValidationError(
          "\(flag) does not apply to --bayesian, which uses --steps and --learning-rate.")
      }
      if let loss, ["analysis-error", "absolute", "mixed"].contains(loss) {
        throw ValidationError(
          "--loss \(loss) is not a distribution of spectra, as --bayesian needs; take another."
        )
      }
    }
  }

  private func checkNames() throws {
    let choices: [(String, String, [String])] = [
      ("--preset", preset, ["sphere", "circle", "cycle", "cycle-model"]),
      ("--activation", activation, ["relu", "leaky-relu", "tanh", "sigmoid"]),
      (
        "--loss", loss ?? "variance",
        ["variance", "mean-square", "low-wavenumbers", "absolute", "mixed", "analysis-error"]
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
    try checkRange("--epochs", epochs ?? 1, 1...1_000_000)
    try checkRange("--batch-size", batchSize, 1...10_000_000)
    try checkRange("--patience", patience ?? 1, 1...1_000_000)
    try checkRange("--replicates", replicates ?? 1, 1...1_000_000)
    try checkRange("--members", members ?? 2, 2...10_000)
    if let validationFraction, !(0..<1).contains(validationFraction) {
      throw ValidationError(
        "--validation-fraction is \(validationFraction), but must be from 0 to below 1.")
    }
  }
}

// MARK: What they mean

extension SpectrumOptions {
  /// The flags that extend a finished training.
  var flagsWithoutEffect: Set<String> { ["--epochs", "--patience"] }

  /// The settings of the preset.
  var meaningOfAbsentFlags: [String: String] {
    let (training, example) = (training, example())
    return [
      "--hidden": "two of twenty units a band", "--loss": lossName,
      "--initial-rate": "\(training.learningRate)",
      "--validation-fraction": "\(training.validationFraction)",
      "--replicates": "\(example.replicates)", "--members": "\(example.members)",
    ]
  }

  var isSphere: Bool { preset == "sphere" }

  /// The widths of the hidden layers; nil if they are not given or invalid.
  var hiddenWidths: [Int]? {
    guard let hidden else { return nil }
    let parts = hidden.split(separator: ",", omittingEmptySubsequences: false)
      .map { Int($0.trimmingCharacters(in: .whitespaces)) }
    let widths = parts.compactMap(\.self).filter { (1...10_000).contains($0) }
    return widths.count == parts.count ? widths : nil
  }

  /// The architecture for the bands and wavenumbers of these pairs.
  ///
  /// - Throws: `EstimatorError` if the sphere's bank has another number of bands.
  func architecture(_ pairs: SpectrumPairs) throws -> SpectrumArchitecture {
    try architecture(bands: pairs.bandVariances.columns, spectrumCount: pairs.spectra.columns)
  }

  /// The architecture for these numbers of bands and wavenumbers.
  ///
  /// - Throws: As `architecture(_:)`.
  func architecture(bands: Int, spectrumCount count: Int) throws -> SpectrumArchitecture {
    var divisors = [Double](repeating: 1, count: bands)
    if isSphere {
      divisors = FilterBank.sphere(max(count - 1, 1), set: bank.set(onSphere: true)).weights
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
    case "absolute": .absolute(maximumWavenumber)
    case "mixed": .mixed(maximumWavenumber)
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
    let set = bank.set(onSphere: isSphere)
    switch preset {
    case "cycle":
      var training = CycleTraining()
      training.filters = set
      training.cycles = replicates ?? training.cycles
      training.members = members ?? training.members
      return .cycle(training)
    case "cycle-model":
      return .fitted(FittedTruth(set: set, replicates: replicates, members: members))
    case "circle": return .sample(.circle(set: set, replicates: replicates, members: members))
    default: return .sample(.sphere(set: set, replicates: replicates, members: members))
    }
  }
}
