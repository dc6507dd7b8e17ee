import Foundation
import TestSupport
import Testing

@testable import LSEF
@testable import Plugins

struct SpectrumCommandMessageTests {
  @Test(arguments: [
    (
      ["--preset", "torus"], "--preset is torus, but must be sphere, circle, cycle or cycle-model."
    ),
    (
      ["--activation", "step"],
      "--activation is step, but must be relu, leaky-relu, tanh or sigmoid."
    ),
    (
      ["--loss", "l1"],
      "--loss is l1, but must be variance, mean-square, low-wavenumbers, absolute, mixed or analysis-error."
    ),
    (
      ["--loss", "analysis-error", "--preset", "circle"],
      "--loss analysis-error is of the sphere; take another for the circle."
    ),
    (
      ["--hidden", "12,"],
      "--hidden is 12,, but must be whole numbers from 1 to 10000, as in 120,120."
    ),
    (
      ["--hidden", "0"], "--hidden is 0, but must be whole numbers from 1 to 10000, as in 120,120."
    ),
    (["--epochs", "0"], "--epochs is 0, but must be from 1 to 1000000."),
    (["--batch-size", "-1"], "--batch-size is -1, but must be from 1 to 10000000."),
    (["--patience", "0"], "--patience is 0, but must be from 1 to 1000000."),
    (["--replicates", "0"], "--replicates is 0, but must be from 1 to 1000000."),
    (["--members", "1"], "--members is 1, but must be from 2 to 10000."),
    (["--initial-rate", "0"], "--initial-rate is 0.0, but must be positive."),
    (["--prior-scale", "inf"], "--prior-scale is inf, but must be positive."),
    (["--low-limit", "-1"], "--low-limit is -1.0, but must be positive."),
    (["--low-weight", "0"], "--low-weight is 0.0, but must be positive."),
    (["--observation-variance", "nan"], "--observation-variance is nan, but must be positive."),
    (
      ["--validation-fraction", "1"],
      "--validation-fraction is 1.0, but must be from 0 to below 1."
    ),
    (
      ["--bayesian", "--epochs", "3"],
      "--epochs does not apply to --bayesian, which uses --steps and --learning-rate."
    ),
    (
      ["--bayesian", "--initial-rate", "3"],
      "--initial-rate does not apply to --bayesian, which uses --steps and --learning-rate."
    ),
    (
      ["--bayesian", "--constant-rate"],
      "--constant-rate does not apply to --bayesian, which uses --steps and --learning-rate."
    ),
    (
      ["--bayesian", "--validation-fraction", "0.1"],
      "--validation-fraction does not apply to --bayesian, which uses --steps and --learning-rate."
    ),
    (
      ["--bayesian", "--patience", "3"],
      "--patience does not apply to --bayesian, which uses --steps and --learning-rate."
    ),
    (
      ["--bayesian", "--loss", "mixed"],
      "--loss mixed is not a distribution of spectra, as --bayesian needs; take another."
    ),
    (
      ["--band-set", "a"],
      "--band-set is a, but both sets are of the circle; leave it out for the sphere."
    ),
    (
      ["--bayesian", "--loss", "analysis-error"],
      "--loss analysis-error is not a distribution of spectra, as --bayesian needs; take another."
    ),
  ])
  func aWrongFlagIsNamedWithStatus64(flags: [String], message: String) {
    let result = ppl(["fit", "lsef-spectrum"] + flags)
    #expect(result.status == 64 && result.output.isEmpty)
    #expect(result.errors.hasPrefix("Error: \(message)\n"), "\(result.errors)")
  }

  @Test(arguments: [
    (
      ["--steps", "7"],
      "--steps is 7, but lsef-spectrum is trained by epochs; give --epochs, or --bayesian."
    ),
    (
      ["--learning-rate", "0.1"],
      "--learning-rate is 0.1, but lsef-spectrum has a rate for each preset; "
        + "give --initial-rate, or --bayesian."
    ),
    (
      ["--draws", "9"],
      "--draws is 9, but lsef-spectrum has draws only with --bayesian; give it too."
    ),
    (
      ["--replicates", "3"],
      "--replicates is of the embedded example, but --data names other pairs; leave out one of the two."
    ),
    (
      ["--members", "3"],
      "--members is of the embedded example, but --data names other pairs; leave out one of the two."
    ),
    (
      ["--patience", "3"],
      "--patience watches the pairs held out, but 0.0 of 130 pairs is none; "
        + "give a larger --validation-fraction, or leave out --patience."
    ),
    (["--preset", "sphere"], "bandVariances has 3 columns, but needs 6."),
    (
      ["--initial-rate", "1e160"],
      "step 2: the loss or a weight is not finite. Lower the learning rate, or look at the amplitude of the pairs."
    ),
  ])
  func whatCannotBeFittedIsOneSentenceAndLeavesNothing(flags: [String], message: String) throws {
    try withPairs { folder in
      let result = fitPairs(folder, flags + ["--output", folder.path + "/run"])
      #expect(result.status == 2 && result.output.isEmpty)
      #expect(result.errors == "Error: \(message)")
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/run"))
    }
  }

  @Test(arguments: [
    (
      "spectrum0\n1\n",
      ": there is no column \"bandVariance1\"; add it to the header, which has \"spectrum0\"."
    ),
    (
      "bandVariance1,spectrum1\n1,1\n",
      ": there is no column \"spectrum0\"; add it to the header, which has \"bandVariance1\", \"spectrum1\"."
    ),
    (
      "bandVariance1,bandVariance3,spectrum0\n1,1,1\n",
      ", line 1, column \"bandVariance3\": there is no column \"bandVariance2\" before it; "
        + "number the columns from 1 on without gaps."
    ),
    ("bandVariance1,spectrum0\n", ": there are no pairs; give a row for each."),
    (
      "bandVariance1,spectrum0\n1,1\n1,-2\n",
      ", line 3, column \"spectrum0\": -2.0 is negative; give a variance, from 0."
    ),
    (
      "bandVariance1,spectrum0\n,1\n",
      ", line 2, column \"bandVariance1\": the cell is empty; give a decimal number, as in 12.5."
    ),
    (
      "bandVariance1,spectrum0\n1,nan\n",
      ", line 2, column \"spectrum0\": \"nan\" is a missing value; give a decimal number, as in 12.5."
    ),
  ])
  func aTableThatIsNoneIsRefused(text: String, message: String) throws {
    try withPairs(text) { folder in
      for command in ["fit", "describe"] {
        let data = folder.appending(path: "data").path
        let result = ppl([command, "lsef-spectrum", "--preset", "circle", "--data", data])
        #expect(result.status == 2 && result.errors == "Error: \(data)/pairs.csv\(message)")
      }
    }
  }

  @Test func aFolderThatIsNotThereIsNamed() {
    let result = ppl(["fit", "lsef-spectrum", "--data", "/nowhere"])
    #expect(result.status == 2)
    #expect(
      result.errors
        == "Error: /nowhere: there is no such folder; name the folder that holds pairs.csv.")
  }

  @Test func aCheckpointOfAnotherRunIsRefused() throws {
    try withPairs { folder in
      let run = folder.appending(path: "run")
      let flags = ["--output", run.path, "--epochs", "2"]
      #expect(fitPairs(folder, flags).status == 0)
      let remedy = "; give what it was made with, or start again with --overwrite."
      for (change, difference) in [
        (["--seed", "5"], "--seed was 0 and is 5"),
        (["--activation", "tanh"], "--activation was relu and is tanh"),
        (["--initial-rate", "0.01"], "--initial-rate was 0.003 and is 0.01"),
        (["--loss", "variance"], "--loss was mean-square and is variance"),
        (["--hidden", "9"], "--hidden was 8 and is 9"),
        (["--validation-fraction", "0.5"], "--validation-fraction was 0.0 and is 0.5"),
        (["--batch-size", "9"], "--batch-size was 50 and is 9"),
        (["--plain-inputs"], "--plain-inputs was false and is true"),
      ] {
        let result = fitPairs(folder, flags + change + ["--resume"])
        #expect(result.status == 2)
        #expect(
          result.errors
            == "Error: \(run.path)/checkpoint.json: it is of another run: \(difference)\(remedy)")
      }
      #expect(
        fitPairs(folder, flags + ["--resume", "--epochs", "1"]).errors
          == "Error: the checkpoint is at epoch 2 and --epochs is 1; give a larger --epochs to continue."
      )
      let again = fitPairs(folder, flags + ["--resume"])
      #expect(again.status == 0)
      #expect(
        again.output.contains("\nthe training was finished: all its epochs were done before\n"))
      try Data(pairsText(131).utf8).write(to: folder.appending(path: "data/pairs.csv"))
      #expect(
        fitPairs(folder, flags + ["--resume"]).errors
          == "Error: \(run.path)/checkpoint.json: it is of another run: the pairs have changed\(remedy)"
      )
    }
  }
}
