import Foundation
import LinearAlgebra
import SpectrumEstimator
import SpectrumExamples
import TestSupport
import Testing

@testable import LSEF
@testable import Plugins

struct BayesianSpectrumTests {
  private let flags = ["--bayesian", "--draws", "20", "--learning-rate", "0.02"]

  @Test func thePosteriorPredictsSpectraWithASpread() throws {
    try withPairs { folder in
      let run = folder.appending(path: "run")
      let result = fitPairs(folder, flags + ["--steps", "800", "--output", run.path])
      #expect(result.status == 0, "\(result.errors)")
      for line in [
        "lsef-spectrum: 130 pairs", "\nnoise ",
        "\nspectrum at the 50 % quantile of the total band variance\n  l = 0 ", "\n  l = 4 ",
        "\n800 steps in ",
      ] {
        #expect(result.output.contains(line), "\(result.output)")
      }
      let table = try CSVTable(contentsOf: run.appending(path: "spectra.csv"))
      #expect(table.rows.count == 3 * 5)
      let columns = try ["truth", "mean", "q05", "q95"].map { try table.requireColumn($0) }
      for row in table.rows {
        let values = try columns.map { try table.double(row, $0) }
        #expect(values[2] < values[1] && values[1] < values[3])
        // Spectra reach from 0.03 to 2; bands are seen with errors of 5 %.
        #expect(abs(values[1] - values[0]) < 0.35, "\(values)")
      }
      let (network, provenance) = try SpectrumNetworkFiles.read(from: run)
      #expect(provenance.sample.hasSuffix("means of the posterior of the weights"))
      let loss = try network.meanLoss(
        .circle(4), on: examplePairs(200, noise: 0.05, seed: 2))
      // Without a network, by the mean of the roots, it is 0.03.
      #expect(loss < 0.006, "\(loss)")
    }
  }

  @Test func aPosteriorIsGoneOnWith() throws {
    try withPairs { folder in
      let runs = ["whole", "parts"].map { folder.appending(path: $0) }
      #expect(fitPairs(folder, flags + ["--steps", "9", "--output", runs[0].path]).status == 0)
      #expect(fitPairs(folder, flags + ["--steps", "4", "--output", runs[1].path]).status == 0)
      let trained = ["--epochs", "9", "--resume", "--output", runs[1].path]
      #expect(fitPairs(folder, trained).errors.contains("--bayesian was true and is false"))
      let rest = flags + ["--steps", "9", "--output", runs[1].path, "--resume"]
      #expect(fitPairs(folder, rest).status == 0)
      for name in ["weights.json", "losses.csv", "spectra.csv", "checkpoint.json"] {
        let (a, b) = (try file(name, of: runs[0]), try file(name, of: runs[1]))
        #expect(a == b, "\(name)")
      }
    }
  }
}
