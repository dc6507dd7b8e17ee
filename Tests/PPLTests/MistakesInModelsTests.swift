import Distributions
import PPL
import Testing

/// Every mistake that a model's arguments can make is thrown by its run, with a sentence of its own.
@Suite struct MistakesInModelsTests {
  /// A model with a mistake in it, and the whole sentence of the error.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let model: Model<Void>
    let sentence: String

    init<Output: Sendable>(
      _ name: String, _ sentence: String, _ body: @escaping @Sendable (inout Context) -> Output
    ) {
      (testDescription, self.sentence) = (name, sentence)
      model = Model { p in _ = body(&p) }.seeded(by: RandomKey(0))
    }
  }

  @Test(arguments: plates + observations + expressions + distributions)
  func isThrownWithItsSentence(_ row: Row) {
    #expect(failure(of: row.model)?.description == row.sentence)
  }

  static let plates: [Row] = [
    Row("no elements", "plate \"n\": size is 0, but must be positive.") { p in
      p.plate("n", 0) { p in p.sample("x", Normal(0, 1)) }
    },
    Row("a negative size", "plate \"n\": size is -3, but must be positive.") { p in
      p.plate("n", -3) { p in p.sample("x", Normal(0, 1)) }
    },
    Row(
      "more elements than memory",
      "plate \"n\": size is 9223372036854775807, but the memory of this machine does not hold as "
        + "many numbers; use fewer elements."
    ) { p in p.plate("n", .max) { p in p.sample("x", Normal(0, 1)) } },
    Row(
      "a subsample of more than memory",
      "plate \"n\": size is 9223372036854775807, but the memory of this machine does not hold as "
        + "many numbers; use fewer elements."
    ) { p in p.plate("n", .max, subsampleSize: 2) { p in p.sample("x", Normal(0, 1)) } },
    Row("a subsample too large", "plate \"n\": subsampleSize is 3, but must be in 1...2.") { p in
      p.plate("n", 2, subsampleSize: 3) { p in p.sample("x", Normal(0, 1)) }
    },
    Row("an empty subsample", "plate \"n\": subsampleSize is 0, but must be in 1...2.") { p in
      p.plate("n", 2, subsampleSize: 0) { p in p.sample("x", Normal(0, 1)) }
    },
    Row("a negative subsample", "plate \"n\": subsampleSize is -1, but must be in 1...2.") { p in
      p.plate("n", 2, subsampleSize: -1) { p in p.sample("x", Normal(0, 1)) }
    },
    Row(
      "a dimension from the left",
      "plate \"n\": dim is 0, but counts from the right: -1, -2, … to -16."
    ) { p in p.plate("n", 2, dim: 0) { _ in } },
    Row(
      "a dimension beyond all",
      "plate \"n\": dim is -9223372036854775808, but counts from the right: -1, -2, … to -16."
    ) { p in p.plate("n", 2, dim: .min) { _ in } },
    Row(
      "a stack beyond all",
      "plate \"n_0\": dim is -9223372036854775808, but counts from the right: -1, -2, … to -16."
    ) { p in p.plateStack("n", [2, 3], rightmostDim: .min) { _ in } },
    Row(
      "a dimension taken",
      "plate \"b\": dim -1 belongs to plate \"a\" around it; give another, or none for the next "
        + "that is free."
    ) { p in p.plate("a", 2) { p in p.plate("b", 2, dim: -1) { _ in } } },
    Row(
      "nested plates of one name",
      "plate \"n\": is inside another plate of this name; rename one of the two."
    ) { p in p.plate("n", 2) { p in p.plate("n", 3) { p in p.sample("x", Normal(0, 1)) } } },
    Row(
      "indices of no plate",
      "at the end of the model: indices(of:): no plate \"m\" is around this statement."
    ) { p in p.plate("n", 2) { p in _ = p.indices(of: "m") } },
    Row(
      "data of another size",
      "before or in the statement of \"x\": data of shape [3] do not have the 4 elements of the "
        + "plate along dimension 0."
    ) { p in
      p.plate("n", 4, subsampleSize: 2) { p, rows in
        p.sample("x", Normal(0, 1), observed: rows.taken(from: .zeros([3])))
      }
    },
    Row(
      "an event rank beyond the data",
      "plate \"n\": subsample(_:) got data of shape [4], but needs 1 or 4 elements at dim -3; give "
        + "it the whole data, and in eventRank how many dimensions belong to one row."
    ) { p in p.plate("n", 4, subsampleSize: 2) { p in _ = p.subsample(.zeros([4]), eventRank: 2) }
    },
  ]

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

  static let expressions: [Row] = [
    Row(
      "an index out of range",
      "before or in the statement of \"x\": subscript: 10 is outside axis 0 of shape [3]."
    ) { p in
      let z = p.sample("z", Normal(.zeros([3]), 1))
      p.sample("x", Normal(z[.at(10)], 1))
    },
    Row(
      "a range out of range",
      "at the end of the model: subscript: 9 is outside axis 0 of shape [3]."
    ) { p in _ = p.sample("z", Normal(.zeros([3]), 1))[.range(2..<9)] },
    Row(
      "an index beyond all",
      "at the end of the model: subscript: -9223372036854775808 is outside axis 0 of shape [3]."
    ) { p in _ = p.sample("z", Normal(.zeros([3]), 1))[.at(.min)] },
    Row(
      "a stride out of range",
      "at the end of the model: subscript: 4 is outside axis 0 of shape [3]."
    ) { p in _ = p.sample("z", Normal(.zeros([3]), 1))[.strided(from: 0, to: 6, by: 2)] },
    Row(
      "a sum that does not broadcast",
      "before or in the statement of \"x\": add: cannot broadcast [3] with [2]."
    ) { p in
      let sum = p.sample("z", Normal(.zeros([3]), 1)) + Tensor([1, 2])
      p.sample("x", Normal(sum, 1))
    },
    Row(
      "a product that does not fit",
      "before or in the statement of \"mean\": matmul: [2, 3] and [2, 1] do not fit: 3 columns meet 2 "
        + "rows."
    ) { p in p.deterministic("mean", matmul(.ones([2, 3]), .ones([2]))) },
    Row(
      "a shape that numbers do not fill",
      "at the end of the model: reshaped(to:): 3 elements of shape [3] cannot take shape [2, 2]."
    ) { p in _ = p.sample("z", Normal(.zeros([3]), 1)).reshaped(to: [2, 2]) },
    Row(
      "a shape beyond all",
      "at the end of the model: Tensor: a tensor of shape [9223372036854775807, 2] has more numbers "
        + "than the memory of this machine holds."
    ) { p in _ = Tensor.zeros([.max, 2]) },
    Row(
      "draws beyond all",
      "at the end of the model: random normal: a tensor of shape [9223372036854775807, 2] has more "
        + "numbers than the memory of this machine holds."
    ) { p in _ = RandomKey(0).normal([.max, 2]) },
    Row(
      "a negative extent",
      "at the end of the model: Tensor: shape [-1] has the extent -1, which is negative."
    ) { p in _ = Tensor.zeros([-1]) },
    Row(
      "an axis that is not there",
      "at the end of the model: sum: there is no axis 4 in a tensor of rank 1."
    ) { p in _ = Tensor([1, 2]).sum(along: [4]) },
    Row(
      "a number of several", "at the end of the model: scalar: shape [2] holds 2 numbers, not one."
    ) { p in _ = Tensor([1, 2]).scalar },
  ]

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

  @Test func theRunGoesOnToItsEndAndTheFirstMistakeCounts() {
    let model = Model { p in
      let z = p.sample("z", Normal(.zeros([3]), 1))
      let x = p.sample("x", Dirichlet(z[.at(5)]))
      p.plate("n", 2) { p in p.sample("y", MultivariateNormal(x, choleskyFactor: x)) }
    }
    #expect(
      failure(of: model.seeded(by: RandomKey(0)))?.description
        == "before or in the statement of \"x\": subscript: 5 is outside axis 0 of shape [3].")
  }
}
