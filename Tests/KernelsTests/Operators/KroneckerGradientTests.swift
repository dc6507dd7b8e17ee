import Autodiff
import Distributions
import Kernels
import PPL
import TestSupport
import Testing

@Suite struct KroneckerGradientTests {
  private let y = Tensor((0..<20).map { 0.3 * Double($0 % 7) - 0.8 }, shape: [5, 4])
  private let hyperparameters = [1.7, 1.4, 0.5, 2.2, 0.4].map { Tensor($0) }

  private func covariance(_ x: [Tensor]) -> SumKronecker {
    SumKronecker(
      OperatorExamples.gram(x[0], x[1]), OperatorExamples.ones,
      OperatorExamples.gram(x[2], x[3]), OperatorExamples.trend)
  }

  @Test func theDensityOfAGridIsThatOfTheDenseNormal() {
    let K = covariance(hyperparameters)
    let noise = hyperparameters[4]
    let dense = MultivariateNormal(
      Tensor.full(0.2, [20]), covariance: K.dense() + noise * .identity(20))
    let expected = dense.logProb(y.reshaped(to: [20]))
    let grid = GridNormal(0.2, K, noise: noise)
    expectClose(grid.logProb(y), expected, relative: 1e-12)
    expectClose(
      GridNormal(0.2, K, noise: noise, present: .ones([5, 4])).logProb(y), expected,
      relative: 1e-11)
    expectClose(
      grid.logProb(stack([y, y])), stack([expected, expected]), relative: 1e-12)
    expectClose(
      grid.variance.reshaped(to: [20]), dense.variance, relative: 1e-13)
  }

  /// The density of the other cells: missing ones may even be NaN, in the derivatives too.
  @Test func missingCellsAreLeftOut() {
    let K = covariance(hyperparameters)
    let missing: Set<Int> = [3, 8, 9, 19]
    let known = (0..<20).filter { !missing.contains($0) }
    let present = Tensor((0..<20).map { missing.contains($0) ? 0 : 1 }, shape: [5, 4])
    let values = select(present .== 1, y, Tensor(Double.nan))
    let indices = Tensor(known.map(Double.init))
    let dense = (K.dense() + 0.4 * .identity(20)).taking(indices: indices, along: 0)
      .taking(indices: indices, along: 1)
    let expected = MultivariateNormal(.zeros([16]), covariance: dense)
      .logProb(y.reshaped(to: [20]).taking(indices: indices, along: 0))
    expectClose(
      GridNormal(0, K, noise: 0.4, present: present).logProb(values), expected, relative: 1e-11)
    expectGradient(
      of: { GridNormal($0[5], covariance($0), noise: $0[4], present: present).logProb(values) },
      at: hyperparameters + [0.2])
  }

  @Test func theDensityIsDifferentiableInHyperparametersNoiseMeanAndValues() {
    expectGradient(
      of: { GridNormal($0[5], covariance($0), noise: $0[4]).logProb($0[6]) },
      at: hyperparameters + [0.2, y])
  }

  /// Factors whose numbers are recorded: of both sides, with and without noise, by eigenvectors and generalized ones.
  @Test func theDensityIsDifferentiableInAllFactors() {
    func symmetric(_ x: Tensor) -> Tensor { 0.5 * (x + x.transposed()) }
    let factors = [
      OperatorExamples.level, OperatorExamples.memory, OperatorExamples.rate,
      OperatorExamples.other,
    ]
    func value(_ factor: KroneckerFactor, _ b: Tensor) -> Tensor {
      factor.logDeterminant + factor.quadraticForm(b) + factor.solve(b).sum()
    }
    let b = y.reshaped(to: [20])
    expectGradient(
      of: { value(Kronecker(symmetric($0[0]), symmetric($0[1])).factored(noise: $0[2]), b) },
      at: [factors[0], factors[1], 0.3], tolerance: 1e-6)
    expectGradient(
      of: {
        let x = $0.map(symmetric)
        return value(SumKronecker(x[0], x[1], x[2], x[3]).factored(), b)
      }, at: factors, tolerance: 1e-6)
  }

  /// The second derivative, by differences of the gradient.
  @Test func theGradientIsDifferentiable() {
    expectGradient(
      of: { x in
        valueWithGradient(
          of: { GridNormal(0, covariance($0), noise: $0[4]).logProb(y) }, at: x
        ).gradient[1]
      }, at: hyperparameters, tolerance: 1e-6)
  }

  @Test func drawsOfTheGridHaveItsMeanAndVariance() {
    let grid = GridNormal(3, covariance(hyperparameters), noise: 0.4)
    let draws = grid.sample([20_000], key: RandomKey(5))
    #expect(draws.shape == [20_000, 5, 4])
    let error = sqrt(grid.variance / 20_000)
    // 5 standard errors; that of a variance is sqrt(2 / n) of it.
    #expect((abs(draws.mean(along: [0]) - 3) / error).max().scalar < 5)
    let ratio = draws.variance(along: [0]) / grid.variance
    #expect(abs(ratio - 1).max().scalar < 5 * (2.0 / 20_000).squareRoot())
  }
}
