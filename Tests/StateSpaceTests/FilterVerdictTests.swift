import Distributions
import Inference
import PPL
import TestSupport
import Testing

@testable import StateSpace

struct FilterVerdictTests {
  /// One step of 0.1 of Lorenz-63 for members in rows, by two of the classical Runge-Kutta method.
  private static func lorenz63(_ members: Tensor) -> Tensor {
    func rates(_ s: Tensor) -> Tensor {
      let parts = (0..<3).map { s.taking(indices: Tensor([Double($0)]), along: 1) }
      let (x, y, z) = (parts[0], parts[1], parts[2])
      return concatenate([10 * (y - x), x * (28 - z) - y, x * y - Tensor(8.0 / 3) * z], along: 1)
    }
    var s = members
    for _ in 0..<2 {
      let h = Tensor(0.05)
      let k1 = rates(s)
      let k2 = rates(s + h / 2 * k1)
      let k3 = rates(s + h / 2 * k2)
      let k4 = rates(s + h * k3)
      s = s + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    }
    return s
  }

  /// The filter on 30 observations of all variables, as a function of its inflation.
  private func model(_ inflation: @escaping @Sendable (inout Context) -> Tensor) -> Model<
    FilteredStates
  > {
    let key = RandomKey(5)
    var truth = Tensor([1.5, -1.5, 25], shape: [1, 3])
    let times = (1...30).map { step in
      truth = Self.lorenz63(truth)
      let errors = key.foldIn(UInt32(step)).normal([1, 3])
      return TimedObservations(
        step: step, (truth + errors).scalars, points: [0, 1, 2], variance: 1)
    }
    return Model { p in
      let space = EnsembleStateSpace(
        members: 6, mean: [1.5, -1.5, 25], choleskyFactor: .identity(3)
      ) { states, _, _ in Self.lorenz63(states) }
      return p.filtered(
        "flow", space, observing: times, updatedBy: EnsembleUpdate(inflation: inflation(&p)),
        key: RandomKey(6))
    }
  }

  private func verdict(inflation: Double) throws -> FilterVerdict {
    try model { _ in Tensor(inflation) }.outputAndTrace().output.verdict
  }

  @Test func anEnsembleThatIsDeflatedLosesTheStateAndSaysSo() throws {
    let lost = try verdict(inflation: 0.35)
    guard case .tooConfident(let ratio) = lost else {
      Issue.record("\(lost)")
      return
    }
    #expect(ratio > 2)
    #expect(
      lost.description.hasPrefix(
        "the filter is too confident, and may have lost the state: the chi-square of innovations is "
      ))
    #expect(try verdict(inflation: 1.05).isConsistent)
  }

  @Test func aFitFromTheMedianIsConsistent() throws {
    let model = model { p in p.sample("inflation", LogNormal(0, 0.5)) }
    let guide = AutoDelta(model, initialization: .median())
    let fit = try SVI(model, guide: guide, optimizer: Adam(learningRate: 0.03))
      .run(steps: 40, key: RandomKey(1), progress: .silent)
    let median = try #require(try fit.median())
    let states = try model.conditioned(on: median).outputAndTrace().output
    #expect(states.verdict.isConsistent, "\(states.verdict)")
  }

  @Test func theChiSquareOfAKnownCovarianceIsThatOfItsFormula() throws {
    let space = LinearGaussianStateSpace(
      mean: [0, 0], covariance: .identity(2), transition: .identity(2), modelError: .zeros([2, 2]))
    let time = TimedObservations(step: 0, [2, nil], points: [0, 1], variance: 3)
    let states = try Model { p in p.filtered("x", space, observing: [time]) }
      .outputAndTrace().output
    // d = 2, S = 1 + 3.
    #expect(states.innovationChiSquares.scalars == [1])
    #expect(states.observationCounts == [1])
    #expect(states.verdict == .consistent(ratio: 1))
  }

  @Test func verdictsAreThoseOfTheirBounds() {
    let count = 200  // Four deviations are 0.4.
    func verdict(_ ratio: Double) -> FilterVerdict {
      FilterVerdict(chiSquare: ratio * Double(count), count: count)
    }
    #expect(verdict(1.49).isConsistent && verdict(0.67).isConsistent)
    #expect(verdict(2) == .tooConfident(ratio: 2) && verdict(0.5) == .tooCautious(ratio: 0.5))
    #expect(verdict(.nan) == .failed && verdict(.infinity) == .failed)
    #expect(
      verdict(1).description
        == "the filter is consistent: the chi-square of innovations is 1.0 for each observation, and 1 is expected."
    )
    #expect(
      verdict(0.5).description
        == "the filter is too cautious: the chi-square of innovations is 0.5 for each observation, and 1 is expected. "
        + "Start the fit with smaller errors of model and observations, or give the parameters narrower priors."
    )
    #expect(
      verdict(.nan).description
        == "the filter failed: the chi-square of its innovations is not finite. Start the fit from parameters for which the "
        + "forecast stays finite, by the initialization .median() of its guide.")
  }
}
