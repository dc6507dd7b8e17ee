import Distributions
import Foundation
import Inference
import PPL
import Parallel
import Testing

/// Two means with a common prior and three observations each: a conjugate model, whose posterior is normal.
private let model = Model { p in
  let mean = p.sample("mean", Normal(.zeros([2]), 2).toEvent(1))
  p.deterministic("sum", mean.sum())
  p.sample("y", Normal(mean[.all, .newAxis], .full(1, [2, 3])))
}

/// The posterior of the panel with its deviation times `width`: precision 3 + 1/4.
private func exact(
  _ panel: SimulationBasedCalibration.Panel, _ key: RandomKey, width: Double = 1, shift: Double = 0
) throws -> Inference.Posterior {
  let sums = try #require(panel.data["y"]).sum(along: [1])
  let deviation = width / 3.25.squareRoot()
  let draws = sums / 3.25 + Tensor(shift) + key.normal([400, 2]) * Tensor(deviation)
  return try Inference.Posterior(
    Draws(count: 400, sites: [("mean", draws), ("sum", draws.sum(along: [1]))]),
    origin: .init(method: "exact"))
}

@Suite struct SimulationBasedCalibrationTests {
  private func check() throws -> SimulationBasedCalibration {
    try SimulationBasedCalibration(model.conditioned(on: ["y": .zeros([2, 3])]))
  }

  @Test func drawsOfThePosteriorAreCalibrated() throws {
    let found = try check().run(panels: 200, key: RandomKey(1)) { try exact($0, $1) }
    #expect(found.rows.map(\.name) == ["mean", "sum"] && found.rows.map(\.elements) == [2, 1])
    for row in found.rows {
      // Three standard errors of a share of 0.9 among 200.
      #expect(abs(row.coverage - 0.9) < 0.064, "\(row)")
      #expect(row.low < row.coverage && row.coverage < row.high)
      // Three standard errors of a mean square of 1 among 200.
      #expect(abs(row.rootMeanSquareError - 1) < 0.15)
    }
    #expect(found.doubtful.isEmpty && found.verdict.hasPrefix("no rank test finds a deviation"))
  }

  @Test func narrowAndShiftedDrawsAreFound() throws {
    let narrow = try check().run(panels: 100, key: RandomKey(1)) { try exact($0, $1, width: 0.5) }
    // 90 % of a normal distribution of half the deviation: P(|z| < 0.82) = 0.589, within three standard errors.
    #expect(narrow.rows.allSatisfy { abs($0.coverage - 0.589) < 0.15 })
    #expect(narrow.doubtful.map(\.name) == ["mean", "sum"])
    #expect(
      narrow.verdict
        == "the fits are not draws of the posterior: the ranks of mean (too narrow or biased), "
        + "sum (too narrow or biased) are not uniform.")
    let wide = try check().run(panels: 100, key: RandomKey(1)) { try exact($0, $1, width: 3) }
    #expect(wide.doubtful.map(\.name) == ["mean", "sum"] && wide.verdict.contains("(too wide)"))
    let shifted = try check().run(panels: 100, key: RandomKey(1)) { try exact($0, $1, shift: 0.5) }
    #expect(shifted.doubtful.map(\.name) == ["mean", "sum"])
  }

  /// Of a chain whose draws depend on each other, only independent ones have uniform ranks.
  @Test func autocorrelatedDrawsAreThinned() throws {
    let found = try check().run(panels: 100, key: RandomKey(2)) { panel, key in
      let exact = try exact(panel, key)
      // Each draw ten times: a correlation time of ten.
      let repeated = Tensor((0..<400).map { Double($0 / 10) })
      return try Inference.Posterior(
        Draws(
          count: 400,
          sites: exact.draws.names.map { ($0, exact.draws[$0].taking(indices: repeated, along: 0)) }
        ), origin: exact.origin)
    }
    #expect(found.doubtful.isEmpty)
  }

  @Test func digitsDoNotDependOnThreadsOrOnTheNumberOfPanels() throws {
    func outcomes(_ panels: Int, _ threads: Int) throws -> [CalibrationOutcome] {
      try check().run(panels: panels, key: RandomKey(3), pool: WorkPool(threads: threads)) {
        try exact($0, $1)
      }.outcomes
    }
    let found = try outcomes(7, 1)
    #expect(try found == outcomes(7, 3))
    #expect(try Array(found.prefix(4)) == outcomes(4, 2))
  }

  @Test func aFitThatFailsIsCounted() throws {
    let found = try check().run(panels: 6, key: RandomKey(4)) { panel, key in
      let sum = panel.data["y"]?.sum().scalar ?? 0
      if sum > 0 { throw InferenceError.notAMode }
      return try exact(panel, key)
    }
    #expect(found.failed > 0 && found.failed < 6)
    #expect(found.outcomes.compactMap(\.failure).first == "\(InferenceError.notAMode)")
    #expect(found.ranks(of: "sum").count == 6 - found.failed)
    let none = try check().run(panels: 2, key: RandomKey(4)) { _, _ in
      throw InferenceError.notAMode
    }
    #expect(none.rows.isEmpty && none.verdict == "no fit has a result.")
  }

  @Test func anOutcomeIsReadBackFromJSON() throws {
    let outcome = try check().outcome(ofPanel: 2, key: RandomKey(5)) {
      (try exact($0, $1), "too few steps")
    }
    let copy = try JSONDecoder().decode(
      CalibrationOutcome.self, from: JSONEncoder().encode(outcome))
    #expect(copy == outcome && !outcome.isConverged && copy.doubt == "too few steps")
  }

  /// Coordinates that a fit may choose by its data are not compared.
  @Test func coordinatesOfASiteAreLeftOut() throws {
    let model = Model { p in
      let u = p.sample("f_u", Normal(0, 1))
      let f = p.deterministic("f", 2 * u)
      p.sample("other_u", Normal(0, 1))
      p.sample("y", Normal(f, 1))
    }
    let check = try SimulationBasedCalibration(model.conditioned(on: ["y": 0]))
    #expect(try check.panel(key: RandomKey(0)).truth.map(\.name) == ["f", "other_u"])
  }

  @Test func missingDataStayMissing() throws {
    let masked = Model { p in
      let mean = p.sample("mean", Normal(0, 1))
      p.sample("y", Normal(mean, .full(1, [2])), mask: Tensor([1, 0]))
    }
    let check = try SimulationBasedCalibration(masked.conditioned(on: ["y": [1, .nan]]))
    let panel = try check.panel(key: RandomKey(1))
    let trace = try panel.posterior.substituting(["mean": 0]).trace()
    let y = try #require(panel.data["y"])
    let expected = Normal(0, 1).logProb(y[0]).scalar
    #expect(trace["y"]?.logDensity()?.scalar == expected)
  }

  // MARK: Mistakes

  private func message(_ work: () throws -> Void) throws -> String {
    "\(try #require(#expect(throws: InferenceError.self) { try work() }))"
  }

  @Test func aModelThatCannotBeSimulatedIsRefused() throws {
    let factor = Model { p in
      p.sample("y", Normal(p.sample("mean", Normal(0, 1)), 1))
      p.factor("weight", 0)
    }.conditioned(on: ["y": 1])
    #expect(
      try message { _ = try SimulationBasedCalibration(factor) }.contains(
        "the model has a factor \"weight\""))
    // A factor that is simulated by a site needs that site.
    for (site, isThere) in [("y", true), ("z", false)] {
      let model = Model { p in
        p.sample("y", Normal(p.sample("mean", Normal(0, 1)), 1))
        p.factor("weight", 0, simulatedBy: site)
      }.conditioned(on: ["y": 1])
      if isThere {
        #expect(try SimulationBasedCalibration(model).panel(key: RandomKey(0)).truth.count == 1)
      } else {
        #expect(
          try message { _ = try SimulationBasedCalibration(model) }.contains(
            "the model has a factor \"weight\""))
      }
    }
    let noData = Model { p in p.sample("mean", Normal(0, 1)) }
    #expect(
      try message { _ = try SimulationBasedCalibration(noData) }.contains(
        "the model has no observed site"))
    let noParameters = Model { p in p.sample("y", Normal(0, 1)) }.conditioned(on: ["y": 1])
    #expect(
      try message { _ = try SimulationBasedCalibration(noParameters) }.contains(
        "the model has no latent site"))
    #expect(
      try message {
        _ = try SimulationBasedCalibration(model.conditioned(on: ["y": .zeros([2, 3])]), level: 1)
      }.contains("level is 1.0"))
    #expect(
      try message { _ = try check().run(panels: 0, key: RandomKey(0)) { try exact($0, $1) } }
        .contains("the number of panels"))
  }

  @Test func drawsThatAreNotFiniteAreAFailure() throws {
    let found = try check().run(panels: 1, key: RandomKey(0)) { panel, key in
      try Inference.Posterior(
        Draws(count: 4, sites: [("mean", .full(.nan, [4, 2]))]), origin: .init(method: "none"))
    }
    #expect(found.outcomes[0].failure?.contains("a draw of \"mean\" is not finite") == true)
    let other = try check().run(panels: 1, key: RandomKey(0)) { _, _ in
      try Inference.Posterior(
        Draws(count: 4, sites: [("z", .zeros([4]))]), origin: .init(method: "none"))
    }
    #expect(other.outcomes[0].failure?.contains("the fit has the sites z") == true)
  }
}

@Suite struct RankUniformityTests {
  /// For two ranks there is one point, 1/2, and γ is 1/2 where both ranks are on one side of it, and else 1.
  @Test func twoRanksByHand() {
    let test = RankUniformity(count: 2)
    // Half of all sets; four standard errors among 4,000.
    #expect(abs(test.pValue([0.1, 0.2]) - 0.5) < 0.032)
    #expect(test.pValue([0.1, 0.9]) == 1)
  }

  /// p-values of uniform ranks are uniform, up to the steps of the statistic.
  @Test func pValuesOfUniformRanksAreUniform() {
    let test = RankUniformity(count: 40, simulations: 1000)
    let uniforms = RandomKey(9).uniform([400, 40])
    let values = (0..<400).map { test.pValue(uniforms[$0].scalars) }
    for level in [0.05, 0.2, 0.5] {
      let share = Double(values.count { $0 <= level }) / 400
      // Four standard errors of 400 sets and 1,000 simulations.
      #expect(abs(share - level) < 4 * (level * (1 - level) * (1 / 400 + 1 / 1000)).squareRoot())
    }
  }

  /// Of 200,000 ranks there are 999 points, and no table of ranks by ranks, which would take 320 GB.
  @Test func manyRanksAreTestedInBoundedMemory() {
    let count = 200_000
    let test = RankUniformity(count: count, simulations: 400)
    let (points, low, high) = test.band(0.95)
    #expect(points.count == 999 && points[499] == 0.5)
    // The pointwise half width is at least 1.96 standard deviations, and for all points at once at most 4.
    let half = 0.5 * (high[499] - low[499]) * 2 * Double(count).squareRoot()
    #expect(half > 1.96 && half < 4)
    let ranks = (0..<count).map { (Double($0) + 0.5) / Double(count) }
    #expect(test.pValue(ranks) == 1)
    // Moved by a hundredth, nine standard deviations of the share up to 1/2.
    #expect(test.pValue(ranks.map { 0.99 * $0 }) == 1.0 / 401)
  }

  /// The simulated sets of many ranks, by binomial numbers in each interval, have the distribution of sorted uniform ones.
  @Test func pValuesOfManyUniformRanksAreUniform() {
    let test = RankUniformity(count: 1_500, simulations: 1000)
    let uniforms = RandomKey(12).uniform([200, 1_500])
    let values = (0..<200).map { test.pValue(uniforms[$0].scalars) }
    for level in [0.05, 0.2, 0.5] {
      let share = Double(values.count { $0 <= level }) / 200
      // Four standard errors of 200 sets and 1,000 simulations.
      #expect(abs(share - level) < 4 * (level * (1 - level) * (1 / 200 + 1 / 1000)).squareRoot())
    }
  }

  @Test func theBandContainsTheSimulatedShareOfUniformRanks() {
    let test = RankUniformity(count: 30)
    let (points, low, high) = test.band(0.9)
    let uniforms = RandomKey(10).uniform([1000, 30])
    let inside = (0..<1000).count { set in
      let ranks = uniforms[set].scalars
      return points.indices.allSatisfy { i in
        let share = Double(ranks.count { $0 <= points[i] }) / 30
        return share >= low[i] - 1e-12 && share <= high[i] + 1e-12
      }
    }
    // At least the level, since shares are steps; four standard errors below it.
    #expect(Double(inside) / 1000 > 0.9 - 0.038)
    #expect(Double(inside) / 1000 < 0.97)
  }
}
