import Kernels
import PPL
import PPLTestKit
import Testing

/// The Rayleigh distribution: the length of a vector of two normal variables.
struct Rayleigh: HasQuantiles {
  let scale: Tensor

  var parameters: [Parameter] { [.init("scale", scale, .positive)] }
  var support: Support { .positive }
  var batchShape: [Int] { scale.shape }

  func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    icdf(key.uniform(shape + batchShape))
  }
  func logProb(_ x: Tensor) -> Tensor { log(x) - 2 * log(scale) - square(x / scale) / 2 }
  func cdf(_ x: Tensor) -> Tensor { -expm1(-square(x / scale) / 2) }
  func icdf(_ p: Tensor) -> Tensor { scale * sqrt(-2 * log1p(-p)) }
}

/// The covariance min(x, y) of Brownian motion, for inputs `[n, 1]` that are positive.
struct BrownianMotion: Kernel {
  let variance: Tensor

  func gram(_ x: Tensor, _ y: Tensor) -> Tensor { variance * minimum(x, y.transposed()) }
}

/// A family, a kernel and a sampler that PPL does not know, under the contract of its own.
@Suite struct ContractTests {
  @Test func aFamilyFromOutsideIsADistribution() {
    expectDistribution(
      Family("Rayleigh", [Tensor([0.5, 2])], invalid: [("scale", [0])]) { Rayleigh(scale: $0[0]) })
  }

  @Test func aKernelFromOutsideIsACovarianceFunction() {
    let brownian = KernelCase("Brownian motion", [1.5]) { BrownianMotion(variance: $0[0]) }
    expectKernel(
      brownian, at: Tensor(rows: [[0.5], [1], [2.5]]), and: Tensor(rows: [[0.75], [2], [4]]))
  }

  @Test func aSamplerFollowsItsDistributionFunction() {
    expectSampler(cdf: Rayleigh(scale: 1).cdf) { shape, key in
      let (x, y) = key.split()
      return sqrt(square(x.normal(shape)) + square(y.normal(shape)))
    }
  }

  /// What does not hold must be told: a scale that is wrong by a twentieth.
  @Test func aSamplerOfAnotherDistributionIsFound() {
    withKnownIssue {
      expectSampler(cdf: Rayleigh(scale: 1).cdf) { Rayleigh(scale: 1.05).sample($0, key: $1) }
    }
  }
}
