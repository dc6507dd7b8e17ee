import Distributions
import PPL

/// Mistakes of the arguments of distributions and modules.
extension MistakesInModelsTests {
  static let distributions: [Row] = [
    Row(
      "parameters that do not broadcast",
      "before or in the statement of \"x\": Normal: cannot broadcast mean [2], "
        + "deviation [3]."
    ) { p in p.sample("x", Normal(Tensor([1, 2]), Tensor([1, 2, 3]))) },
    Row(
      "a mean of another size",
      "before or in the statement of \"x\": MultivariateNormal: mean [2] and choleskyFactor [3, 3] "
        + "are not [..., n], [..., n, n]."
    ) { p in p.sample("x", MultivariateNormal(.zeros([2]), choleskyFactor: .identity(3))) },
    Row(
      "a scalar in place of a matrix",
      "before or in the statement of \"x\": subscript: 2 indices for shape []."
    ) { p in p.sample("x", MultivariateNormal(.zeros([2]), precision: 1)) },
    Row(
      "no concentration",
      "before or in the statement of \"x\": Dirichlet: concentration [] is not [..., n]."
    ) { p in p.sample("x", Dirichlet(1)) },
    Row(
      "no steps",
      "before or in the statement of \"x\": GaussianRandomWalk: steps is 0, but must be positive."
    ) { p in p.sample("x", GaussianRandomWalk(1, steps: 0)) },
    Row(
      "a correlation of one",
      "before or in the statement of \"x\": LKJ: dimension is 1, but must be at least 2."
    ) { p in p.sample("x", LKJ(dimension: 1)) },
    Row(
      "a batch that does not expand",
      "before or in the statement of \"x\": expanded(to:): Normal of batch [2] does not broadcast to "
        + "[3]"
    ) { p in
      func sample(_ distribution: some Distribution) { p.sample("x", distribution) }
      sample(Normal(.zeros([2]), 1).expanded(to: [3]))
    },
    Row(
      "an event without dimensions",
      "before or in the statement of \"x\": toEvent(1): Normal has a batch of shape []"
    ) { p in
      func sample(_ distribution: some Distribution) { p.sample("x", distribution) }
      sample(Normal(0, 1).toEvent(1))
    },
    Row(
      "an input of another width",
      "before or in the statement of \"x\": Linear(2, 3): got an input of shape [4, 5], whose last "
        + "dimension must be 2"
    ) { p in
      let layer = p.module("net", Linear(2, 3))
      p.sample("x", Normal(layer(.zeros([4, 5])), 1))
    },
  ]
}
