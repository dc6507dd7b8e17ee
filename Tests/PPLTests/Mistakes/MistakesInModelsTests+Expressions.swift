import Distributions
import PPL

/// Mistakes of tensor expressions between the statements.
extension MistakesInModelsTests {
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
}
