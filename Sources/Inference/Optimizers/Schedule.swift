import Preconditions
import PPL

/// A learning rate as a function of the steps taken.
///
///     Adam(learningRate: 0.01)                                        // a constant
///     Adam(learningRate: .cosine(from: 0.01, steps: 5_000))
///     Adam(learningRate: .warmUp(steps: 200, then: .exponential(from: 0.01, factor: 0.5, every: 1_000)))
///
/// - Reference: Optax, `optax.schedules`; their numbers.
public struct Schedule: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  private let rate: @Sendable (Tensor) -> Tensor

  /// A schedule of one's own.
  ///
  /// - Parameter rate: From the number of steps already taken, a scalar, to the rate; in tensor operations, since it
  ///   is recorded.
  public init(_ rate: @escaping @Sendable (Tensor) -> Tensor) { self.rate = rate }

  public init(floatLiteral value: Double) { self = .constant(value) }
  public init(integerLiteral value: Int) { self = .constant(Double(value)) }

  /// The rate of the step after `count` others.
  public func callAsFunction(_ count: Tensor) -> Tensor { rate(count) }
}

extension Schedule {
  /// One rate for all steps.
  public static func constant(_ rate: Double) -> Schedule {
    require(rate > 0, "Schedule: the rate is \(rate), but must be positive.")
    return Schedule { _ in Tensor(rate) }
  }

  /// `rate factor^(t / every)`, or of the whole part of the exponent if `isStaircase`.
  public static func exponential(
    from rate: Double, factor: Double, every steps: Int, isStaircase: Bool = false
  ) -> Schedule {
    check("exponential", rate, steps)
    require(factor > 0, "exponential: the factor is \(factor), but must be positive.")
    return Schedule { count in
      let exponent = count / Tensor(Double(steps))
      return Tensor(rate) * pow(Tensor(factor), isStaircase ? floor(exponent) : exponent)
    }
  }

  /// Half a period of a cosine from `rate` to `floor rate`, which then stays.
  ///
  /// - Reference: Loshchilov and Hutter (2017), *SGDR: stochastic gradient descent with warm restarts*, eq. (5).
  public static func cosine(from rate: Double, steps: Int, floor: Double = 0) -> Schedule {
    check("cosine", rate, steps)
    require((0...1).contains(floor), "cosine: the floor is \(floor), but must be in [0, 1].")
    return Schedule { count in
      let done = minimum(count / Tensor(Double(steps)), 1)
      let share = 0.5 * (1 + cos(Tensor(.pi) * done))
      return Tensor(rate) * (Tensor(1 - floor) * share + Tensor(floor))
    }
  }

  /// A straight line from one rate to another over `steps`, which then stays.
  public static func linear(from start: Double, to end: Double, steps: Int) -> Schedule {
    check("linear", max(start, end), steps)
    return Schedule { count in
      let done = minimum(count / Tensor(Double(steps)), 1)
      return Tensor(start) + Tensor(end - start) * done
    }
  }

  /// A straight line from 0 for `steps`, then another schedule from its beginning.
  public static func warmUp(steps: Int, then schedule: Schedule) -> Schedule {
    check("warmUp", 1, steps)
    return Schedule { count in
      let length = Tensor(Double(steps))
      let rising = count / length * schedule(0)
      return select(count .< length, rising, schedule(maximum(count - length, 0)))
    }
  }

  /// A cosine up from `peak / startDivisor` in the first `rise` of the steps, then a cosine down to
  /// `peak / startDivisor / endDivisor`.
  ///
  /// - Reference: Smith and Topin (2019), *Super-convergence: very fast training of neural networks using large
  ///   learning rates*.
  public static func oneCycle(
    peak: Double, steps: Int, rise: Double = 0.3, startDivisor: Double = 25,
    endDivisor: Double = 1e4
  ) -> Schedule {
    check("oneCycle", peak, steps)
    require(rise > 0 && rise < 1, "oneCycle: rise is \(rise), but must be in (0, 1).")
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
  }

  private static func check(_ name: String, _ rate: Double, _ steps: Int) {
    require(rate > 0, "\(name): the rate is \(rate), but must be positive.")
    require(steps > 0, "\(name): steps is \(steps), but must be positive.")
  }
}
