/// The distribution of a `factor` site: no value, only a given log density.
struct LogWeight: Distribution {
  let weight: Tensor

  var name: String { "factor" }
  var parameters: [Parameter] { [] }
  var support: Support { .real }
  var batchShape: [Int] { weight.shape }
  func sample(_ shape: [Int], key: RandomKey) -> Tensor { .zeros(shape + weight.shape) }
  func logProb(_ x: Tensor) -> Tensor { weight }
}
