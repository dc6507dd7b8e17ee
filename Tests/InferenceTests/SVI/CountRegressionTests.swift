import Distributions
import Inference
import PPL
import Testing

/// Regressions on observed counts, whose data are drawn from known coefficients.
struct CountRegressionTests {
  private static let x = RandomKey(7).normal([500])
  private static let (intercept, slope) = (0.4, -0.7)

  /// Coefficients with wide priors, and counts that follow `distribution` of the linear predictor.
  private static func model(
    _ y: Tensor, _ distribution: @escaping @Sendable (Tensor) -> any Distribution
  ) -> Model<Void> {
    Model { p in
      let intercept = p.sample("intercept", Normal(0, 3))
      let slope = p.sample("slope", Normal(0, 3))
      p.plate("row", 500) { p in
        _ = p.sample("y", distribution(intercept + slope * x), observed: y)
      }
    }
  }

  private func expectTruthRecovered(
    _ distribution: @escaping @Sendable (Tensor) -> any Distribution, deviationBelow bound: Double
  ) throws {
    let predictor = Tensor(Self.intercept) + Tensor(Self.slope) * Self.x
    let y = distribution(predictor).sample([], key: RandomKey(8))
    let draws = try closeFit(Self.model(y, distribution)).draws(4000, key: RandomKey(0))
    for (name, truth) in [("intercept", Self.intercept), ("slope", Self.slope)] {
      let (mean, variance) = (draws[name].mean().scalar, draws[name].variance().scalar)
      let deviation = variance.squareRoot()
      // A posterior of 500 rows is normal; the truth lies this far out once in 15 000 data sets.
      #expect(abs(mean - truth) < 4 * deviation, "\(name)")
      #expect(deviation < bound, "\(name)")
    }
  }

  // One over the root of the Fisher information Σ λ = 500 · 1.9 is 0.032, of Σ p (1 - p) 0.1.

  @Test func aPoissonRegressionRecoversItsCoefficients() throws {
    try expectTruthRecovered({ Poisson(rate: exp($0)) }, deviationBelow: 0.05)
  }

  @Test func aLogisticRegressionRecoversItsCoefficients() throws {
    try expectTruthRecovered({ Bernoulli(logits: $0) }, deviationBelow: 0.15)
  }

  @Test func aLatentCountIsRefusedByName() {
    let model = Model { p in
      let count = p.sample("count", Poisson(rate: 3))
      p.sample("y", Normal(count, 1), observed: 2.5)
    }
    #expect(throws: InferenceError.discreteSite("count")) {
      try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.01))
        .run(steps: 1, key: RandomKey(1), progress: .silent)
    }
  }
}
