import Distributions
import FilterTestSupport
import PPL
import StateSpace
import TestSupport
import Testing

/// The exact filter inside a model, against the joint normal distribution of all observations.
struct LinearGaussianStateSpaceTests {
  private let mean = Tensor([0.5, -1, 2])
  private let covariance = Tensor([2, 0.5, 0, 0.5, 1, 0.3, 0, 0.3, 1.5], shape: [3, 3])
  private let transition = Tensor([0.8, 0.2, 0, -0.1, 0.7, 0.3, 0.4, 0, 0.5], shape: [3, 3])
  private let modelError = Tensor([1, 0.2, 0.1, 0.2, 0.8, 0, 0.1, 0, 0.6], shape: [3, 3])
  private let operation = Tensor([1, 0.5, 0, 0, -1, 2], shape: [2, 3])

  /// Steps of uneven length: A and Q differ from step to step.
  private func space(_ transition: Tensor, _ modelError: Tensor) -> LinearGaussianStateSpace {
    LinearGaussianStateSpace(
      mean: mean, covariance: covariance,
      transition: { step in transition / Tensor(Double(step)) },
      modelError: { step in Tensor(Double(step)) * modelError })
  }
  private func observations(variance: Tensor) -> [TimedObservations] {
    [
      .init(step: 0, [0.3, 1.1], operator: operation, variance: variance),
      .init(step: 2, [-0.7], points: [1], variance: 0.4),
      .init(step: 3, [2.1, 0.2], operator: operation, variance: variance),
    ]
  }

  private func filtered(
    _ space: LinearGaussianStateSpace, _ observations: [TimedObservations]
  ) throws -> FilteredStates {
    try Model { p in p.filtered("x", space, observing: observations) }.outputAndTrace().output
  }

  @Test func theLikelihoodIsTheDensityOfAllObservationsTogether() throws {
    let variance = Tensor([0.5, 0.9])
    let states = try filtered(
      space(transition, modelError), observations(variance: variance))
    let joint = Joint(self, variance: variance)
    let expected = MultivariateNormal(joint.meanOfValues, covariance: joint.covarianceOfValues)
      .logProb(joint.values)
    // Two orders of the same sums.
    expectClose(states.logLikelihood, expected, relative: 1e-12)
    expectClose(states.logLikelihoods.sum(), expected, relative: 1e-12)
    #expect(states.steps == [0, 2, 3])
  }

  @Test func updatesKeepTheVarianceOfTheObservations() throws {
    for one in try KalmanUpdate.all() {
      let n = one.size
      let space = LinearGaussianStateSpace(
        mean: .zeros([n]), covariance: Tensor(rows: one.prior), transition: .identity(n),
        modelError: .zeros([n, n]))
      let (values, variance) = (
        [Double?](repeating: 1, count: one.points.count), Tensor(one.variances)
      )
      let rows = Tensor.identity(n).taking(indices: Tensor(one.points.map(Double.init)), along: 0)
      for time in [
        TimedObservations(step: 0, values, points: one.points, variance: variance),
        TimedObservations(step: 0, values, operator: rows, variance: variance),
      ] {
        let states = try Model { p in p.filtered("x", space, observing: [time]) }
          .outputAndTrace().output
        one.expectPosterior(states.covariances.scalars, "filtered")
      }
    }
  }

  @Test func theLastAnalysisIsTheStateGivenAllObservations() throws {
    let variance = Tensor([0.5, 0.9])
    let states = try filtered(
      space(transition, modelError), observations(variance: variance))
    let joint = Joint(self, variance: variance)
    let L = cholesky(joint.covarianceOfValues)
    let V = triangularSolve(L, joint.covarianceWithLastState)  // [5, 3]
    let w = triangularSolve(L, joint.values - joint.meanOfValues)
    let mean = joint.lastMean + matmul(w, V)
    let covariance = joint.lastCovariance - matmul(V.transposed(), V)
    expectClose(states.means[-1], mean, relative: 1e-12)
    expectClose(states.covariances[-1], covariance, relative: 1e-11)
    #expect(states.means.shape == [3, 3] && states.covariances.shape == [3, 3, 3])
    // The start is observed before any step, so its forecast is its own distribution.
    expectClose(states.forecastMeans[0], self.mean, relative: 0)
    expectClose(states.forecastCovariances[0], self.covariance, relative: 0)
  }

  @Test func theGradientIsThatOfDifferences() {
    expectGradient(
      of: { x in
        let space = LinearGaussianStateSpace(
          mean: x[0], covariance: matmul(x[1], x[1].transposed()), transition: x[2],
          modelError: matmul(x[3], x[3].transposed()))
        return logLikelihood(space, observations(variance: x[4]))
      },
      at: [mean, cholesky(covariance), transition, cholesky(modelError), [0.5, 0.9]])
  }

  @Test func aRecordingGivesTheSameBits() {
    expectSameBitsReplayed(
      { x in [logLikelihood(space(x[0], x[1]), observations(variance: x[2]))] },
      at: [transition, modelError, [0.5, 0.9]])
  }

  @Test func aMissingValueIsOneThatWasNeverThere() throws {
    let variance = Tensor([0.5, 0.9])
    let space = space(transition, modelError)
    let missing = try filtered(
      space,
      [
        .init(step: 1, [nil, 1.1], operator: operation, variance: variance),
        .init(step: 2, [nil, nil], points: [0, 2], variance: 0.3),
        .init(step: 4, [0.4, nil, 0.9], points: [2, 1, 0], variance: [0.1, 0.2, 0.3]),
      ])
    let dropped = try filtered(
      space,
      [
        .init(step: 1, [1.1], operator: operation[.range(1..<2)], variance: [0.9]),
        .init(step: 4, [0.4, 0.9], points: [2, 0], variance: [0.1, 0.3]),
      ])
    #expect(missing.logLikelihood.scalar == dropped.logLikelihood.scalar)
    #expect(missing.means[-1].scalars == dropped.means[-1].scalars)
    #expect(missing.logLikelihoods.scalars[1] == 0)
    // A time without values leaves the forecast as it is.
    #expect(missing.means[1].scalars == missing.forecastMeans[1].scalars)
  }

  @Test func constantDynamicsEqualTheSameDynamicsAtEachStep() throws {
    let (A, Q) = (transition, modelError)
    let observations = observations(variance: 0.5)
    let constant = try filtered(
      .init(mean: mean, covariance: covariance, transition: A, modelError: Q), observations)
    let each = try filtered(
      .init(mean: mean, covariance: covariance, transition: { _ in A }, modelError: { _ in Q }),
      observations)
    #expect(constant.logLikelihood.scalar == each.logLikelihood.scalar)
  }

  /// Means and covariances of the states at the times of observations, and of the observed values.
  private struct Joint {
    var meanOfValues, covarianceOfValues, covarianceWithLastState: Tensor
    var lastMean, lastCovariance: Tensor
    let values: Tensor = [0.3, 1.1, -0.7, 2.1, 0.2]

    init(_ test: LinearGaussianStateSpaceTests, variance: Tensor) {
      // All four states from the start's draw and the errors of three steps, [12] = G [12].
      func A(_ k: Int) -> Tensor { test.transition / Tensor(Double(k)) }
      let I = Tensor.identity(3)
      let O = Tensor.zeros([3, 3])
      let rows = [
        [I, O, O, O],
        [A(1), I, O, O],
        [matmul(A(2), A(1)), A(2), I, O],
        [matmul(A(3), matmul(A(2), A(1))), matmul(A(3), A(2)), A(3), I],
      ].map { concatenate($0, along: 1) }
      let covariances = [test.covariance] + (1...3).map { Tensor(Double($0)) * test.modelError }
      let G = concatenate(rows)
      let D = concatenate(
        covariances.enumerated().map { k, Q in
          concatenate((0..<4).map { $0 == k ? Q : O }, along: 1)
        })
      let mean = matmul(G[.all, .range(0..<3)], test.mean)
      let P = matmul(matmul(G, D), G.transposed())

      let none = Tensor.zeros([2, 3])
      let point = Tensor([0, 1, 0], shape: [1, 3])
      let zero = Tensor.zeros([1, 3])
      let H = concatenate([
        concatenate([test.operation, none, none, none], along: 1),
        concatenate([zero, zero, point, zero], along: 1),
        concatenate([none, none, none, test.operation], along: 1),
      ])
      let R = concatenate([variance, [0.4], variance]).diagonalMatrix()
      meanOfValues = matmul(H, mean)
      covarianceOfValues = matmul(matmul(H, P), H.transposed()) + R
      covarianceWithLastState = matmul(H, P[.all, .range(9..<12)])
      lastMean = mean[.range(9..<12)]
      lastCovariance = P[.range(9..<12), .range(9..<12)]
    }
  }
}

/// The log density that the effect adds to a model.
func logLikelihood(
  _ space: LinearGaussianStateSpace, _ observations: [TimedObservations]
) -> Tensor {
  logWeight { p in p.filtered("x", space, observing: observations) }
}

/// The sum of the log densities of a model without draws; NaN if it fails, which no test takes for a number.
func logWeight(_ body: @escaping @Sendable (inout Context) -> Void) -> Tensor {
  (try? Model(body).trace().logDensity()) ?? Tensor(.nan)
}
