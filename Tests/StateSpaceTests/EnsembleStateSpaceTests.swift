import Assimilation
import PPL
import StateSpace
import TestSupport
import Testing

/// The ensemble filter inside a model, against the exact one.
struct EnsembleStateSpaceTests {
  private let key = RandomKey(7)
  private let mean = Tensor([1, -1, 0.5, 0])
  private let factor = Tensor([1, 0.5, 0.8, 1.2]).diagonalMatrix()
  private let observations: [TimedObservations] = [
    .init(step: 1, [0.3, 1.1], points: [0, 2], variance: 0.5),
    .init(step: 3, [-0.7, 0.4, nil], points: [1, 2, 3], variance: 0.4),
    .init(
      step: 4, [1.4], operator: Tensor([0.5, 0.5, 0, 1], shape: [1, 4]), variance: 0.3),
  ]

  private func ensemble(
    members: Int, persistence: Tensor = 0.8, noise: Tensor = 0.6
  ) -> EnsembleStateSpace {
    EnsembleStateSpace(members: members, mean: mean, choleskyFactor: factor) { states, _, key in
      persistence * states + noise * key.normal(states.shape)
    }
  }

  private func logLikelihood(
    _ space: EnsembleStateSpace, _ update: EnsembleUpdate, _ key: RandomKey,
    _ observations: [TimedObservations]? = nil
  ) -> Tensor {
    let observations = observations ?? self.observations
    return logWeight { p in
      p.filtered("x", space, observing: observations, updatedBy: update, key: key)
    }
  }

  @Test(arguments: [EnsembleUpdate.Scheme.squareRoot, .perturbedObservations])
  func manyMembersComeToTheExactLikelihood(_ scheme: EnsembleUpdate.Scheme) {
    let exact = StateSpaceTests.logLikelihood(
      LinearGaussianStateSpace(
        mean: mean, covariance: matmul(factor, factor), transition: 0.8 * .identity(4),
        modelError: 0.36 * .identity(4)), observations
    ).scalar
    func meanSquaredError(_ members: Int) -> Double {
      let keys = key.split(20)
      let errors = keys.map {
        logLikelihood(ensemble(members: members), EnsembleUpdate(scheme), $0).scalar - exact
      }
      return errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
    }
    let (few, many) = (meanSquaredError(40), meanSquaredError(4000))
    // The variance falls as 1/N, by 100 here: a fifth of that is left to 20 draws of it.
    #expect(many < few / 20)
    // A term of the sum has a sampling error of the order of 1/sqrt(N), and there are five values.
    #expect(many < 5.0 / 4000)
  }

  @Test(arguments: [EnsembleUpdate.Scheme.squareRoot, .perturbedObservations])
  func theGradientIsThatOfDifferences(_ scheme: EnsembleUpdate.Scheme) {
    let ring = Ring(points: 4)
    expectGradient(
      of: { x in
        logLikelihood(
          ensemble(members: 6, persistence: x[0], noise: x[1]),
          EnsembleUpdate(scheme, inflation: x[2], localization: EnsembleTaper(ring, length: x[3])),
          key)
      }, at: [0.8, 0.6, 1.1, 0.9])
  }

  @Test func aRecordingGivesTheSameBits() {
    expectSameBitsReplayed(
      { x in
        [
          logLikelihood(
            ensemble(members: 6, persistence: x[0]),
            EnsembleUpdate(
              inflation: x[1], localization: EnsembleTaper(Ring(points: 4), length: x[2])), key)
        ]
      }, at: [0.8, 1.1, 0.9])
  }

  @Test func theSquareRootLeavesTheCovarianceOfTheExactUpdate() throws {
    let members = key.normal([7, 4])
    let space = EnsembleStateSpace(members: members) { states, _, _ in states }
    let time = TimedObservations(step: 0, [0.4, -1], points: [0, 2], variance: [0.5, 0.2])
    let key = key
    let states = try Model { p in p.filtered("x", space, observing: [time], key: key) }
      .outputAndTrace().output
    let sample = LinearGaussianStateSpace(
      mean: states.forecastMeans[0], covariance: states.forecastCovariances[0],
      transition: .identity(4), modelError: .zeros([4, 4]))
    let exact = try Model { p in p.filtered("x", sample, observing: [time]) }.outputAndTrace()
      .output
    // The same algebra by another way.
    expectClose(states.means, exact.means, relative: 1e-12)
    expectClose(states.covariances, exact.covariances, relative: 1e-11, absolute: 1e-13)
    expectClose(states.logLikelihood, exact.logLikelihood, relative: 1e-12)
  }

  @Test func perturbedObservationsLeaveTheCovarianceOfTheExactUpdateOnAverage() throws {
    let members = key.normal([20_000, 4])
    let space = EnsembleStateSpace(members: members) { states, _, _ in states }
    let time = TimedObservations(step: 0, [0.4, -1], points: [0, 2], variance: [0.5, 0.2])
    let (mean, key) = (members.mean(along: [0]), key)
    let update = EnsembleUpdate(.perturbedObservations)
    let states = try Model { p in
      p.filtered("x", space, observing: [time], updatedBy: update, key: key)
    }.outputAndTrace().output
    let B = states.forecastCovariances[0]
    let sample = LinearGaussianStateSpace(
      mean: mean, covariance: B, transition: .identity(4), modelError: .zeros([4, 4]))
    let exact = try Model { p in p.filtered("x", sample, observing: [time]) }
      .outputAndTrace().output
    // Entries of a sample covariance near 1 have errors of at most sqrt(2 / 20 000) = 0.01.
    expectClose(states.covariances, exact.covariances, relative: 0, absolute: 0.03)
    // The mean of the perturbations is no more than 4 of its deviations, sqrt(0.5 / 20 000).
    expectClose(states.means, exact.means, relative: 0, absolute: 0.02)
  }

  @Test func inflationAndTaperActOnTheForecastCovariance() {
    let members = key.normal([5, 4])
    let space = EnsembleStateSpace(members: members) { states, _, _ in states }
    let taper = EnsembleTaper(Ring(points: 4), length: 0.8)
    let time = TimedObservations(step: 0, [0.4, -1], points: [0, 1], variance: 0.5)
    let mean = members.mean(along: [0])
    let X = members - mean
    let gaspariCohn = Taper.gaspariCohn(0.8)
    let C = Tensor(
      (0..<16).map { gaspariCohn(Ring(points: 4).distance($0 / 4, $0 % 4)) }, shape: [4, 4])
    let B = 1.21 * matmul(X.transposed(), X) / 4 * C
    let exact = LinearGaussianStateSpace(
      mean: mean, covariance: B, transition: .identity(4), modelError: .zeros([4, 4]))
    let found = logLikelihood(
      space, EnsembleUpdate(inflation: 1.1, localization: taper), key, [time])
    expectClose(found, StateSpaceTests.logLikelihood(exact, [time]), relative: 1e-12)
  }

  @Test func pointsAreAnOperatorOfOnesAndZeros() {
    let rows = Tensor([1, 0, 0, 0, 0, 0, 1, 0], shape: [2, 4])
    let taper = EnsembleTaper(Ring(points: 4), length: 0.8)
    func value(_ time: TimedObservations) -> Tensor {
      logLikelihood(
        ensemble(members: 5), EnsembleUpdate(localization: taper), key,
        [time, .init(step: 2, [0.1], points: [1], variance: 0.5)])
    }
    expectClose(
      value(.init(step: 1, [0.3, 1.1], points: [0, 2], variance: 0.5)),
      value(.init(step: 1, [0.3, 1.1], operator: rows, variance: 0.5)), relative: 1e-12)
  }

  @Test(arguments: [EnsembleUpdate.Scheme.squareRoot, .perturbedObservations])
  func aMissingValueIsOneThatWasNeverThere(_ scheme: EnsembleUpdate.Scheme) {
    func value(_ time: TimedObservations) -> Double {
      logLikelihood(
        ensemble(members: 5), EnsembleUpdate(scheme), key,
        [time, .init(step: 2, [0.1], points: [1], variance: 0.5)]
      ).scalar
    }
    let missing = value(.init(step: 1, [0.3, nil], points: [0, 2], variance: [0.5, 0.1]))
    #expect(missing == value(.init(step: 1, [0.3], points: [0], variance: [0.5])))
  }

  @Test func drawsComeFromTheModelsSeedUnlessAKeyIsGiven() throws {
    let (space, observations, fixed) = (ensemble(members: 5), observations, key)
    let free = Model { p in p.filtered("x", space, observing: observations).logLikelihood }
    let given = Model { p in
      p.filtered("x", space, observing: observations, key: fixed).logLikelihood
    }
    let (first, second) = (RandomKey(1), RandomKey(2))
    #expect(try free.run(key: first).scalar == free.run(key: first).scalar)
    #expect(try free.run(key: first).scalar != free.run(key: second).scalar)
    #expect(try given.run(key: first).scalar == given.run(key: second).scalar)
    #expect(throws: ModelError.missingKey(site: "x")) { try free.trace() }
  }

  @Test func aForecastThatDivergesMakesTheTermNaN() throws {
    let space = EnsembleStateSpace(members: key.normal([5, 4])) { states, _, _ in
      exp(exp(exp(exp(square(states)) + 3)))
    }
    let (observations, key) = (observations, key)
    let trace = try Model { p in p.filtered("x", space, observing: observations, key: key) }.trace()
    #expect(trace.logDensity().scalar.isNaN)
  }
}
