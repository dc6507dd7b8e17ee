import ArgumentParser
import Assimilation

/// The flags of `lsef-cycle` that change a setting of the published experiment.
struct CycleSettings: ParsableArguments, Sendable {
  @OptionGroup var bank: BandOptions
  @Option(
    help: ArgumentHelp(
      "The process: that of the authors' program, U = 20 m/s, parameter fields 3 times as long as the process, half of the sums; or that of the reference that the paper names, 10 m/s, twice, full sums.",
      valueName: "program|reference"))
  var process = "program"
  @Option(
    parsing: .unconditional,
    help:
      "The variance of observation errors: 36 in the authors' program, 8 to 17 by the paper's text."
  )
  var observationVariance = 36.0
  @Option(
    parsing: .unconditional, help: "The number of points from one observed point to the next.")
  var observationSpacing = 10

  @Option(
    parsing: .unconditional,
    help:
      "The weight of the ensemble's covariance in Hybrid-B, from 0 to 1; N / (N + 10) if not given."
  )
  var hybridWeight: Double?
  @Option(
    parsing: .unconditional,
    help:
      "The factor of the perturbations in all filters with an ensemble; 1.02 in EnKF and Hybrid-B and 1 in LSEF and Shape if not given."
  )
  var inflation: Double?
  @Option(
    parsing: .unconditional,
    help: "The factor of the published localization lengths, in EnKF and Hybrid-B; 1 if not given.")
  var localization: Double?

  init() {}

  func validate() throws {
    try bank.check(onSphere: false)
    guard ["program", "reference"].contains(process) else {
      throw ValidationError("--process is \(process), but must be program or reference.")
    }
    try checkRange("--observation-variance", observationVariance, 1e-6...1e6)
    try checkRange("--observation-spacing", observationSpacing, 1...60)
    if let hybridWeight { try checkRange("--hybrid-weight", hybridWeight, 0...1) }
    if let inflation { try checkRange("--inflation", inflation, 0.1...10) }
    if let localization { try checkRange("--localization", localization, 0.01...10) }
  }

  /// Refuses what `--tune` chooses.
  func checkTuning() throws {
    for (flag, isGiven) in [
      ("--hybrid-weight", hybridWeight != nil), ("--inflation", inflation != nil),
      ("--localization", localization != nil),
    ] where isGiven {
      throw ValidationError(
        "\(flag) is one of the settings that --tune chooses; leave out one of the two.")
    }
  }

  /// The design of the flags.
  var design: CycleDesign {
    var design = process == "reference" ? CycleDesign.ofReference : CycleDesign()
    design.observationVariance = observationVariance
    design.observationSpacing = observationSpacing
    return design
  }

  /// The settings of the filters at all points that differ from the published ones.
  func filters(at points: [CyclePoint]) -> [CycleCase: CycleExperiment.Settings] {
    var settings: [CycleCase: CycleExperiment.Settings] = [:]
    for point in points {
      for scheme in CycleExperiment.Scheme.allCases where scheme.usesEnsemble {
        let isLocalized = scheme == .enKF || scheme == .hybridB
        let own = CycleExperiment.Settings(
          localizationFactor: isLocalized ? localization : nil, inflation: inflation,
          ensembleWeight: scheme == .hybridB ? hybridWeight : nil)
        if own != CycleExperiment.Settings() { settings[CycleCase(scheme, at: point)] = own }
      }
    }
    return settings
  }

  /// The settings that differ from the published ones, for captions and journals; empty if none does.
  var changes: [String] {
    let changed: [(String, String?)] = [
      ("filter bank with", bank.label.isEmpty ? nil : bank.label),
      ("process of the", process == "program" ? nil : process),
      ("observation-error variance", observationVariance == 36 ? nil : observationVariance.short),
      ("observation spacing", observationSpacing == 10 ? nil : "\(observationSpacing)"),
      ("hybrid weight", hybridWeight?.short), ("inflation", inflation?.short),
      ("localization length times", localization?.short),
    ]
    return changed.compactMap { name, value in value.map { "\(name) \($0)" } }
  }
}
