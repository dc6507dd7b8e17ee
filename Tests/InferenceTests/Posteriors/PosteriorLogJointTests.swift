import PPL
import TestSupport
import Testing

/// Every model of posteriordb's development half, said in this language.
@Suite(.enabled(if: PosteriorDB.isThere, "\(PosteriorDB.reason)"))
struct PosteriorLogJointTests {
  @Test(arguments: Posterior.all)
  func theLogDensityIsThatOfTheStatement(posterior: Posterior) throws {
    let (point, expected) = try PosteriorDB.check(posterior.name)
    let trace = try posterior.model().substituting(point).trace()
    #expect(Set(trace.latent.map(\.name)) == Set(point.keys))
    // Eight digits are given; those of the differential equation are by another solver, to 1e-3.
    let isSolved = posterior.name == Posterior.predatorAndPrey.name
    expectClose(
      [trace.logDensity().scalar], [expected], relative: isSolved ? 0 : 1e-7,
      absolute: isSolved ? 1e-3 : 1e-12)
  }

  @Test func everyStatementIsHere() throws {
    #expect(Posterior.all.count == 21)
    #expect(Set(Posterior.all.map(\.name)).count == 21)
  }
}
