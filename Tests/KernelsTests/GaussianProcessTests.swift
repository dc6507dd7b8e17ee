import Distributions
import Kernels
import PPL
import TestSupport
import Testing

/// Four places, no two near each other, `[4, 2]`.
private let sites = Tensor(rows: [[0, 0], [1, 0.5], [0.25, -2], [-3, 1.5]])
private let values = Tensor([0.3, -1.2, 0.8, 2])
private let kernel = 1.7 * Matern52(lengthscale: 1.4)

@Suite struct GaussianProcessTests {
  @Test func aProcessIsAMultivariateNormal() {
    let process = GaussianProcess(kernel, at: sites, mean: 0.5, jitter: 0.01)
    let K = kernel.gram(sites) + 0.01 * Tensor.identity(4)
    let normal = MultivariateNormal(.full(0.5, [4]), covariance: K)
    #expect(process.batchShape == [])
    #expect(process.eventShape == [4])
    // The same operations.
    #expect(process.logProb(values).scalar == normal.logProb(values).scalar)
    let draws = process.sample([3], key: RandomKey(1))
    #expect(draws.scalars == normal.sample([3], key: RandomKey(1)).scalars)
    #expect(process.logProb(draws).shape == [3])
  }

  @Test func aVectorOfInputsIsOneAxis() {
    let line = GaussianProcess(kernel, at: Tensor([0, 1, 3]))
    #expect(line.inputs.shape == [3, 1])
    #expect(line.covariance.scalars == kernel.gram(Tensor(rows: [[0], [1], [3]])).scalars)
  }

  @Test func densityHasTheGradientOfDifferences() {
    expectGradient(
      of: { x in
        let kernel = x[0] * Matern52(lengthscale: x[1])
        return GaussianProcess(kernel, at: x[2], mean: x[3], jitter: 0.01).logProb(x[4])
      }, at: [1.7, 1.4, sites, 0.5, values])
  }

  @Test func aProcessIsASiteOfItsOwnInAModel() throws {
    let process = GaussianProcess(kernel, at: sites)
    let model = Model { p in p.sample("f", process) }
    let trace = try model.seeded(by: RandomKey(7)).trace()
    #expect(trace.names == ["f"])
    let key = RandomKey(7).split().1
    #expect(trace["f"]?.value?.scalars == process.sample([], key: key).scalars)
    let given = try model.conditioned(on: ["f": values]).trace()
    #expect(given.logDensity().scalar == process.logProb(values).scalar)
  }

  // MARK: Conditioning

  @Test func conditioningFollowsTheFormula() {
    let prior = GaussianProcess(kernel, at: sites, mean: 0.5, jitter: 0.01)
    let found = prior.conditioned(on: values, at: elsewhere, meanAtPoints: 0.25)
    // The inverse by two triangular solves, and the formula as it stands in the book.
    let L = cholesky(kernel.gram(sites) + 0.01 * Tensor.identity(4))
    let inverse = triangularSolve(
      L, triangularSolve(L, Tensor.identity(4)), transposed: true)
    let across = kernel.gram(elsewhere, sites)
    let weights = matmul(across, inverse)
    expectClose(found.mean, 0.25 + matmul(weights, values - 0.5), relative: 1e-12)
    expectClose(
      found.covariance, kernel.gram(elsewhere) - matmul(weights, across.transposed()),
      relative: 1e-11)
    #expect(found.covariance.shape == [3, 3])
    #expect(found.inputs.scalars == elsewhere.scalars)
    #expect(found.kernel == nil)
  }

  @Test func aProcessWithoutJitterInterpolates() {
    let prior = GaussianProcess(kernel, at: sites, jitter: 0)
    let found = prior.conditioned(on: values, at: sites)
    // The condition number of K, about 10, times rounding.
    expectClose(found.mean, values, relative: 1e-13)
    #expect(abs(found.covariance).max().scalar < 1e-14)
  }

  @Test func aConditionedProcessFarAwayIsThePrior() {
    let prior = GaussianProcess(kernel, at: sites)
    let far = Tensor(rows: [[1e3, 0], [1e3, 0.5]])
    let found = prior.conditioned(on: values, at: far, meanAtPoints: 3)
    #expect(found.mean.scalars == [3, 3])
    #expect(found.covariance.scalars == kernel.gram(far).scalars)
  }

  @Test func aConstantMeanHoldsEverywhere() {
    let prior = GaussianProcess(kernel, at: sites, mean: 20, jitter: 0)
    let f = values + 20
    let far = Tensor(rows: [[1e3, 0], [1e3, 0.5]])
    #expect(prior.conditioned(on: f, at: far).mean.scalars == [20, 20])
    // At the inputs it interpolates; the condition number of K, about 10, times rounding.
    expectClose(prior.conditioned(on: f, at: sites).mean, f, relative: 1e-13)
    // In between it is what the process without mean says, and the mean: rounding at the size of 20.
    let centred = GaussianProcess(kernel, at: sites, jitter: 0)
      .conditioned(on: values, at: elsewhere)
    expectClose(
      prior.conditioned(on: f, at: elsewhere).mean, centred.mean + 20, relative: 1e-13)
    // One that is given goes before it.
    let given = prior.conditioned(on: f, at: far, meanAtPoints: Tensor([3, 4]))
    #expect(given.mean.scalars == [3, 4])
  }

  @Test func aMeanOfEachInputDoesNotSayWhatItIsElsewhere() async {
    let prior = GaussianProcess(kernel, at: sites, mean: Tensor([1, 2, 3, 4]))
    let far = Tensor(rows: [[1e3, 0]])
    #expect(prior.conditioned(on: values, at: far, meanAtPoints: 7).mean.scalars == [7])
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let prior = GaussianProcess(RBF(lengthscale: 1), at: Tensor([0, 1]), mean: Tensor([5, 6]))
      _ = prior.conditioned(on: Tensor([1, 2]), at: Tensor([3]))
    }
    expectMessage(
      """
      conditioned(on:at:): the mean is given at the 2 inputs only; say by meanAtPoints: what it is at the \
      points.
      """, of: exit)
  }

  /// What all values say is what some say, and then the others given those.
  @Test func conditioningOnAllSitesGivesTheJoint() {
    let all = GaussianProcess(kernel, at: sites, jitter: 0)
    let first = GaussianProcess(kernel, at: sites[.range(0..<2)], jitter: 0)
    let rest = first.conditioned(on: values[.range(0..<2)], at: sites[.range(2..<4)])
    let chained =
      first.logProb(values[.range(0..<2)]) + rest.logProb(values[.range(2..<4)])
    expectClose(chained, all.logProb(values), relative: 1e-12)
  }

  /// Given two values and then two more equals given all four.
  @Test func conditioningTwiceEqualsOnce() {
    let (near, far) = (sites[.range(0..<2)], sites[.range(2..<4)])
    let once = GaussianProcess(kernel, at: sites, jitter: 0).conditioned(on: values, at: elsewhere)
    // The first step at the places of the second and at the points together.
    let joint = GaussianProcess(kernel, at: near, jitter: 0)
      .conditioned(on: values[.range(0..<2)], at: concatenate([far, elsewhere]))
    let (m, K) = (joint.mean, joint.covariance)
    let L = cholesky(K[.range(0..<2), .range(0..<2)])
    let A = triangularSolve(L, K[.range(0..<2), .range(2..<5)])
    let residual = triangularSolve(L, values[.range(2..<4)] - m[.range(0..<2)])
    expectClose(
      m[.range(2..<5)] + matmul(A.transposed(), residual), once.mean, relative: 1e-12)
    expectClose(
      K[.range(2..<5), .range(2..<5)] - matmul(A.transposed(), A), once.covariance,
      relative: 1e-11)
  }

  @Test func aConditionedProcessHasNoKernelToConditionOn() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let prior = GaussianProcess(RBF(lengthscale: 1), at: Tensor([0, 1]))
      let once = prior.conditioned(on: Tensor([1, 2]), at: Tensor([3]))
      _ = once.conditioned(on: Tensor([1]), at: Tensor([4]))
    }
    expectMessage("this process has no kernel", of: exit)
  }

  @Test func jitterIsNotNegative() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = GaussianProcess(RBF(lengthscale: 1), at: Tensor([0, 1]), jitter: -1e-6)
    }
    expectMessage("GaussianProcess: jitter is -1e-06, but must not be negative.", of: exit)
  }

  // MARK: Whitening

  @Test func whitenedValuesHaveTheCovariance() {
    let process = GaussianProcess(kernel, at: sites, mean: 0.5, jitter: 0.01)
    // Each unit vector gives a column of the factor.
    let columns = (0..<4).map { i in
      process.whitened(Tensor((0..<4).map { $0 == i ? 1.0 : 0 })) - 0.5
    }
    let L = stack(columns, along: 1)
    let K = kernel.gram(sites) + 0.01 * Tensor.identity(4)
    expectClose(matmul(L, L.transposed()), K, relative: 1e-13)
  }

  @Test func aWhitenedSiteIsALatentNormalAndItsValues() throws {
    let process = GaussianProcess(kernel, at: sites)
    let model = Model { p in p.sample("f", process.whitened) }
    let (f, trace) = try model.seeded(by: RandomKey(7)).outputAndTrace()
    #expect(trace.names == ["f_u", "f"])
    #expect(trace.latent.map(\.name) == ["f_u"])
    #expect(trace["f"]?.kind == .deterministic)
    let u = try #require(trace["f_u"]?.value)
    #expect(trace["f"]?.value?.scalars == f.scalars)
    #expect(f.scalars == process.whitened(u).scalars)
    let expected = Normal(0, 1).logProb(u).sum()
    expectClose(trace.logDensity(), expected, relative: 1e-15)
  }

  /// `p(f) = p(u) / det L` with `f = mean + L u`.
  @Test func whitenedDensityDiffersByTheDeterminant() {
    let process = GaussianProcess(kernel, at: sites, mean: 0.5)
    let u = Tensor([0.2, -0.7, 1.1, 0.4])
    let logJacobian = log(process.choleskyFactor.diagonal()).sum()
    let expected = process.whitened.distribution.logProb(u) - logJacobian
    expectClose(process.logProb(process.whitened(u)), expected, relative: 1e-12)
  }
}
