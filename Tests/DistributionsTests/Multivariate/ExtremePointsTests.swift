import Distributions
import PPL
import TestSupport
import Testing

/// The r-largest order statistics and the point process against the GEV and the generalized Pareto distribution.
struct ExtremePointsTests {
  private let shapes = [-0.3, -1e-9, 0, 0.2]

  @Test(arguments: [-0.3, -1e-9, 0, 0.2])
  func oneLargestValueIsGEV(_ shape: Double) {
    let x = Tensor([-2, -0.3, 0.4, 1.7, 30])
    expectClose(
      RLargest(0.1, 0.7, Tensor(shape), count: 1).logProb(x.reshaped(to: [5, 1])),
      GEV(0.1, 0.7, Tensor(shape)).logProb(x), relative: 1e-14)
  }

  /// Integrated over the second value, the density of two is that of the maximum.
  @Test func theLargestOfTwoIsGEV() {
    let (maximum, step) = (1.3, 1e-3)
    let below = Tensor((0..<40_000).map { maximum - (Double($0) + 0.5) * step })
    let pairs = stack([Tensor.full(maximum, [40_000]), below], along: -1)
    for shape in [-0.2, 0, 0.2] {
      let density = RLargest(0.1, 0.7, Tensor(shape), count: 2).logProb(pairs)
      let integral = (density.logSumExp() + log(Tensor(step))).scalar
      // The midpoint rule.
      #expect(abs(integral - GEV(0.1, 0.7, Tensor(shape)).logProb(Tensor(maximum)).scalar) < 1e-6)
    }
  }

  @Test func valuesOfRaggedBlocksThatDoNotCountAreIgnored() {
    let two = RLargest(0, 1, 0.1, count: 2).logProb([1.4, 0.2])
    let ragged = RLargest(0, 1, 0.1, count: 4, present: 2)
    for rest in [[9.0, -50], [0.1, 0], [-1e9, 1e9]] {
      #expect(ragged.logProb(Tensor([1.4, 0.2] + rest)).scalar == two.scalar)
    }
    let gradient = gradient(of: ragged.logProb, at: [1.4, 0.2, 9, -50]).scalars
    #expect(gradient[2] == 0 && gradient[3] == 0 && gradient[0] != 0)
  }

  @Test func valuesThatDoNotDescendAreImpossibleAndEqualOnesNot() {
    let pair = RLargest(0, 1, 0.1, count: 2)
    #expect(pair.logProb([0.2, 0.3]).scalar == -.infinity)
    #expect(pair.logProb([0.2, 0.2]).scalar.isFinite)
    let outside = gradient(of: { RLargest($0, 1, -0.5, count: 2).logProb([3, 1]) }, at: 0)
    #expect(outside.scalar == 0)
  }

  /// `exp(-exp(-s))` of the largest and `exp(-s)` of each place follow from the unit Poisson process.
  @Test func drawsAreThoseOfAPoissonProcess() {
    let draws = RLargest(2, 0.5, -0.1, count: 3).sample([20_000], key: RandomKey(1))
    let gev = GEV(2, 0.5, -0.1)
    // The k-th arrival time has mean k and variance k.
    let times = -gev.logCDF(draws)
    for k in 0..<3 {
      let mean = times[.all, .at(k)].mean().scalar
      #expect(abs(mean - Double(k + 1)) < 4 * (Double(k + 1) / 20_000).squareRoot())
    }
  }

  /// The density of a set of exceedances is that of their number, times n!, and of each of them.
  @Test func theLikelihoodOfAPointProcessIsPoissonTimesGeneralizedPareto() {
    let exceedances = [31.2, 44.8, 30.5, 36.1]
    for shape in shapes {
      let process = PoissonPointProcess(
        25, 6, Tensor(shape), threshold: 30, blocks: 12.5, capacity: 6)
      let x = PoissonPointProcess.padded([12, 30] + exceedances, threshold: 30, capacity: 6)
      let peaks = process.exceedance.logProb(Tensor(exceedances)).sum().scalar
      let number = Poisson(rate: process.meanCount).logProb(4).scalar
      // 4! orders, and the rate for each block.
      let expected = number + log(Tensor(24)).scalar + peaks - 4 * log(Tensor(12.5)).scalar
      #expect(abs(process.logProb(x).scalar - expected) < 1e-11)
    }
    let process = PoissonPointProcess(25, 6, 0.1, threshold: 30, blocks: 12.5, capacity: 6)
    #expect(process.logProb([29, 31, 30, 30, 30, 30]).scalar == -.infinity)
  }

  @Test func drawsOfAPointProcessHaveItsCountsAndExceedances() {
    let process = PoissonPointProcess(25, 6, 0.1, threshold: 30, blocks: 9, capacity: 40)
    let draws = process.sample([5_000], key: RandomKey(3))
    let isPeak = draws .> 30
    let counts = isPeak.sum(along: [-1])
    let mean = process.meanCount.scalar
    // Four standard errors of 5,000 Poisson counts.
    #expect(abs(counts.mean().scalar - mean) < 4 * (mean / 5_000).squareRoot())
    #expect(abs(counts.variance().scalar / mean - 1) < 0.1)
    let (total, number) = ((isPeak * (draws - 30)).sum().scalar, counts.sum().scalar)
    let excess = process.exceedance.mean.scalar - 30
    #expect(abs(total / number / excess - 1) < 4 * 1.2 / number.squareRoot())
  }
}
