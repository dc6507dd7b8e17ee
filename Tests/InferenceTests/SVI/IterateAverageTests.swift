import Distributions
import PPL
import TestSupport
import Testing

@testable import Inference

@Suite struct IterateAverageTests {
  /// Steps 1, 2, …, T: the window is the last steps, at least a third of them.
  @Test(arguments: [5, 39, 40, 41, 100, 777])
  func theWindowIsTheLastThirdOrMore(steps: Int) throws {
    var average = IterateAverage()
    for step in 1...steps { average.append([Double(step), 1]) }
    #expect(3 * average.count >= steps && average.count <= steps)
    let first = Double(steps - average.count + 1)
    expectClose(
      Tensor(try #require(average.mean)), [(first + Double(steps)) / 2, 1], relative: 1e-14)
  }

  /// Independent noise of standard deviation 2: that of the mean of m steps is 2 / √m, to the third that 20 batches or so allow.
  @Test func theStandardErrorIsThatOfIndependentNoise() throws {
    var average = IterateAverage()
    let noise = RandomKey(3).normal([3_000]).scalars
    for x in noise { average.append([5 + 2 * x]) }
    let errors = try #require(average.errors)
    let expected = 2 / Double(average.count).squareRoot()
    #expect(abs(errors.standardErrors[0] / expected - 1) < 0.4)
    #expect(average.isSettled(within: 1.5 * expected, scales: [1]))
    #expect(!average.isSettled(within: 0.5 * expected, scales: [1]))
    // The same error counts for less where the scale is larger.
    #expect(average.isSettled(within: 0.2 * expected, scales: [10]))
  }

  @Test func aDriftIsNotSettled() {
    var average = IterateAverage()
    for (step, x) in RandomKey(3).normal([2_000]).scalars.enumerated() {
      average.append([0.01 * Double(step) + 0.1 * x])
    }
    #expect(!average.isSettled(within: 0.5, scales: [1]))
  }

  /// A constant learning rate of 0.05 leaves the last iterate some tenths of a standard deviation from the optimum.
  @Test func theAverageIsNearerTheOptimumThanTheLastIterate() throws {
    let exact = ConjugateRegression()
    let guide = AutoMultivariateNormal(exact.model, coordinates: .preconditioned)
    let svi = SVI(exact.model, guide: guide, optimizer: Adam(learningRate: 0.05))
    var (last, averaged) = (0.0, 0.0)
    for seed in 0..<4 {
      var average = IterateAverage()
      let fit = try svi.run(
        steps: 1_500, from: svi.initialState(key: RandomKey(UInt64(seed))), progress: .silent
      ) { _, _, fit in
        average.append(fit().state.parameters)
        return true
      }
      func error(_ fit: SVIFit) -> Double {
        // The optimum is at the Laplace approximation, z = 0.
        square(fit.parameters["auto_loc"] ?? Tensor([.nan])).sum().scalar
      }
      last += error(fit)
      averaged += error(fit.averaged(by: average))
      // Of zero gradient noise at the optimum there is no error, but at a rate of 0.05 it is not reached.
      #expect(average.largestErrors(scales: fit.parameterScales)?.standardError ?? 1 < 0.05)
    }
    #expect(averaged < last / 4, "\(averaged) and \(last)")
  }

  @Test func locationsCountInStandardDeviations() throws {
    let exact = ConjugateRegression(scales: [1, 1_000, 0.001])
    for guide in [
      AutoMultivariateNormal(exact.model, scale: 0.3) as any Guide,
      AutoDiagonalNormal(exact.model, scale: 0.3),
    ] {
      let svi = SVI(exact.model, guide: guide, optimizer: Adam(learningRate: 1e-9))
      let fit = try svi.run(steps: 1, key: RandomKey(0), progress: .silent)
      let locations: [Double] = Array(fit.parameterScales[0..<3])
      expectClose(Tensor(locations), [0.3, 0.3, 0.3], relative: 1e-6)
      #expect(fit.parameterScales.dropFirst(3).allSatisfy { $0 == 1 })
    }
  }
}
