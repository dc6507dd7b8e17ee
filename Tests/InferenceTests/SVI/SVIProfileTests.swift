import Distributions
import Inference
import PPL
import TestModels
import TestSupport
import Testing

struct SVIProfileTests {
  private let test = TestModel.regression()
  private var svi: SVI {
    SVI(test.model, guide: AutoNormal(test.model), optimizer: Adam(learningRate: 0.05))
  }

  @Test func theTimeIsSharedAmongTheSitesOfGuideAndModel() throws {
    let fit = try svi.run(steps: 2, key: RandomKey(0), progress: .silent)
    let profile = try svi.profile(at: fit.state, steps: 20)
    let names = Set(profile.bySite().map(\.name))
    #expect(names.isSuperset(of: ["a", "b", "y"]), "\(names)")
    for rows in [profile.bySite(), profile.byOperation()] {
      // Rounding of a sum of some tens of terms.
      expectClose([rows.reduce(0) { $0 + $1.share }], [1], relative: 1e-12)
      #expect(rows.reduce(0) { $0 + $1.calls } == profile.entries.count)
    }
    #expect(profile.seconds > 0)
  }

  @Test func aProfileLeavesTheFitAsItWas() throws {
    let fit = try svi.run(steps: 5, key: RandomKey(0), progress: .silent)
    _ = try svi.profile(at: fit.state, steps: 3)
    let next = try svi.run(steps: 5, from: fit.state, progress: .silent)
    let whole = try svi.run(steps: 10, key: RandomKey(0), progress: .silent)
    #expect(next.state.parameters == whole.state.parameters)
  }

  @Test(arguments: [0, -1])
  func aProfileNeedsSteps(steps: Int) throws {
    let state = try svi.initialState(key: RandomKey(0))
    #expect(throws: InferenceError.count("the number of steps", steps)) {
      try svi.profile(at: state, steps: steps)
    }
  }
}
