import ArgumentParser
import SpectralFields
import SpectrumEstimator

/// The flags of `lsef-static` that change a setting of the published experiment.
struct StaticSettings: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "The folder of a network that `ppl fit lsef-spectrum --output` left, instead of one trained by this run.",
      valueName: "dir"))
  var network: String?
  @Option(
    help: ArgumentHelp(
      "The widths of the hidden layers of the trained network, as in 120,120; two of twenty units a band if not given.",
      valueName: "widths"))
  var hidden: String?
  @Option(
    help: ArgumentHelp(
      "The activation function of the hidden layers; relu if not given.",
      valueName: "relu|leaky-relu|tanh|sigmoid"))
  var activation: String?
  @Option(
    help: ArgumentHelp(
      "The loss of the training, as of `ppl fit lsef-spectrum`; variance (eq. 16) on the sphere, mean-square (L2) on the circle if not given.",
      valueName: "variance|mean-square|absolute|mixed|low-wavenumbers|analysis-error"))
  var loss: String?

  @OptionGroup var bank: BandOptions
  @Flag(
    help: "Filter fields on the sphere exactly, without the interpolation of the authors' program.")
  var exactFilters = false
  @Option(
    parsing: .unconditional,
    help:
      "Leave out entries of W below this fraction of the largest, in LSEF-B and Shape-B, and analyse by conjugate gradients."
  )
  var threshold: Double?

  @Option(
    parsing: .unconditional,
    help: "The weight of the ensemble's covariance in Hybrid-B, from 0 to 1.")
  var hybridWeight = 0.5
  @Option(
    parsing: .unconditional,
    help: "The factor of the ensemble's perturbations, in all schemes with an ensemble.")
  var inflation = 1.0
  @Option(
    parsing: .unconditional,
    help:
      "The localization length of EnKF-B and Hybrid-B, in km on the sphere and radii on the circle; tuned if not given."
  )
  var localization: Double?
  @Option(
    parsing: .unconditional,
    help: "The number of observations, at random points; half the number of points if not given.")
  var observations: Int?
  @Option(
    parsing: .unconditional,
    help:
      "The variance of observation errors; 1 on the sphere, the median variance of the field on the circle if not given."
  )
  var observationVariance: Double?
  @Flag(
    help:
      "Scale the random fields behind the parameters of the sphere's truth to variance 1 as in the paper's text, so that --length does not change their strength."
  )
  var unitVariance = false

  init() {}

  func validate() throws {
    if network?.isEmpty == true {
      throw ValidationError("--network is empty, but must be a path.")
    }
    for (flag, value) in [("--hidden", hidden), ("--activation", activation), ("--loss", loss)]
    where network != nil && value != nil {
      throw ValidationError(
        "\(flag) is of the training, but --network names a trained network; leave out one of the two."
      )
    }
    if let threshold { try checkRange("--threshold", threshold, 0...0.5) }
    try checkRange("--hybrid-weight", hybridWeight, 0...1)
    try checkRange("--inflation", inflation, 0.1...10)
    if let localization { try checkRange("--localization", localization, 1e-3...1e6) }
    try checkRange("--observations", observations ?? 1, 1...1_000_000)
    if let observationVariance {
      try checkRange("--observation-variance", observationVariance, 1e-9...1e9)
    }
  }

  /// Refuses what the domain does not have.
  func check(onSphere isSphere: Bool) throws {
    try bank.check(onSphere: isSphere)
    for (flag, isGiven, reason) in [
      ("--exact-filters", exactFilters, "filters are always exact"),
      ("--unit-variance", unitVariance, "these fields always have variance 1"),
    ] where isGiven && !isSphere {
      throw ValidationError("\(flag) is of the sphere: on the circle \(reason); leave it out.")
    }
    _ = try spectrumOptions(onSphere: isSphere)
  }

  /// The flags of `ppl fit lsef-spectrum` with the network and the loss of these.
  ///
  /// - Throws: `ValidationError` with its sentence for a value that it does not take.
  func spectrumOptions(onSphere isSphere: Bool) throws(ValidationError) -> SpectrumOptions {
    var flags = ["--preset", isSphere ? "sphere" : "circle"]
    for (flag, value) in [
      ("--hidden", hidden), ("--activation", activation), ("--loss", loss),
      ("--observation-variance", observationVariance.map { "\($0)" }),
      ("--bands", bank.bands.map { "\($0)" }), ("--band-set", bank.bandSet),
      ("--band-exponent", bank.bandExponent.map { "\($0)" }),
    ] {
      if let value { flags += [flag, value] }
    }
    do {
      return try SpectrumOptions.parse(flags)
    } catch {
      throw ValidationError(SpectrumOptions.message(for: error))
    }
  }

  /// The settings that differ from the published ones, for captions and journals; empty if none does.
  var changes: [String] {
    let changed: [(String, Any?)] = [
      ("network of", network), ("hidden layers", hidden), ("activation", activation),
      ("loss", loss), ("filter bank with", bank.label.isEmpty ? nil : bank.label),
      ("threshold of W", threshold?.short),
      ("hybrid weight", hybridWeight == 0.5 ? nil : hybridWeight.short),
      ("inflation", inflation == 1 ? nil : inflation.short),
      ("localization", localization?.short), ("observations", observations),
      ("observation-error variance", observationVariance?.short),
      ("exact filters", exactFilters ? "" : nil), ("unit variance of chi", unitVariance ? "" : nil),
    ]
    return changed.compactMap { name, value in
      value.map { "\(name) \($0)" }.map { $0.hasSuffix(" ") ? String($0.dropLast()) : $0 }
    }
  }
}
