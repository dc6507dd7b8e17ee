import Distributions
import PPL

/// Mistakes of observations, masks and values.
extension MistakesInModelsTests {
  static let observations: [Row] = [
    Row(
      "an observation that does not broadcast",
      "site \"x\": observed data have shape [3], but the site has [2]; reshape the data, or put the "
        + "site into a plate for each further dimension."
    ) { p in p.plate("n", 2) { p in p.sample("x", Normal(0, 1), observed: .zeros([3])) } },
    Row(
      "a mask of another shape",
      "site \"x\": a mask of shape [3] does not fit the batch [2]; leave out the dimensions of the "
        + "event."
    ) { p in p.sample("x", Normal(.zeros([2]), 1), observed: .zeros([2]), mask: .ones([3])) },
    Row(
      "a parameter of too few dimensions",
      "parameter \"w\": its value has shape [], but one that is non-negative and sum to 1 has at "
        + "least 1 dimension; start it at a vector."
    ) { p in p.parameter("w", initially: 1, in: .simplex) },
    Row("a number that is none", "site \"x\": Normal deviation is nan, but must be positive.") {
      p in
      p.sample("x", Normal(0, Tensor(.nan)))
    },
    Row(
      "probabilities that sum to less",
      "site \"x\": Categorical probabilities[1] sums to 0.75, but must be non-negative and sum to 1."
    ) { p in
      p.sample("x", Categorical(probabilities: Tensor(rows: [[0.5, 0.5], [0.5, 0.25]])))
    },
    Row(
      "a negative probability",
      "site \"x\": Categorical probabilities[2] is -0.5, but must be non-negative and sum to 1."
    ) { p in p.sample("x", Categorical(probabilities: Tensor([1, 0.5, -0.5]))) },
    Row(
      "an observation off the simplex",
      "site \"x\": observation[1] sums to 1.25, but a value of Dirichlet must be non-negative and "
        + "sum to 1; correct it, or leave it out with a mask."
    ) { p in
      p.plate("n", 2) { p in
        p.sample(
          "x", Dirichlet(.ones([2])), observed: Tensor(rows: [[0.5, 0.5], [0.75, 0.5]]))
      }
    },
  ]
}
