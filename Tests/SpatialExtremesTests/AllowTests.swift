import CommandTestSupport
import Foundation
import SpatialExtremes
import TestSupport
import Testing

@testable import Plugins

/// Fits a network by the command, with 20 steps.
private func fit(
  _ network: DataNetwork, _ flags: String..., in folder: URL
) throws -> CommandResult {
  let data = folder.appending(path: "data")
  try network.write(to: data)
  var registry = PluginRegistry()
  registry.register(SpatialExtremes())
  return command(
    [
      "fit", "gev-multiplicative", "--data", data.path, "--backend", "svi", "--steps", "20",
      "--draws", "5", "--threads", "1", "--output", folder.appending(path: "run").path,
    ] + flags, registry)
}

private func record(in folder: URL) throws -> String {
  try String(contentsOf: folder.appending(path: "run/run.json"), encoding: .utf8)
}

@Suite struct AllowTests {
  private static let spoilt: DataNetwork = {
    var network = DataNetwork()
    network.maxima[3][9] = 448
    network.covariate[2] = -99.9
    return network
  }()

  @Test func dataThatCannotBeRightEndTheFitBeforeItsFirstStep() throws {
    try withTemporaryFolder { folder in
      let result = try fit(Self.spoilt, in: folder)
      #expect(result.status == 2 && result.output.isEmpty)
      let lines = result.errors.split(separator: "\n")
      #expect(
        lines.count == 2 && lines[0].hasPrefix("Error: ") && lines[0].contains("gmst.csv, line 4"))
      #expect(lines[1].contains("maxima.csv, line 11, column \"S4\": 448.0 in 1999 is "))
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "run").path))
    }
  }

  @Test func whatIsAllowedIsFittedAndKeptInTheRecord() throws {
    try withTemporaryFolder { folder in
      let one = try fit(Self.spoilt, "--allow", "outlier", in: folder)
      #expect(one.status == 2 && !one.errors.contains("448.0") && one.errors.contains("-99.9"))
      let both = try fit(
        Self.spoilt, "--allow", "outlier", "--allow", "covariate-outlier", in: folder)
      #expect(both.status == 0 || both.status == 3)
      #expect(!both.errors.contains("448.0") && !both.errors.contains("-99.9"))
      let text = try record(in: folder)
      #expect(text.contains("\"check\" : \"outlier\"") && text.contains("\"allowed\" : true"))
      #expect(text.contains("\"file\" : \"maxima.csv\"") && text.contains("\"line\" : 11"))
    }
  }

  @Test func aWarningIsToldAndTheFitGoesOn() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      var network = DataNetwork()
      network.maximaEnd = ""
      try network.write(to: data)
      // The last cell loses its last digit.
      let file = data.appending(path: "maxima.csv")
      try Data(Data(contentsOf: file).dropLast()).write(to: file)
      var registry = PluginRegistry()
      registry.register(SpatialExtremes())
      let arguments = [
        "fit", "gev-multiplicative", "--data", data.path, "--backend", "svi", "--steps", "20",
        "--draws", "5", "--threads", "1",
      ]
      let told = command(arguments, registry)
      #expect(told.status == 0)
      #expect(
        told.errors.contains(
          "Warning: \(file.path), line 31, column \"S12\": the file ends without"))
      let silent = command(arguments + ["--allow", "cut-file"], registry)
      #expect(silent.status == 0 && !silent.errors.contains("Warning: "))
      #expect(!command(arguments + ["--quiet"], registry).errors.contains("Warning: "))
    }
  }

  @Test func theHelpNamesWhatMayBeAllowed() {
    var registry = PluginRegistry()
    registry.register(SpatialExtremes())
    let help = command(["fit", "gev-multiplicative", "--help"], registry).output
    for check in DataCheck.allowable { #expect(help.contains(check.rawValue)) }
    #expect(!help.contains(DataCheck.equalMaxima.rawValue))
    let refused = command(["fit", "gev-multiplicative", "--allow", "equal-maxima"], registry)
    #expect(refused.status == 64 && refused.errors.contains("'equal-maxima' is invalid"))
  }
}
