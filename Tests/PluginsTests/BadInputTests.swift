import Foundation
import TestSupport
import Testing

@testable import Plugins
@testable import Runs

private let model = "gev-multiplicative"

/// What is wrong with the data or with where results should go, and what is said about it.
struct BadInput: Sendable, CustomTestStringConvertible {
  var files: [String: String] = [:]
  var flags: [String] = []
  /// After "Error: ", with DIR for the folder that the test is in.
  var message: String

  var testDescription: String { message }
}

private let badInputs: [BadInput] = [
  .init(
    files: ["maxima.csv": "year,0016A\n2014,1,2\n"],
    message: "DIR/data/maxima.csv, line 2: the row has 3 cells, but the header has 2; "
      + "give every row one cell a column, and quote cells that hold a comma."),
  .init(
    files: ["maxima.csv": "station,year,value\n0077,2014,30\n"],
    message: "DIR/data/maxima.csv, line 2, column \"station\": station \"0077\" is not in "
      + "DIR/data/stations.csv; did you mean \"0076\"? Else add \"0077\" to DIR/data/stations.csv."),
  .init(
    files: ["maxima.csv": "station,year,value\n0076,2014,30\n0076,2014,31\n"],
    message: "DIR/data/maxima.csv, line 3, column \"value\": station \"0076\" has year 2014 twice, "
      + "first on line 2; keep one of the two."),
  .init(
    files: ["maxima.csv": "station,year,value\n0076,2014,warm\n"],
    message: "DIR/data/maxima.csv, line 2, column \"value\": \"warm\" is not a number; "
      + "give a decimal number with \".\" or leave the cell empty for a missing value."),
  .init(
    files: ["gmst.csv": "year,gmst\n1990,1\n"],
    message: "DIR/data/maxima.csv: the maxima are in 2014 to 2019, but \"gmst\" has values in "
      + "1990 to 1990; give GMST values for the years of the maxima."),
  .init(
    files: ["stations.csv": "station,lon,lat\n0016A,1,41\n0076,1,41\n3195,-3.68,40.41\n"],
    message: "DIR/data/stations.csv, line 3: stations \"0016A\" and \"0076\" are at one place "
      + "(longitude 1.0, latitude 41.0); "
      + "give more digits of their coordinates, or remove one of them."),
  .init(
    files: ["stations.csv": "station,lon,lat\n0016A,356.3,41\n"],
    message: "DIR/data/stations.csv, line 2, column \"lon\": 356.3 is out of range; "
      + "give degrees east, from -180 to 180; west is negative."),
  .init(
    flags: ["--last-year", "2017"],
    message: "--last-year 2017: DIR/data/maxima.csv: only 4 years can be used (2014 to 2017), "
      + "though it has 6 years to use (2014 to 2019); "
      + "choose years of which at least 5 can be used, or leave out this flag."),
  .init(
    flags: ["--gmst-column", "gsmt"],
    message:
      "--gmst-column \"gsmt\": DIR/data/gmst.csv: there is no such column; choose one of \"gmst\"."
  ),
  .init(
    flags: ["--prior-beta0", "1e10"],
    message:
      "the fit has no result with priors so far from the data: --prior-beta0 is 10000000000.0. The "
      + "maxima reach from 32.8 (station \"0076\", 2017) to 40.7 (station \"3195\", 2019); choose "
      + "priors that suit them, or leave these flags out. Nothing was written."),
  // Text may look like a hexadecimal number.
  .init(
    flags: ["--gmst-column", "0x10"],
    message:
      "--gmst-column \"0x10\": DIR/data/gmst.csv: there is no such column; choose one of \"gmst\"."
  ),
  .init(
    flags: ["--projection-year", "2019"],
    message: "--projection-year is 2019, but the data reach to 2019; give a later year, "
      + "or leave out the last years of the data with --last-year."),
  .init(
    flags: ["--learning-rate", "1e300"],
    message:
      "the fit diverged in step 2, where the loss was no longer a number; "
      + "lower --learning-rate, which is 1e+300. Nothing was written."),
  .init(
    flags: ["--json", "DIR/data"], message: "DIR/data: this is a folder; name a file in it."),
  .init(
    flags: ["--json", "DIR/none/numbers.json"],
    message: "DIR/none: there is no such folder; make it, or choose another place for the file."),
  .init(
    flags: ["--resume"],
    message: "DIR/out/run/checkpoint.json: there is no checkpoint; "
      + "give the folder of a run that was written with --output, or leave out --resume."),
]

@Suite struct BadInputTests {
  /// One sentence on standard error, status 2, and no trace in the file system.
  @Test(arguments: badInputs)
  func badInputIsOneSentenceAndLeavesNothing(bad: BadInput) throws {
    try withData(bad.files) { folder in
      let flags = bad.flags.map { $0.replacing("DIR", with: folder.path) }
      let result = ppl(
        [
          "fit", model, "--data", folder.appending(path: "data").path, "--backend", "svi",
          "--steps", "4", "--draws", "3", "--output", folder.appending(path: "out/run").path,
        ] + flags)
      #expect(result.status == 2 && result.output.isEmpty)
      #expect(result.errors == "Error: " + bad.message.replacing("DIR", with: folder.path))
      let left = try names(in: folder)
      #expect(left == ["data"], "the output folder must not stay behind")
      let data = try names(in: folder.appending(path: "data"))
      #expect(data == smallData.keys.sorted())
    }
  }

  @Test func theFilesOfAnEarlierRunSurviveAFitThatFails() throws {
    try withData { folder in
      let (data, out) = (folder.appending(path: "data").path, folder.appending(path: "out"))
      let flags =
        ["fit", model, "--data", data, "--backend", "svi", "--draws", "3"]
        + ["--output", out.path, "--steps"]
      #expect(ppl(flags + ["4"]).status == 0)
      let before = try names(in: out).map { try Data(contentsOf: out.appending(path: $0)) }
      let failed = ppl(flags + ["50", "--learning-rate", "1e3", "--overwrite"])
      #expect(failed.status == 2)
      #expect(
        failed.errors.hasSuffix(
          ". Nothing was written; the earlier run in \(out.path) is as it was."), "\(failed.errors)"
      )
      let after = try names(in: out).map { try Data(contentsOf: out.appending(path: $0)) }
      #expect(after == before)
    }
  }

  @Test func aFolderOfTheUsersStaysThoughItIsEmpty() throws {
    try withTemporaryFolder { folder in
      #expect(
        ppl("fit", model, "--data", "/nowhere", "--output", folder.path + "/made/here").status == 2)
      #expect(exists(folder) && !exists(folder.appending(path: "made")))
      #expect(ppl("fit", model, "--data", "/nowhere", "--output", folder.path).status == 2)
      #expect(exists(folder))
    }
  }

  @Test func anOutputThatCannotBeIsMetBeforeTheWork() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      for place in [file.path, file.appending(path: "run").path] {
        let result = ppl("fit", model, "--steps", "1", "--output", place)
        #expect(result.status == 2)
        #expect(
          result.errors
            == "Error: \(file.path): a file of this name is in the way; move it, or choose another folder."
        )
      }
      let result = ppl("fit", model, "--steps", "1", "--output", "/proc/run")
      #expect(result.status == 2)
      #expect(result.errors.hasPrefix("Error: /proc/run: the folder cannot be written in ("))
    }
  }
}
