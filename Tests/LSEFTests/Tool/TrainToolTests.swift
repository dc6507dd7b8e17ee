import Assimilation
import CommandTestSupport
import Foundation
import LinearAlgebra
import NetCDF
import PPL
import SpectralFields
import SpectrumEstimator
import TestSupport
import Testing

@testable import LSEF

/// A periodic line in km: an archive of ensembles of several times, and one of them.
private struct PeriodicLine {
  let files: SimulatedSphere

  init(times: Int) throws {
    files = try SimulatedSphere(trains: false)
    var archive = "time,member,x,value\n"
    var ensemble = "member,x,value\n"
    for time in 0..<times {
      let spectrum = (0...12).map { exp(-Double($0) * (1 + 0.2 * Double(time)) / 4) }
      let model = try ConvolutionModel(
        LocalSpectra(stationary: spectrum, points: 24), on: Circle(points: 24))
      let fields = model.sample(count: 8, key: RandomKey(UInt64(time)))
      for m in 0..<8 {
        for x in 0..<24 {
          archive += "\(time),\(m),\(50 * x),\(fields[m, x])\n"
          if time == 1 { ensemble += "\(m),\(50 * x),\(fields[m, x])\n" }
        }
      }
    }
    try files.write("archive.csv", archive)
    try files.write("line.csv", ensemble)
  }

  func path(_ name: String) -> String { files.path(name) }

  func train(_ folder: String, _ flags: [String]) -> CommandResult {
    files.run(
      ["train", "--like", path("line.csv"), "--output", path(folder), "--threads", "1"] + flags)
  }
}

@Suite(.serialized) struct TrainToolTests {
  /// The training on an archive that is stopped and resumed has the weights of one that was not.
  @Test func aTrainingOnAnArchiveIsResumed() throws {
    let line = try PeriodicLine(times: 6)
    defer { line.files.remove() }
    let archive = ["--archive", line.path("archive.csv")]
    func weights(_ folder: String) throws -> Data {
      try Data(contentsOf: URL(filePath: line.path(folder) + "/layer2.weights.f64"))
    }
    #expect(line.train("whole", archive + ["--epochs", "4"]).status == 0)
    #expect(line.train("parts", archive + ["--epochs", "2"]).status == 0)
    let first = try weights("parts")
    let resumed = line.train("parts", archive + ["--epochs", "4", "--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.output.contains("resumed after 2 epochs"))
    #expect(try weights("parts") == weights("whole") && first != weights("whole"))
    let fewer = line.train("parts", archive + ["--epochs", "3", "--resume"])
    #expect(
      fewer.errors.contains("the checkpoint is at epoch 4 and --epochs is 3"), "\(fewer.errors)")
    let text = try String(contentsOfFile: line.path("archive.csv"), encoding: .utf8)
    try line.files.write(
      "archive.csv",
      text.split(separator: "\n").filter { !$0.hasPrefix("5,") }.joined(separator: "\n"))
    let changed = line.train("parts", archive + ["--epochs", "5", "--resume"])
    #expect(
      changed.status == 2 && changed.errors.contains("the ensembles of --archive have changed"),
      "\(changed.errors)")
  }

  @Test func anArchiveWithTooFewPairsIsRefused() throws {
    let line = try PeriodicLine(times: 3)
    defer { line.files.remove() }
    // A quarter of 72 pairs is held out, too few for a stated error.
    let few = line.train("net", ["--archive", line.path("archive.csv"), "--epochs", "3"])
    #expect(few.status == 2 && few.errors.contains("there are 18 pairs"), "\(few.errors)")
    let severe = line.files.run([
      "spectra", "--ensemble", line.path("archive.csv"), "--train", "5",
    ])
    #expect(
      severe.errors.contains("there are 3 times; give a file of one time"), "\(severe.errors)")
  }

  /// The network of a periodic line, its check on fresh truths, and places that repeat.
  @Test func aPeriodicLineHasItsOwnUnits() throws {
    let line = try PeriodicLine(times: 2)
    defer { line.files.remove() }
    let trained = line.train("net", ["--replicates", "60", "--epochs", "3", "--check", "20"])
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(
      trained.output.contains("3 epochs are too few to tell whether the training converged"))
    #expect(
      trained.output.contains("coverage of the 90 % intervals on 20 fresh truths: spectra "))
    struct Results: Decodable {
      struct Check: Decodable { let truths: Int, mean: SpectrumCalibration.Coverage }
      let check: Check
    }
    let results = try JSONDecoder().decode(
      Results.self, from: Data(contentsOf: URL(filePath: line.path("net") + "/results.json")))
    // Twenty truths of 24 points, which are correlated: the standard error is about 3 %.
    #expect(results.check.truths == 20 && (0.75...1).contains(results.check.mean.spectra))
    let result = line.files.run([
      "spectra", "--ensemble", line.path("line.csv"), "--network", line.path("net"),
      "--at", "A=1190", "--output", line.path("out"),
    ])
    #expect(result.status == 0, "\(result.errors)")
    // 1190 km is nearest to 0 on a line of period 1200 km.
    let table = try String(
      contentsOfFile: line.path("out") + "/point_spectra.csv", encoding: .utf8)
    #expect(table.hasPrefix("place,wavenumber,unit,modal_spectrum,q05,q95\nA,0,1,"))
    // Between the last point and the first, and beyond the line.
    func analyse(_ x: String) throws -> CommandResult {
      try line.files.write("o.csv", "x,value,variance\n\(x),1,1\n")
      return line.files.run([
        "analyse", "--ensemble", line.path("line.csv"), "--network", line.path("net"),
        "--observations", line.path("o.csv"),
      ])
    }
    #expect(try analyse("1190").status == 0)
    let outside = try analyse("1300")
    #expect(
      outside.status == 2
        && outside.errors.contains("line 2: the x is 1300.0; give x from 0.0 to 1200.0, or leave"),
      "\(outside.errors)")
  }

  /// `--train` uses the defaults of `ppl lsef train`, and its network serves the next command.
  @Test func spectraTrainTheirNetwork() throws {
    let line = try PeriodicLine(times: 2)
    defer { line.files.remove() }
    func spectra(_ folder: String, _ flags: [String]) throws -> [Double] {
      let result = line.files.run(
        ["spectra", "--ensemble", line.path("line.csv"), "--output", line.path(folder)] + flags)
      #expect(result.status == 0, "\(result.errors)")
      if flags[0] == "--train" {
        #expect(result.output.contains("network trained here on 5 random truths"))
      }
      return try NetCDFFile(reading: line.path(folder) + "/spectra.nc").numbers("modal_spectrum")
    }
    let own = try spectra("a", ["--train", "5"])
    #expect(try spectra("b", ["--network", line.path("a")]) == own)
  }

  @Test func modelsGiveTheSpectraOfTheirFilters() throws {
    let files = try SimulatedSphere(trains: false)
    defer { files.remove() }
    let result = files.run([
      "train", "--grid", "circle:40", "--model", "lorenz-96", "--members", "8", "--replicates",
      "120", "--epochs", "2", "--output", files.path("net"), "--threads", "1",
    ])
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.contains("the spectra of a filter with the model lorenz-96, 120 analyses"))
    let (network, provenance) = try SpectrumNetworkFiles.read(
      from: URL(filePath: files.path("net")))
    #expect(network.architecture.spectrumCount == 21 && provenance.pairs == 120)
  }

  /// The mean over the members of |x_l|² about the mean, times N / (N - 1): its weighted sum is the mean sample variance.
  @Test func spectraAlongARunHaveTheVarianceOfTheForecasts() throws {
    let model = Lorenz96()
    let twin = try TwinExperiment(
      model, initial: .normal(mean: Array(repeating: 8, count: 40), variance: 1),
      observing: .every(1, points: Array(0..<40), variance: 1), steps: 12, key: RandomKey(1))
    let filter = ETKF(members: 30)
    let spectra = try CycleTraining.spectra(of: filter, along: twin, burnIn: 11, key: RandomKey(2))
    let keys = RandomKey(2).split()
    var state = try filter.start(twin.initial, key: keys.0)
    for k in 0..<12 {
      try filter.forecast(
        &state, with: model, to: twin.times[k], key: keys.1.foldIn(UInt32(2 * k)))
      if k < 11 {
        try filter.analyse(&state, twin.observations[k], key: keys.1.foldIn(UInt32(2 * k + 1)))
      }
    }
    let variances = try #require(state.ensemble).columnVariances
    expectClose(
      [Circle(points: 40).variance(ofSpectrum: Array(spectra.row(0)))],
      [variances.reduce(0, +) / 40], relative: 1e-12)
    #expect(spectra.rows == 1)
  }
}
