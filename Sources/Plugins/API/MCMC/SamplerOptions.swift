import ArgumentParser
import Inference

/// The flags of Markov chain Monte Carlo: `--backend nuts`.
public struct SamplerOptions: ParsableArguments, AnnotatedFlags, Sendable {
  /// `--chains`: the number of Markov chains.
  @Option(parsing: .unconditional, help: "How many chains to run; --draws is of each.")
  public var chains = modelDefault("--chains", or: 4)

  /// `--warmup`: the number of transitions that adapt the sampler.
  @Option(
    parsing: .unconditional,
    help: "How many transitions of each chain adapt the sampler before its draws.")
  public var warmup = modelDefault("--warmup", or: 1000)

  /// `--sampler`: the transitions of the chains.
  @Option(
    help: ArgumentHelp(
      "The sampler: nuts, walnuts (its step size changes along a trajectory, for funnels) or hmc.",
      valueName: "name"))
  public var sampler = modelDefault("--sampler", or: SamplerName.nuts)

  /// `--start`: the starting points of the chains.
  @Option(
    help: ArgumentHelp(
      "Where chains start: model (the values that it states, else uniform), prior (a draw), or pathfinder (points "
        + "in the bulk of the posterior).", valueName: "points"))
  public var start = modelDefault("--start", or: SamplerStart.model)

  /// `--mass-matrix`: the family of the adapted mass matrix.
  @Option(
    help: ArgumentHelp(
      "The adapted mass matrix: diagonal, low-rank (diagonal with corrections) or dense.",
      valueName: "family"))
  public var massMatrix = modelDefault("--mass-matrix", or: MassMatrix.Family.lowRank)

  /// `--target-acceptance`: the mean acceptance probability that the step size is adapted to.
  @Option(
    parsing: .unconditional,
    help:
      "The mean acceptance probability that the step size is adapted to; raise it where transitions diverge."
  )
  public var targetAcceptance = modelDefault("--target-acceptance", or: 0.8)

  /// `--max-tree-depth`: the largest number of doublings of a trajectory.
  @Option(parsing: .unconditional, help: "The largest number of doublings of a trajectory.")
  public var maxTreeDepth = modelDefault("--max-tree-depth", or: 10)

  public init() {}

  /// The depth of trajectories of a fixed length, and what a warm-up of no transitions does not adapt.
  public var unreadFlags: [UnreadFlag] {
    let ofHMC = [
      UnreadFlag(
        "--max-tree-depth", by: "--sampler hmc, whose trajectories have a fixed expected length",
        remedy: "leave it out, or take --sampler nuts")
    ]
    let ofNoWarmup = ["--mass-matrix", "--target-acceptance"].map {
      UnreadFlag(
        $0, by: "--warmup 0, which adapts nothing", remedy: "give a --warmup, or leave it out")
    }
    return (sampler == .hmc ? ofHMC : []) + (warmup == 0 ? ofNoWarmup : [])
  }

  public func validate() throws {
    guard (1...1_000).contains(chains) else {
      throw ValidationError("--chains is \(chains), but must be from 1 to 1000.")
    }
    guard (0...1_000_000).contains(warmup) else {
      throw ValidationError("--warmup is \(warmup), but must be from 0 to 1000000.")
    }
    guard targetAcceptance > 0, targetAcceptance < 1 else {
      throw ValidationError(
        "--target-acceptance is \(targetAcceptance), but must be between 0 and 1.")
    }
    guard (1...20).contains(maxTreeDepth) else {
      throw ValidationError("--max-tree-depth is \(maxTreeDepth), but must be from 1 to 20.")
    }
  }
}

extension MassMatrix.Family: ExpressibleByArgument {}

/// A sampler by its name as typed.
public enum SamplerName: String, Sendable, CaseIterable, ExpressibleByArgument {
  /// `NUTS`, the No-U-Turn sampler.
  case nuts
  /// `WALNUTS`, whose step size changes along a trajectory.
  case walnuts
  /// `HMC`, with trajectories of a fixed expected length.
  case hmc
}

/// The starting points of chains by their name as typed.
public enum SamplerStart: String, Sendable, CaseIterable, ExpressibleByArgument {
  /// The values that the model states; uniform ones if it states none.
  case model
  /// A draw from the prior for each chain.
  case prior
  /// Points that `Pathfinder` finds.
  case pathfinder
}
