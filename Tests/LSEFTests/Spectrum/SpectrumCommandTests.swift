import Foundation
import LinearAlgebra
import PPL
import Runs
import SpectralFields
import SpectrumEstimator
import Tables
import TestSupport
import Testing

@testable import LSEF
@testable import Plugins

struct SpectrumCommandTests {
  @Test func listNamesTheModel() {
    let result = ppl(["list"])
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("lsef: ") && result.output.contains("\n  lsef-spectrum  "))
  }

  @Test func describeShowsTheNetworkAndTheDataNeeded() throws {
    let result = ppl(["describe", "lsef-spectrum", "--preset", "circle"])
    #expect(result.status == 0)
    for line in [
      "layer0.weights      parameter  [6, 120]", "layer2.biases       parameter  [61]",
      "squareRootSpectrum  observed   [13, 61]", "bandVariance1, bandVariance2, …",
    ] {
      #expect(result.output.contains(line), "\(result.output)")
    }
    try withPairs { folder in
      let data = folder.appending(path: "data").path
      let flags = ["--data", data, "--preset", "circle", "--batch-size", "50"]
      let bayesian = ppl(["describe", "lsef-spectrum", "--bayesian", "--hidden", "4"] + flags)
      // 1 / sqrt(3) for three bands.
      #expect(
        bayesian.output.contains(
          "layer0.weights      latent    [3, 4]   Normal(mean: 0, deviation: 0.5774)"))
      #expect(bayesian.output.contains("squareRootSpectrum  observed  [50, 5]"))
      let graph = ppl(["describe", "lsef-spectrum", "--graph"] + flags)
      #expect(graph.output.contains("squareRootSpectrum"))
    }
  }

  /// On the paper's truth of the circle: better than the mean spectrum by far, which no constant is.
  @Test func aTinyTrainingOnTheExampleRecoversSpectra() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "lsef-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let result = ppl([
      "fit", "lsef-spectrum", "--preset", "circle", "--replicates", "60", "--hidden", "16",
      "--batch-size", "65", "--epochs", "30", "--output", folder.path,
    ])
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.hasPrefix(
        """
        lsef-spectrum: 780 pairs, 60 circle truths seen through ensembles of 10
        network 6-16-61, relu, 1149 weights; loss mean-square

        """), "\(result.output)")
    let network = try SpectrumNetworkFiles.read(from: folder).network
    let other = try SpectrumSample.circle(replicates: 20).pairs(key: .init(99))
    let loss = try network.meanLoss(.circle(60), on: other)
    let mean = SpectrumSampleMean(other)
    #expect(loss < 0.4 * mean.loss, "\(loss) of \(mean.loss)")
  }

  @Test func aRunLeavesANetworkItsLossesAndItsNumbers() throws {
    try withPairs { folder in
      let run = folder.appending(path: "run")
      let json = folder.appending(path: "numbers.json")
      let result = fitPairs(
        folder, "--epochs", "3", "--validation-fraction", "0.2", "--output", run.path, "--json",
        json.path)
      #expect(result.status == 0, "\(result.errors)")
      let names = try FileManager.default.contentsOfDirectory(atPath: run.path).sorted()
      #expect(
        names == [
          "checkpoint.json", "layer0.biases.f64", "layer0.weights.f64", "layer1.biases.f64",
          "layer1.weights.f64", "losses.csv", "results.json", "run.json", "summary.txt",
          "weights.json",
        ])
      let (network, provenance) = try SpectrumNetworkFiles.read(from: run)
      #expect(network.architecture.hidden == [8] && provenance.pairs == 130)
      let losses = try CSVTable(contentsOf: run.appending(path: "losses.csv"))
      #expect(losses.header.map(\.name) == ["epoch", "loss", "validation_loss", "learning_rate"])
      #expect(losses.rows.count == 3)
      // 104 pairs are trained on: minibatches of 50, 50 and 4.
      #expect(result.output.contains("\n3 epochs of 50 pairs a step, 9 steps"))
      let column = try losses.requireColumn("validation_loss")
      let last = try losses.double(2, column)
      #expect(last == provenance.epochs[2].validationLoss)
      let numbers = try String(contentsOf: json, encoding: .utf8)
      let results = try file("results.json", of: run)
      #expect(numbers == results)
      #expect(numbers.contains("\"loss_of_mean_spectrum\"") && numbers.contains("\"steps\" : 9"))
      #expect(
        result.output.contains(String(format: "%.6f", last))
          && !result.output.contains("interrupted"))
    }
  }

  @Test func aRunThatIsGoneOnWithIsOneRun() throws {
    try withPairs { folder in
      let runs = ["whole", "parts"].map { folder.appending(path: $0) }
      let held = ["--validation-fraction", "0.1", "--output"]
      let first = fitPairs(folder, held + [runs[0].path, "--epochs", "5"])
      #expect(fitPairs(folder, held + [runs[1].path, "--epochs", "2"]).status == 0)
      let last = fitPairs(folder, held + [runs[1].path, "--epochs", "5", "--resume"])
      #expect(first.status == 0 && first.output == last.output)
      for name in ["weights.json", "losses.csv", "results.json", "checkpoint.json", "run.json"] {
        let (a, b) = (try file(name, of: runs[0]), try file(name, of: runs[1]))
        #expect(a == b, "\(name)")
      }
    }
  }

  @Test func seedsDecideTheDigitsAndThreadsDoNot() {
    let fit = { (flags: [String]) in
      ppl(
        [
          "fit", "lsef-spectrum", "--preset", "circle", "--replicates", "4", "--hidden", "4",
          "--epochs", "2",
        ] + flags
      ).output
    }
    let one = fit(["--threads", "1"])
    #expect(one.contains("52 pairs") && one == fit(["--threads", "3"]))
    #expect(one != fit(["--seed", "1"]))
  }

  @Test func atTheEndOfPatienceTheTrainingEnds() throws {
    try withPairs { folder in
      let run = folder.appending(path: "run")
      let flags = [
        "--epochs", "500", "--initial-rate", "0.05", "--validation-fraction", "0.3", "--patience",
        "2", "--output", run.path,
      ]
      let result = fitPairs(folder, flags)
      #expect(
        result.output.hasSuffix(
          "ended after 2 epochs without a lower loss on what is held out; "
            + "give a larger --patience to continue"))
      let again = fitPairs(folder, flags + ["--resume"])
      let epoch = try SpectrumNetworkFiles.read(from: run).provenance.epochs.count
      #expect(epoch < 500 && again.status == 0 && again.errors.isEmpty)
      #expect(
        again.output.contains("\nthe training was finished: all its epochs were done before\n"))
      #expect(
        again.output.hasSuffix(
          "ended after 2 epochs without a lower loss on what is held out; "
            + "give a larger --patience to continue"))
    }
  }

  @Test func aTrainingThatIsInterruptedKeepsWhatIsDone() throws {
    try withPairs { folder in
      let flags = [
        "--data", folder.appending(path: "data").path, "--preset", "circle", "--hidden", "4",
      ]
      let control = RunControl(progress: .silent, isCancelled: { true })
      let report = try SpectrumCommand().fit(flags, control: control)
      #expect(
        report.table.hasSuffix("interrupted after 1 of 200 epochs; this is the network so far"))
      let kept = try SpectrumCommand().fit(flags + ["--output", "run"], control: control)
      #expect(kept.table.hasSuffix("so far, and --resume continues from it"))
    }
  }

  @Test func profileShowsTheOperationsOfAStep() throws {
    try withPairs { folder in
      let result = fitPairs(folder, "--epochs", "1", "--profile")
      #expect(result.status == 0 && result.output.contains("squareRootSpectrum"))
    }
  }

  @Test(arguments: [
    (["--loss", "variance", "--activation", "leaky-relu"], ["loss variance", "leaky-relu"]),
    (["--loss", "low-wavenumbers", "--activation", "tanh"], ["low-wavenumbers", "tanh"]),
    (["--activation", "sigmoid", "--plain-inputs"], ["sigmoid", "3-8-5"]),
    (["--hidden", "6,5", "--constant-rate"], ["network 3-6-5-5", "relu"]),
  ])
  func variantsAreTrained(flags: [String], shown: [String]) throws {
    try withPairs { folder in
      let result = fitPairs(folder, ["--epochs", "2"] + flags)
      #expect(result.status == 0 && shown.allSatisfy(result.output.contains), "\(result.output)")
    }
  }

  /// Six bands with the weights of the sphere's bank for L = 7, in either of its losses.
  @Test(arguments: ["variance", "analysis-error"])
  func theSpheresPresetTakesPairsOfSixBands(loss: String) throws {
    let sample = SpectrumSample.sphere(
      Sphere(latitudes: 9, maximumWavenumber: 7), replicates: 1, members: 5)
    let pairs = try sample.pairs(key: .init(3))
    var csv = CSVWriter(
      header: (1...6).map { "bandVariance\($0)" } + (0..<8).map { "spectrum\($0)" })
    for k in 0..<pairs.count {
      csv.append((pairs.bandVariances.row(k) + pairs.spectra.row(k)).map { .number($0) })
    }
    try withPairs(csv.text) { folder in
      let result = ppl([
        "fit", "lsef-spectrum", "--data", folder.appending(path: "data").path, "--epochs", "2",
        "--hidden", "5", "--loss", loss,
      ])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("loss of what is held out"))
    }
  }
}

/// What a network must beat: the loss of the mean square-root spectrum.
private struct SpectrumSampleMean {
  let loss: Double
  init(_ pairs: SpectrumPairs) {
    let width = pairs.spectra.columns
    let roots = pairs.spectra.scalars.map { $0.squareRoot() }
    let count = Double(pairs.count)
    var (sums, squares) = (Array(repeating: 0.0, count: width), 0.0)
    for (k, root) in roots.enumerated() {
      sums[k % width] += root
      squares += root * root
    }
    let explained = sums.reduce(0) { $0 + $1 * $1 / count }
    loss = (squares - explained) / count / Double(width)
  }
}
