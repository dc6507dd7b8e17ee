import PPL
import Preconditions

/// A learning rate schedule: the rate as a function of the number of steps taken.
///
///     Adam(learningRate: 0.01)                                        // a constant
///     Adam(learningRate: .cosine(from: 0.01, steps: 5_000))
///     Adam(learningRate: .warmUp(steps: 200, then: .exponential(from: 0.01, factor: 0.5, every: 1_000)))
///
/// - Reference: Optax, `optax.schedules`.
public struct Schedule: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  private let rate: @Sendable (Tensor) -> Tensor
  /// The first invalid setting of the schedule.
  private var flaw: Flaw?

  /// An invalid setting, with the name of the schedule; nil for a constant rate.
  private struct Flaw {
    let schedule: String?
    let found, requirement: String
  }

  /// A custom schedule.
  ///
  /// - Parameter rate: The rate as a function of the number of steps already taken, both scalars; in tensor operations,
  ///   since it is recorded.
  public init(_ rate: @escaping @Sendable (Tensor) -> Tensor) { self.rate = rate }

  public init(floatLiteral value: Double) { self = .constant(value) }
  public init(integerLiteral value: Int) { self = .constant(Double(value)) }

  /// The rate of the step after `count` others, both scalars.
  public func callAsFunction(_ count: Tensor) -> Tensor {
    do { try validate() } catch { reportMistake("\(error)") }
    return rate(count)
  }

  /// Checks the settings.
  ///
  /// - Throws: `InferenceError.argument`.
  public func validate() throws(InferenceError) {
    guard let flaw else { return }
    let found = flaw.schedule == nil ? "the rate is \(flaw.found)" : flaw.found
    throw .argument(of: flaw.schedule ?? "Schedule", found: found, requirement: flaw.requirement)
  }

  /// Checks the settings, as the learning rate of an optimizer.
  ///
  /// - Parameter optimizer: The name that the sentence of the error begins with.
  /// - Throws: `InferenceError.argument`.
  func validate(asLearningRateOf optimizer: String) throws(InferenceError) {
    guard let flaw else { return }
    let owner = flaw.schedule.map { "\(optimizer)(learningRate: .\($0))" } ?? optimizer
    let found = flaw.schedule == nil ? "the learning rate is \(flaw.found)" : flaw.found
    throw .argument(of: owner, found: found, requirement: flaw.requirement)
  }

  /// The same schedule, invalid if a condition does not hold; the first violation is reported.
  private func demanding(
    _ condition: Bool, of owner: String?, _ found: @autoclosure () -> String, _ requirement: String
  ) -> Schedule {
    var schedule = self
    if !condition, flaw == nil {
      schedule.flaw = Flaw(schedule: owner, found: found(), requirement: requirement)
    }
    return schedule
  }

  private func demanding(_ owner: String, rate: Double, steps: Int) -> Schedule {
    demanding(rate > 0 && rate.isFinite, of: owner, "the rate is \(rate)", positive(rate))
      .demanding(steps > 0, of: owner, "steps is \(steps)", "must be positive")
  }
}

extension Schedule {
  /// A constant rate.
  public static func constant(_ rate: Double) -> Schedule {
    Schedule { _ in Tensor(rate) }
      .demanding(rate > 0 && rate.isFinite, of: nil, "\(rate)", positive(rate))
  }

  /// Exponential decay `rate factor^(t / every)`, with the whole part of the exponent if `isStaircase`.
  public static func exponential(
    from rate: Double, factor: Double, every steps: Int, isStaircase: Bool = false
  ) -> Schedule {
    Schedule { count in
      let exponent = count / Tensor(Double(steps))
      return Tensor(rate) * pow(Tensor(factor), isStaircase ? floor(exponent) : exponent)
    }
    .demanding("exponential", rate: rate, steps: steps)
    .demanding(
      factor > 0 && factor.isFinite, of: "exponential", "the factor is \(factor)",
      positive(factor))
  }

  /// Cosine decay from `rate` to `floor rate` over `steps`, constant after them.
  ///
  /// - Reference: Loshchilov and Hutter (2017), *SGDR: stochastic gradient descent with warm restarts*, eq. (5).
  public static func cosine(from rate: Double, steps: Int, floor: Double = 0) -> Schedule {
    Schedule { count in
      let done = minimum(count / Tensor(Double(steps)), 1)
      let share = 0.5 * (1 + cos(Tensor(.pi) * done))
      return Tensor(rate) * (Tensor(1 - floor) * share + Tensor(floor))
    }
    .demanding("cosine", rate: rate, steps: steps)
    .demanding((0...1).contains(floor), of: "cosine", "the floor is \(floor)", "must be in [0, 1]")
  }

  /// A straight line from one rate to another over `steps`, constant after them.
  public static func linear(from start: Double, to end: Double, steps: Int) -> Schedule {
    Schedule { count in
      let done = minimum(count / Tensor(Double(steps)), 1)
      return Tensor(start) + Tensor(end - start) * done
    }
    .demanding("linear", rate: max(start, end), steps: steps)
    .demanding(
      min(start, end) >= 0, of: "linear", "the rates are \(start) and \(end)",
      "must not be negative")
  }

  /// A straight line from 0 for `steps`, then another schedule from its beginning.
  public static func warmUp(steps: Int, then schedule: Schedule) -> Schedule {
    var warmUp = Schedule { count in
      let length = Tensor(Double(steps))
      let rising = count / length * schedule(0)
      return select(count .< length, rising, schedule(maximum(count - length, 0)))
    }
    warmUp.flaw = schedule.flaw
    return warmUp.demanding("warmUp", rate: 1, steps: steps)
  }

  /// The one-cycle schedule: a cosine up from `peak / startDivisor` over the first `rise` of the steps, then a cosine down
  /// to `peak / startDivisor / endDivisor`.
  ///
  /// - Reference: Smith and Topin (2019), *Super-convergence: very fast training of neural networks using large
  ///   learning rates*.
  public static func oneCycle(
    peak: Double, steps: Int, rise: Double = 0.3, startDivisor: Double = 25,
    endDivisor: Double = 1e4
  ) -> Schedule {
    let start = peak / startDivisor
    let top = Tensor((rise * Double(steps)).rounded(.down))
    let last = Tensor(Double(steps))
    @Sendable func blend(_ from: Double, _ to: Double, _ share: Tensor) -> Tensor {
      Tensor(to) + Tensor(from - to) * (0.5 * (1 + cos(Tensor(.pi) * share)))
    }
    return Schedule { count in
      let up = blend(start, peak, minimum(count / top, 1))
      let fallen = minimum(maximum(count - top, 0) / (last - top), 1)
      return select(count .< top, up, blend(peak, start / endDivisor, fallen))
    }
    .demanding("oneCycle", rate: peak, steps: steps)
    .demanding(rise > 0 && rise < 1, of: "oneCycle", "rise is \(rise)", "must be in (0, 1)")
    .demanding(
      startDivisor > 0 && startDivisor.isFinite && endDivisor > 0 && endDivisor.isFinite,
      of: "oneCycle", "the divisors are \(startDivisor) and \(endDivisor)",
      "must be positive and finite")
  }
}
