import ArgumentParser
import Foundation
import LinearAlgebra
import Plugins
import Runs
import SpectralFields
import SpectrumEstimator

/// The flags of an ensemble and of its network.
struct EnsembleOptions: ParsableArguments, AnnotatedFlags, Sendable {
  @Option(
    help: ArgumentHelp(
      "The ensemble: NetCDF of the CF conventions, or CSV with the columns member, latitude and longitude (or x), value.",
      valueName: "file"))
  var ensemble: String
  @Option(
    help: ArgumentHelp(
      "The network, the folder that \"ppl lsef train\" has written.", valueName: "dir"))
  var network: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Train a network for this grid and ensemble size on so many random truths, as 40 on a sphere or 4000 on a circle, "
        + "and add its files to --output.",
      valueName: "truths"))
  var train: Int?
  @Option(
    help: ArgumentHelp(
      "The name of the variable or column in the files; the only one if not given.",
      valueName: "name"))
  var variable: String?

  init() {}

  func validate() throws {
    if (network == nil) == (train == nil) {
      throw ValidationError(
        network == nil
          ? "give --network, the folder of \"ppl lsef train --like \(ensemble) --output DIR\", or --train 40, which "
            + "trains one here."
          : "--network and --train both give the network; give one of them.")
    }
    try checkRange("--train", train ?? 1, 1...1_000_000)
  }

  var unreadFlags: [UnreadFlag] { UnreadFlag.ofToolsWithoutState }

  /// The ensemble and the local spectra that the network estimates.
  ///
  /// - Throws: `DataError` for unreadable files; `ToolFailure` for a network of another grid, or points without variance.
  func estimated(_ run: ToolOptions, _ control: RunControl) throws -> EstimatedEnsemble {
    let file = try EnsembleFile(ensemble, variable: variable, flag: "--ensemble")
    let members = try file.ensemble("--ensemble")
    let domain = file.grid.domain
    let trained = try train.map { truths in
      try TrainedNetwork(
        TrainingSource(like: file, members: members.rows, replicates: truths), epochs: 30,
        run: run, control: control)
    }
    let (network, calibration) =
      try trained.map { ($0.fit.network, $0.calibration) } ?? stored(network ?? "", for: domain)
    let estimate = try LocalSpectrumEstimate(of: members, on: domain, by: network, calibration)
    let bands = estimate.bandVariances
    if let x = (0..<bands.rows).first(where: { bands.row($0).allSatisfy { $0 == 0 } }) {
      throw ToolFailure.noVariance(file.grid.words(x))
    }
    return EstimatedEnsemble(
      file: file, members: members, network: network, estimate: estimate, trained: trained)
  }

  /// The network in a folder and the error that it states.
  ///
  /// - Throws: `ToolFailure.otherNetwork` for one of another grid.
  private func stored(
    _ folder: String, for domain: any HarmonicDomain
  ) throws -> (SpectrumNetwork, SpectrumCalibration?) {
    let (network, provenance) = try SpectrumNetworkFiles.read(
      from: URL(filePath: folder, directoryHint: .isDirectory))
    let calibration = provenance.calibration
    if network.architecture.spectrumCount != domain.spectrumCount
      || network.architecture.bandCount != domain.filterBank.count
      || calibration.map({ $0.domain.hasPrefix("sphere") != (domain is Sphere) }) == true
    {
      throw ToolFailure.otherNetwork(
        network: calibration?.domain
          ?? "grid of \(network.architecture.spectrumCount) wavenumbers", path: folder,
        file: ensemble, grid: domain.label)
    }
    return (network, calibration)
  }
}

/// An ensemble with the local spectra that a network estimates.
struct EstimatedEnsemble {
  let file: EnsembleFile
  let members: Matrix
  let network: SpectrumNetwork
  let estimate: LocalSpectrumEstimate
  /// The network that was trained for this ensemble; nil for one of `--network`.
  let trained: TrainedNetwork?

  var grid: EnsembleGrid { file.grid }
  var unit: String { file.unit ?? "1" }
  /// The unit of variances and spectra.
  var squaredUnit: String { unit == "1" ? "1" : unit.contains(" ") ? "(\(unit))2" : "\(unit)2" }
  /// The fraction of points unlike the training of the network; nil for a network without a stated error.
  var unlikeFraction: Double? {
    estimate.calibration?.unlikeFraction(
      of: estimate.bandVariances, by: network.architecture)
  }

  /// The remarks on the network for the printed report.
  var remarks: [String] {
    guard let calibration = estimate.calibration, let unlike = unlikeFraction else {
      return ["the network states no error, so that spectra have no intervals"]
    }
    var lines =
      trained.map { ["network trained here on \($0.source.label): \($0.verdict.text)"] } ?? []
    if calibration.members != members.rows {
      lines.append(
        "the stated error is for \(calibration.members) members, and the ensemble has \(members.rows)"
      )
    }
    if unlike > 0.05 {
      lines.append(
        String(
          format: "%.0f %% of the points have band variances unlike those of the training; "
            + "train on other truths or an archive", 100 * unlike))
    }
    return lines
  }
}
