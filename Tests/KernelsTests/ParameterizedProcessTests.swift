import Autodiff
import Distributions
import Kernels
import PPL
import TestSupport
import Testing

private let fourPlaces = Tensor(rows: [[0, 0], [1, 0.5], [0.25, -2], [-3, 1.5]])
private let prior = GaussianProcess(
  1.7 * Matern52(lengthscale: 1.4), at: fourPlaces, mean: 0.5, jitter: 0.01)
private let u = Tensor([0.2, -0.7, 1.1, 0.4])
private let precisions = Tensor([3, 0, 0.5, 20])
private let estimates = Tensor([1, -0.4, 2, 0.3])
/// That of values of which only the differences are known.
private let ofDifferences =
  precisions.diagonalMatrix()
  - matmul(precisions[.all, .newAxis], precisions[.newAxis, .all]) / precisions.sum()

private let parameterizations: [GaussianProcess.Parameterization] = [
  .whitened, .centred, .partial(precision: precisions),
  .partial(precision: precisions, estimates: estimates),
  .partial(precision: ofDifferences, estimates: estimates),
  .partial(precision: Tensor.zeros([4]), estimates: estimates),
]

/// The matrix of a function that is linear but for a shift, column by column.
private func columns(_ f: (Tensor) -> Tensor) -> Tensor {
  let origin = f(.zeros([4]))
  return stack(
    (0..<4).map { i in f(Tensor((0..<4).map { $0 == i ? 1.0 : 0 })) - origin }, along: 1)
}

@Suite struct ParameterizedProcessTests {
  /// `p(f) = p(u) / |df/du|`, the derivative by differences of a linear function.
  @Test(arguments: parameterizations)
  func theValuesHaveTheDensityOfTheProcess(parameterization: GaussianProcess.Parameterization) {
    let process = prior.parameterized(parameterization)
    let map = columns { process($0) }
    let logVolume = 0.5 * logDeterminant(matmul(map.transposed(), map))
    // The condition number of the covariance, about 10, times rounding.
    expectClose(
      prior.logProb(process(u)), process.distribution.logProb(u) - logVolume, relative: 1e-12)
  }

  @Test(arguments: parameterizations)
  func densityAndValuesHaveTheGradientOfDifferences(
    parameterization: GaussianProcess.Parameterization
  ) {
    expectGradient(
      of: { x in
        let kernel = x[0] * Matern52(lengthscale: x[1])
        let process = GaussianProcess(kernel, at: x[2], mean: x[3], jitter: 0.01)
          .parameterized(parameterization)
        return process.distribution.logProb(x[4]) + (process(x[4]) * Tensor([1, -2, 0.5, 3])).sum()
      }, at: [1.7, 1.4, fourPlaces, 0.5, u])
  }

  /// The posterior of u given normal observations of f is standard normal for any variance and lengthscale.
  @Test(arguments: [(1.7, 1.4), (0.05, 0.2), (400, 9.0)])
  func coordinatesAreStandardNormalGivenTheData(variance: Double, lengthscale: Double) {
    let process = GaussianProcess(
      Tensor(variance) * Matern52(lengthscale: Tensor(lengthscale)), at: fourPlaces, mean: 0.5)
    for precision in [precisions, ofDifferences] {
      let partial = process.parameterized(.partial(precision: precision, estimates: estimates))
      func logPosterior(_ u: Tensor) -> Tensor {
        let error = partial(u) - estimates
        let weighted = precision.rank == 2 ? matmul(precision, error) : precision * error
        return partial.distribution.logProb(u) - 0.5 * (error * weighted).sum()
      }
      let origin = Tensor.zeros([4])
      // Rounding of terms of the size of the density at the origin, up to 1e5 where the prior is narrow.
      expectClose(
        logPosterior(u) - logPosterior(origin), -0.5 * square(u).sum(), relative: 1e-9)
    }
  }

  @Test func precisionZeroIsWhitened() {
    let partial = prior.parameterized(.partial(precision: .zeros([4]), estimates: estimates))
    expectClose(partial(u), prior.whitened(u), relative: 1e-15)
    expectClose(
      partial.distribution.logProb(u), prior.whitened.distribution.logProb(u), relative: 1e-15)
  }

  /// The values are the estimates and u scaled: no digit is lost where the data are 1e14 times as precise as the prior.
  @Test func aLargePrecisionIsCentredUpToShiftAndScale() {
    let partial = prior.parameterized(
      .partial(precision: 1e14 * (precisions + 1), estimates: estimates))
    // To first order in the ratio of the precisions, 1e-14.
    expectClose(partial(u), estimates + u / sqrt(1e14 * (precisions + 1)), relative: 1e-12)
  }

  @Test func aPartialSiteIsALatentNormalAndItsValues() throws {
    let partial = prior.parameterized(.partial(precision: precisions, estimates: estimates))
    let model = Model { p in p.sample("f", partial) }
    let (f, trace) = try model.seeded(by: RandomKey(7)).outputAndTrace()
    #expect(trace.names == ["f_u", "f"])
    #expect(trace.latent.map(\.name) == ["f_u"])
    let u = try #require(trace["f_u"]?.value)
    #expect(f.scalars == partial(u).scalars)
    expectClose(trace.logDensity(), partial.distribution.logProb(u), relative: 1e-15)
  }

  @Test func aCentredSiteIsTheProcess() throws {
    let model = Model { p in p.sample("f", prior.parameterized(.centred)) }
    let trace = try model.seeded(by: RandomKey(7)).trace()
    #expect(trace.names == ["f"])
    #expect(trace.latent.map(\.name) == ["f"])
  }

  /// Draws of the prior do not depend on the parameterization but by their digits.
  @Test func drawsOfAPartialProcessHaveItsMoments() {
    let partial = prior.parameterized(.partial(precision: precisions, estimates: estimates))
    let draws = partial.distribution.sample([4000], key: RandomKey(1))
    let values = stack((0..<4000).map { partial(draws[$0]) })
    let centred = values - 0.5
    let covariance = matmul(centred.transposed(), centred) / 4000
    // Four standard errors of a variance of 1.7 by 4000 draws, and of a mean.
    #expect((abs(covariance - prior.covariance).max() .< 0.16).scalar == 1)
    #expect((abs(values.mean(along: [0]) - 0.5).max() .< 0.09).scalar == 1)
  }

  @Test func aCovarianceWithoutAFactorFailsAtItsSite() throws {
    let process = GaussianProcess(RBF(lengthscale: 1), at: Tensor([0, 0]), jitter: 0)
    let model = Model { p in
      p.sample("f", process.parameterized(.partial(precision: Tensor([1, 1]))))
    }
    let error = #expect(throws: ModelError.self) {
      try model.seeded(by: RandomKey(0)).trace()
    }
    #expect("\(try #require(error))".contains("is not positive definite"))
  }

  @Test func aPrecisionIsNotNegative() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let process = GaussianProcess(RBF(lengthscale: 1), at: Tensor([0, 1]))
      _ = process.parameterized(.partial(precision: Tensor([1, -2]))).distribution
    }
    expectMessage(
      "GaussianProcess: a precision of .partial is -2.0, but must not be negative.", of: exit)
  }

  @Test func aPrecisionHasTheShapeOfTheInputs() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let process = GaussianProcess(RBF(lengthscale: 1), at: Tensor([0, 1]))
      _ = process.parameterized(.partial(precision: Tensor([1, 2, 3]))).distribution
    }
    expectMessage(
      "GaussianProcess: the precision of .partial is [2] or [2, 2], not [3].", of: exit)
  }
}
