import Assimilation
import Autodiff
import LinearAlgebra
import TestSupport
import Testing

struct DSADMWorldTests {
  @Test func regimesHaveTheirOffsets() {
    expectClose(
      DSADM.Regime.all.map(\.decayOffset), [0, 0.340663, 0.160034, 0.062091], relative: 2e-5)
    expectClose(
      DSADM.Regime.all.map(\.diffusionOffset), [0, 0, 0.115132, 0.035401], relative: 2e-5)
  }

  @Test func theStationaryRegimeHasConstantCoefficients() throws {
    let model = try DSADM(regime: .stationary, steps: 4, key: RandomKey(1))
    let mean = DSADM.Setup().unperturbed
    for (field, value) in [
      (model.velocity, mean.velocity), (model.decay, mean.decay),
      (model.diffusion, mean.diffusion), (model.noise, mean.noise),
    ] {
      #expect(field.isSteady && field.rows.scalars == Array(repeating: value, count: 120))
    }
  }

  @Test func partsOfAWorldAreTheWhole() throws {
    let setup = DSADM.Setup()
    var world = try DSADMWorld(setup: setup, regime: .standard, key: RandomKey(2))
    let parts = [try world.next(30), try world.next(20)]
    let whole = try DSADM(setup: setup, regime: .standard, steps: 50, key: RandomKey(2))
    #expect(parts.map(\.steps) == [1...30, 31...50])
    for field in [\DSADM.velocity, \.decay, \.diffusion, \.noise] {
      #expect(
        parts.flatMap { $0[keyPath: field].rows.scalars } == whole[keyPath: field].rows.scalars)
    }
  }

  /// The damping of the scheme makes it somewhat less than the regime says.
  @Test func decayAndDiffusionAreNegativeNowAndThen() throws {
    let model = try DSADM(regime: .standard, steps: 2_000, key: RandomKey(3))
    let share = { (field: DSADM.ParameterField) in
      let values = field.rows.scalars
      return Double(values.count { $0 < 0 }) / Double(values.count)
    }
    #expect((0.001...0.02).contains(share(model.decay)))
    #expect((0.0001...0.01).contains(share(model.diffusion)))
    #expect(share(model.noise) == 0)
  }

  @Test func starredFieldsHaveTheDeviationOfTheirScheme() throws {
    // U - Ū is a process of the scheme itself, whose deviation is below its nominal 10 by numerical diffusion.
    let setup = DSADM.Setup()
    let model = try DSADM(setup: setup, regime: .standard, steps: 4_000, key: RandomKey(4))
    let deviations = model.velocity.rows.scalars.map { $0 - setup.velocity }
    let variance = deviations.reduce(0) { $0 + $1 * $1 } / Double(deviations.count)
    let equation = setup.parameterField(deviation: 10)
    let field = { DSADM.ParameterField(constant: $0, points: 120) }
    let scheme = try DSADM(
      mesh: setup.mesh, steps: 1...1_000, velocity: field(equation.velocity),
      decay: field(equation.decay), diffusion: field(equation.diffusion),
      noise: field(equation.noise))
    var covariance = Matrix(rows: 120, columns: 120)
    for step in 1...1_000 { scheme.propagate(&covariance, to: step) }
    // 4,000 steps are some 25 times the longest time scale, for a few independent fields each.
    expectClose([variance], [covariance[0, 0]], relative: 0.3)
    #expect(covariance[0, 0] < 100)
  }

  @Test func mistakesAreNamed() async {
    let regime = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = DSADM.Regime(velocityDeviation: 1, strength: 0.5) }
    expectMessage("DSADM.Regime: deviation 1.0, strength 0.5", of: regime)
    let step = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = try DSADM(regime: .stationary, steps: 4, key: RandomKey(1))
      var states = Matrix(rows: 1, columns: 120)
      model.advance(&states, to: 5, noise: nil)
    }
    expectMessage("DSADM: no coefficients for step 5, only for 1...4.", of: step)
  }
}
