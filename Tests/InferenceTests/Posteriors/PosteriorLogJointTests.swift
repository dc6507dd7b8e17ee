import PPL
import PosteriorModels
import TestSupport
import Testing

/// Every model of posteriordb's development half, said in this language.
@Suite(.enabled(if: PosteriorDB.isThere, "\(PosteriorDB.reason)"))
struct PosteriorLogJointTests {
  @Test(arguments: PosteriorModel.all)
  func theLogDensityIsThatOfTheStatement(posterior: PosteriorModel) throws {
    let (point, expected) = try PosteriorDB.check(posterior.name)
    let trace = try posterior.model().substituting(point).trace()
    #expect(Set(trace.latent.map(\.name)) == Set(point.keys))
    // Eight digits are given; those of the differential equation are by another solver, to 1e-3.
    let isSolved = posterior.name == PosteriorModel.predatorAndPrey.name
    expectClose(
      [trace.logDensity().scalar], [expected], relative: isSolved ? 0 : 1e-7,
      absolute: isSolved ? 1e-3 : 1e-12)
  }

  @Test func everyStatementIsHere() throws {
    #expect(PosteriorModel.all.count == 21)
    #expect(Set(PosteriorModel.all.map(\.name)).count == 21)
  }
}
