import Assimilation
import Autodiff
import LinearAlgebra
import TestSupport
import Testing

@Suite struct ClimatologyTests {
  @Test func momentsAreThoseOfTheStates() throws {
    let climatology = try Climatology(states: Matrix(rows: 3, columns: 2, [1, 5, 2, 5, 6, 8]))
    #expect(climatology.mean == [3, 6])
    // Deviations -2, -1, 3 and -1, -1, 2, over 2.
    expectClose(climatology.covariance.scalars, [7, 4.5, 4.5, 3], relative: 1e-14)
  }

  @Test func statesAreTakenAfterTheSpinUpOnceInAnInterval() throws {
    let counting = FunctionModel(dimension: 1) { x, step in x[0] = Double(step) }
    let climatology = try climatology(of: counting, spinUp: 10, steps: 6, every: 3)
    #expect(climatology.mean == [14.5] && climatology.covariance.scalars == [4.5])
  }

  @Test func oneStateHasNoCovariance() {
    let still = FunctionModel(dimension: 1) { _, _ in }
    let error = #expect(throws: AnalysisError.tooFewStates(1)) {
      try climatology(of: still, spinUp: 0, steps: 5, every: 3)
    }
    #expect(
      error?.description
        == "a climatology of 1 state has no covariance; give at least 2, by more steps or a shorter interval."
    )
    #expect(throws: AnalysisError.tooFewStates(0)) {
      try Climatology(states: Matrix(rows: 0, columns: 2))
    }
  }

  @Test func modelsThatExplodeAreNamedWithTheirStep() {
    let model = FunctionModel(dimension: 2) { x, step in x[1] = step < 4 ? 1 : -.infinity }
    let error = #expect(
      throws: AnalysisError.modelNotFinite(step: 4, point: 1, value: "-inf")
    ) {
      try Climatology(
        of: model, start: .normal(mean: [0, 0], variance: 1), spinUp: 0, steps: 5,
        key: RandomKey(1))
    }
    #expect(
      error?.description
        == "the model's state is -inf at point 1 in step 4, but must be finite; the model is unstable: "
        + "try a shorter time step.")
    #expect(throws: AnalysisError.notFinite(what: "states", index: [1, 0], value: "nan")) {
      try Climatology(states: Matrix(rows: 2, columns: 1, [0, .nan]))
    }
  }

  private func climatology(
    of model: FunctionModel, spinUp: Int, steps: Int, every interval: Int
  ) throws -> Climatology {
    try Climatology(
      of: model, start: .normal(mean: [0], variance: 1), spinUp: spinUp, steps: steps,
      every: interval, key: RandomKey(1))
  }
}
