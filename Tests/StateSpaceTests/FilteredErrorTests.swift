import Assimilation
import PPL
import StateSpace
import Testing

/// What a model with a filter says when something does not fit.
struct FilteredErrorTests {
  private let time = TimedObservations(step: 1, [0.5], points: [0], variance: 1)

  private func exact(
    mean: Tensor = [0, 0], covariance: Tensor = .identity(2), transition: Tensor = .identity(2),
    modelError: Tensor = .identity(2), _ times: TimedObservations...
  ) -> @Sendable (inout Context) -> Void {
    let space = LinearGaussianStateSpace(
      mean: mean, covariance: covariance, transition: transition, modelError: modelError)
    let observations = times.isEmpty ? [time] : times
    return { p in p.filtered("level", space, observing: observations) }
  }

  private func ensemble(
    _ members: Tensor, update: EnsembleUpdate = EnsembleUpdate(),
    forecast: @escaping EnsembleStateSpace.Forecast = { states, _, _ in states }
  ) -> @Sendable (inout Context) -> Void {
    let space = EnsembleStateSpace(members: members, forecast: forecast)
    let time = time
    return { p in
      p.filtered("level", space, observing: [time], updatedBy: update, key: RandomKey(0))
    }
  }

  private func expect(
    _ message: String, _ body: @escaping @Sendable (inout Context) -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: ModelError.self, sourceLocation: sourceLocation) {
      try Model(body).trace()
    }
    #expect(
      error?.description == "site \"level\": " + message, sourceLocation: sourceLocation)
  }

  @Test func observationsThatSayNothingAreRefused() {
    let message = "no observation has a value, so there is no likelihood; give at least one."
    let space = LinearGaussianStateSpace(
      mean: [0], covariance: .identity(1), transition: .identity(1), modelError: .identity(1))
    expect(message) { p in p.filtered("level", space, observing: []) }
    expect(message, exact(.init(step: 1, [nil], points: [0], variance: 1)))
  }

  @Test func stepsOutOfOrderAreRefused() {
    expect(
      "observations of step 1 come after those of step 1; sort them, and put those of one step together.",
      exact(time, time))
    expect(
      "observations are of step -1, but steps count from 0, the state's start.",
      exact(.init(step: -1, [0], points: [0], variance: 1)))
  }

  @Test func shapesThatDoNotFitAreNamed() {
    expect(
      "the covariance of the start has shape [3, 3], but needs [2, 2].",
      exact(covariance: .identity(3)))
    expect("the mean of the start has shape [], but needs [1].", exact(mean: 0))
    expect(
      "the transition of step 1 has shape [], but needs [2, 2].", exact(transition: 0.5))
    expect(
      "the covariance of the model error of step 1 has shape [2], but needs [2, 2].",
      exact(modelError: [1, 1]))
    expect(
      "the list of points of step 1 has shape [2], but there are 1 observations; count the missing ones too.",
      exact(.init(step: 1, [0], points: [0, 1], variance: 1)))
    expect(
      "the variance of observations of step 1 has shape [1], but there are 2 observations; count the missing ones too.",
      exact(.init(step: 1, [0, nil], points: [0, 1], variance: [1])))
    expect(
      "an observation of step 1 is at point 2, but the points of the state are 0..<2.",
      exact(.init(step: 1, [0], points: [2], variance: 1)))
    expect(
      "the observation operator of step 1 has shape [1, 3], but needs [1, 2].",
      exact(.init(step: 1, [0], operator: .ones([1, 3]), variance: 1)))
  }

  @Test func numbersThatAreNoneAreNamed() {
    expect(
      "an observation of step 1 has the value nan, but must be finite; a missing observation is nil.",
      exact(.init(step: 1, [.nan], points: [0], variance: 1)))
    expect(
      "the transition of step 1 has the value inf, but must be finite.",
      exact(transition: .full(.infinity, [2, 2])))
    expect(
      "the variance of observations of step 1 has the value 0.0, but must be positive.",
      exact(.init(step: 1, [1], points: [0], variance: 0)))
  }

  @Test func ensemblesThatCannotServeAreRefused() {
    expect(
      "an ensemble of 1 has no sample covariance; give at least 2 members.",
      ensemble(.zeros([1, 2])))
    expect("an ensemble has shape [members, state], not [2].", ensemble([0, 1]))
    expect(
      "the forecast ensemble of step 1 has shape [2], but needs [3, 2].",
      ensemble(.zeros([3, 2])) { states, _, _ in states.mean(along: [0]) })
    let none = EnsembleStateSpace(members: 1, mean: [0], choleskyFactor: .identity(1)) {
      states, _, _ in states
    }
    let time = time
    expect("an ensemble of 1 has no sample covariance; give at least 2 members.") { p in
      p.filtered("level", none, observing: [time], key: RandomKey(0))
    }
  }

  @Test func updatesThatCannotServeAreRefused() {
    let members = RandomKey(1).normal([3, 2])
    expect(
      "inflation has the value -1.0, but must be positive.",
      ensemble(members, update: EnsembleUpdate(inflation: -1)))
    expect(
      "inflation has shape [2], but needs [].",
      ensemble(members, update: EnsembleUpdate(inflation: [1, 1])))
    expect(
      "the table of distances for localization has shape [3, 3], but needs [2, 2].",
      ensemble(
        members,
        update: EnsembleUpdate(localization: EnsembleTaper(Ring(points: 3), length: 1))))
    expect(
      "the length of localization has the value 0.0, but must be positive.",
      ensemble(
        members,
        update: EnsembleUpdate(localization: EnsembleTaper(Ring(points: 2), length: 0))))
  }

  @Test func aCovarianceThatIsNoneMakesTheTermNaN() throws {
    let trace = try Model(exact(covariance: -9 * .identity(2))).trace()
    #expect(trace.logDensity().scalar.isNaN)
  }
}
