import ArgumentParser
import Inference

/// The flags of stochastic variational inference: `--backend svi`, `adam` and `laplace`.
public struct SVIOptions: ParsableArguments, AnnotatedFlags, Sendable {
  // `.unconditional` lets a value begin with a minus, so that the message is about the number.
  /// `--steps`: the number of steps to take.
  @Option(
    parsing: .unconditional,
    help: "How many steps to take; with --resume those taken before are among them.")
  public var steps = modelDefault("--steps", or: 6000)

  /// `--learning-rate`: the rate of Adam.
  @Option(parsing: .unconditional, help: "The learning rate of Adam.")
  public var learningRate = modelDefault("--learning-rate", or: 3e-3)

  /// `--guide`: the family of guides; the backend's own if nil.
  @Option(
    help: ArgumentHelp(
      "The family of the guide of svi; normal if not given.",
      valueName: "family"))
  public var guide: GuideFamily?

  /// `--schedule`: the learning rate as a function of the steps taken.
  @Option(
    help: ArgumentHelp(
      "The course of the learning rate over --steps: constant, cosine or linear down to 0, or exponential down to a tenth.",
      valueName: "course"))
  public var schedule = modelDefault("--schedule", or: RateSchedule.constant)

  /// `--clip`: the largest norm of the gradient.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The norm that a longer gradient is shortened to, or none.", valueName: "norm|none"))
  public var clip = modelDefault("--clip", or: GradientLimit.norm(10))

  /// `--particles`: the number of draws from the guide in a step.
  @Option(
    parsing: .unconditional, help: "How many draws from the guide a step averages its loss over.")
  public var particles = modelDefault("--particles", or: 1)

  /// `--average`: whether the parameters are averaged over the last steps.
  @Flag(
    help:
      "Report the mean of the parameters over at least the last third of the steps, with its standard error."
  )
  public var average = false

  /// `--stop-when-converged`: whether the fit ends before `--steps` once its parameters are known.
  @Flag(
    help: ArgumentHelp(
      "End before --steps once the loss no longer falls and the standard error of every averaged parameter is at most 0.05 standard deviations.",
      discussion: "The parameters are averaged as by --average."))
  public var stopWhenConverged = false

  public init() {}

  public func validate() throws {
    guard (1...10_000_000).contains(steps) else {
      throw ValidationError("--steps is \(steps), but must be from 1 to 10000000.")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError(
        "--learning-rate is \(learningRate), but must be "
          + (learningRate == .infinity ? "finite." : "positive."))
    }
    guard (1...10_000).contains(particles) else {
      throw ValidationError("--particles is \(particles), but must be from 1 to 10000.")
    }
  }

  /// The number of steps, after which a fit can be continued unless the schedule depends on it.
  public var flagsWithoutEffect: Set<String> { schedule == .constant ? ["--steps"] : [] }

  /// The optimizer: Adam with `--learning-rate` and `--schedule`, after NaNs of the gradient are set to 0 and it is clipped to
  /// the norm of `--clip`.
  public var optimizer: some GradientTransformation {
    ZeroNaNs().then(ClipGlobalNorm(clip.value)).then(
      Adam(learningRate: schedule.schedule(from: learningRate, steps: steps)))
  }
}

/// A schedule of the learning rate over the steps of a fit, the value of `--schedule`.
public enum RateSchedule: String, Sendable, CaseIterable, ExpressibleByArgument {
  /// A constant rate.
  case constant
  /// Half a period of a cosine down to 0.
  case cosine
  /// A straight line down to 0.
  case linear
  /// A geometric sequence down to a tenth.
  case exponential

  /// The schedule from a rate, over a number of steps.
  public func schedule(from rate: Double, steps: Int) -> Schedule {
    switch self {
    case .constant: .constant(rate)
    case .cosine: .cosine(from: rate, steps: steps)
    case .linear: .linear(from: rate, to: 0, steps: steps)
    case .exponential: .exponential(from: rate, factor: 0.1, every: steps)
    }
  }
}

/// The largest norm of a gradient, the value of `--clip`.
public enum GradientLimit: Sendable, Equatable, ExpressibleByArgument, CustomStringConvertible {
  /// Longer gradients are shortened to this norm, a positive number.
  case norm(Double)
  /// No gradient is shortened.
  case none

  /// The limit of an argument: a positive number, or `none`.
  public init?(argument: String) {
    if argument == "none" {
      self = .none
    } else if let norm = Double(argument), norm > 0, norm.isFinite {
      self = .norm(norm)
    } else {
      return nil
    }
  }

  /// The norm; infinity for none.
  public var value: Double {
    switch self {
    case .norm(let norm): norm
    case .none: .infinity
    }
  }

  public var description: String {
    switch self {
    case .norm(let norm): "\(norm)"
    case .none: "none"
    }
  }

  public var defaultValueDescription: String { description }
}
