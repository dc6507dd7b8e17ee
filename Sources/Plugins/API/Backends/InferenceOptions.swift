import ArgumentParser
import Inference
import Runs

/// The flags that choose an inference backend and what it does, the same for all models.
public struct InferenceOptions: ParsableArguments, Sendable {
  /// `--backend`: the name of the inference backend.
  @Option(
    help: ArgumentHelp(
      "The inference method: svi (a guide by stochastic variational inference), adam (the posterior mode alone) or laplace (a normal distribution with the curvature at the mode).",
      valueName: "name"))
  public var backend = "svi"

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
  public var schedule = RateSchedule.constant

  /// `--clip`: the norm that the gradient is shortened to.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The norm that a longer gradient is shortened to, or none.", valueName: "norm|none"))
  public var clip = GradientLimit.norm(10)

  /// `--particles`: the number of draws from the guide in a step.
  @Option(
    parsing: .unconditional, help: "How many draws from the guide a step averages its loss over.")
  public var particles = 1

  /// The backends among which `--backend` chooses.
  public var backends = InferenceBackends()

  public init() {}

  public func validate() throws {
    guard (1...10_000).contains(particles) else {
      throw ValidationError("--particles is \(particles), but must be from 1 to 10000.")
    }
  }
}

/// A course of the learning rate over the steps of a fit, as `--schedule` names it.
public enum RateSchedule: String, Sendable, CaseIterable, ExpressibleByArgument {
  /// One rate for all steps.
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

/// The largest norm of a gradient, as `--clip` takes it.
public enum GradientLimit: Sendable, Equatable, ExpressibleByArgument, CustomStringConvertible {
  /// Longer gradients are shortened to this norm, a positive number.
  case norm(Double)
  /// No gradient is shortened.
  case none

  /// A positive number, or `none`.
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

// MARK: - What a checkpoint is made under

extension FitOptions {
  /// The flags of inference that are not as usual, as conditions of a checkpoint.
  ///
  /// A schedule depends on `--steps`, which then is among them.
  var inferenceConditions: [CheckpointFile.Condition] {
    let steps = inference.schedule == .constant ? [] : [("--steps", "\(self.steps)")]
    return (inference.unusual + steps).map { CheckpointFile.Condition($0.0, $0.1) }
  }
}

extension InferenceOptions {
  /// The flags that are not as usual with their values, by name: for `run.json`; nil if all are.
  public var record: [String: String]? {
    let flags = unusual.map { (String($0.flag.dropFirst(2)), $0.value) }
    return flags.isEmpty ? nil : Dictionary(uniqueKeysWithValues: flags)
  }

  /// The flags that are not as usual with their values, found by reflection so that none is forgotten.
  public var unusual: [(flag: String, value: String)] {
    guard let usual = try? Self.parse([]) else { return [] }
    return zip(Self.flags(of: self), Self.flags(of: usual)).compactMap { own, usual in
      own.value == usual.value ? nil : own
    }
  }

  private static func flags(of options: InferenceOptions) -> [(flag: String, value: String)] {
    // A property wrapper is a stored property whose name begins with an underscore.
    Mirror(reflecting: options).children.compactMap { child in
      guard let label = child.label, label.hasPrefix("_") else { return nil }
      let text = "\(child.value)"
      let isOptional = text.hasPrefix("Optional(")
      return ("--\(label.dropFirst())", isOptional ? String(text.dropFirst(9).dropLast()) : text)
    }
  }
}
