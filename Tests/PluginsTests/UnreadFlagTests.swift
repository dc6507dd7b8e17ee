import ArgumentParser
import CommandTestSupport
import Foundation
import PPL
import TestSupport
import Testing

@testable import Plugins

/// Flags that have no effect under the values of others.
struct UnreadFlagTests {
  @Test(arguments: [
    (
      "--backend nuts --sampler hmc --max-tree-depth 8",
      "--max-tree-depth does not apply to --sampler hmc, whose trajectories have a fixed expected length; "
        + "leave it out, or take --sampler nuts."
    ),
    (
      "--backend nuts --warmup 0 --target-acceptance=0.9",
      "--target-acceptance does not apply to --warmup 0, which adapts nothing; give a --warmup, or leave it out."
    ),
    (
      "--backend nested-laplace --exploration quadrature --points 512",
      "--points does not apply to --exploration quadrature, whose points are those of its grid or design; "
        + "leave it out, or take --exploration importance."
    ),
    (
      "--backend match --profile",
      "--profile does not apply to --backend match, which does not time its steps; leave it out, or take --backend svi."
    ),
    (
      "--backend adam --particles 2",
      "--particles 2 does not apply to the guide delta, whose draws are all its mode; leave it out."
    ),
    (
      "--backend svi --checkpoint-interval 5",
      "--checkpoint-interval does not apply to a run without --output, which saves no state; "
        + "give --output, or leave it out."
    ),
  ])
  func theyAreRefusedByNameWithTheRemedy(flags: String, message: String) {
    let flags = flags.split(separator: " ").map(String.init)
    let fitted = means("fit", flags)
    #expect(fitted.status == 64 && fitted.errors.contains(message), "\(fitted.errors)")
    guard !flags.contains("--profile") else { return }
    let calibrated = means("calibrate", flags + ["--panels", "1"])
    #expect(
      calibrated.status == 64 && calibrated.errors.contains(message), "\(calibrated.errors)")
  }

  /// What the model states by itself was not given.
  @Test func defaultsOfTheModelAreNotRefused() {
    let result = ppl(
      "fit", "gev-multiplicative", "--backend", "nuts", "--chains", "1", "--warmup", "0",
      "--draws", "2")
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test func helpShowsTheDefaultsOfTheModel() {
    func help(_ result: CommandResult) -> String {
      result.output.replacing(/\s+/, with: " ")
    }
    let extremes = help(ppl("fit", "gev-multiplicative", "--backend", "nuts", "--help"))
    #expect(extremes.contains("raise it where transitions diverge. (default: 0.9)"))
    let plain = help(means("fit", ["--backend", "nuts", "--help"]))
    #expect(plain.contains("raise it where transitions diverge. (default: 0.8)"))
  }
}
