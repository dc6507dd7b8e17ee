import Distributions
import PPL
import Testing

/// A distribution that cannot be, inside a model: its run throws the sentence and does not end the process.
@Suite struct MistakesTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sentence: String
    let model: Model<Void>

    init<D: Distribution>(
      _ name: String, _ sentence: String, _ make: @escaping @Sendable () -> D
    ) {
      (testDescription, self.sentence) = (name, sentence)
      model = Model { p in _ = p.sample("x", make()) }.seeded(by: RandomKey(0))
    }
  }

  static let rows: [Row] = [
    Row("no components", "Mixture: there are 2 categories, but 0 components.") {
      Mixture(Categorical(probabilities: [0.5, 0.5]))
    },
    Row("too few components", "Mixture: there are 3 categories, but 1 components.") {
      Mixture(Categorical(probabilities: Tensor(rows: [[0.5, 0.5, 0]])), Normal(0, 1))
    },
    Row(
      "no axis of categories",
      "Categorical: probabilities needs an axis of categories, but has shape []."
    ) { Categorical(probabilities: 0.3) },
    Row("no categories", "Categorical: logits needs an axis of categories, but has shape [0].") {
      Categorical(logits: .zeros([0]))
    },
    Row(
      "no axis of counts",
      "Multinomial: probabilities needs an axis of categories, but has shape []."
    ) { Multinomial(totalCount: 3, probabilities: 0.3) },
    Row(
      "no axis of concentrations",
      "DirichletMultinomial: concentration needs an axis of categories, but has shape []."
    ) { DirichletMultinomial(1) },
    Row(
      "no cut points", "OrderedLogistic: cutpoints needs an axis of cut points, but has shape []."
    ) { OrderedLogistic(0, cutpoints: 1) },
    Row(
      "a number in place of a factor",
      "LowRankMultivariateNormal: mean [2], factor [] and diagonal [2] are not [..., n], "
        + "[..., n, r], [..., n]."
    ) { LowRankMultivariateNormal(.zeros([2]), factor: 1, diagonal: .ones([2])) },
    Row(
      "a hurdle before negative values",
      "Hurdle: values of Normal are a finite number, but must not be negative; use a distribution "
        + "of positive numbers or of counts, such as Truncated(Normal(...), low: 0)."
    ) { Hurdle(Normal(0, 1), gate: 0.3) },
    Row("no steps of a walk", "GaussianRandomWalk: steps is 0, but must be positive.") {
      GaussianRandomWalk(1, steps: 0)
    },
    Row("no steps of a state", "GaussianStateSpace: steps is -1, but must be positive.") {
      GaussianStateSpace(steps: -1, transition: .identity(2), choleskyFactor: .identity(2))
    },
    Row(
      "steps without end",
      "GaussianStateSpace: steps is 9223372036854775807, but must be at most 100000000."
    ) { GaussianStateSpace(steps: .max, transition: .identity(2), choleskyFactor: .identity(2)) },
    Row("a hurdle before vectors", "Hurdle: Dirichlet has events of shape [2].") {
      Hurdle(Dirichlet(.ones([2])), gate: 0.3)
    },
  ]

  @Test(arguments: rows) func mistakesAreThrownByTheRunOfAModel(_ row: Row) throws {
    let error = try #require(throws: ModelError.self) { _ = try row.model.trace() }
    guard case .expression(_, let mistake) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(mistake.description == row.sentence)
  }
}
