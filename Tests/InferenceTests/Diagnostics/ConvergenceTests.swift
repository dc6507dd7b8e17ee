import Distributions
import Foundation
import PPL
import TestModels
import TestSupport
import Testing

@testable import Inference

/// The rule by which a fit says whether it has converged.
struct ConvergenceTests {
  /// Stationary noise of unit variance around 1000 with autocorrelation `phi` from one loss to the next.
  private func noise(_ phi: Double, _ count: Int, key: RandomKey) -> [Double] {
    let steps = key.normal([count + 200]).scalars
    let scale = (1 - phi * phi).squareRoot()
    var values = Array(repeating: 0.0, count: count)
    var (x, step) = (0.0, 0)
    while step < steps.count {
      x = phi * x + scale * steps[step]
      if step >= 200 { values[step - 200] = 1000 + x }
      step += 1
    }
    return values
  }

  /// The last 1,000 losses of a fit of 6,000 steps, which are all that the rule looks at.
  private func isConverged(_ losses: [Double]) -> Bool {
    Convergence(losses: losses, steps: losses.count == 1_000 ? 6_000 : nil).isConverged
  }

  @Test(arguments: [0, 0.5, 0.8, 0.9])
  func stationaryNoiseIsCalledUnsettledInFewFits(phi: Double) {
    let alarms = RandomKey(7).split(1_000).count { !isConverged(noise(phi, 1_000, key: $0)) }
    // One in a hundred by the quantile, both sides together, and up to two where batches of 50 losses leave something
    // of an autocorrelation of 0.9; 3.5 in a hundred is 3.4 binomial errors above that.
    #expect(alarms <= 35, "\(alarms) of 1000")
  }

  @Test(arguments: [100, 300, 900])
  func shortFitsHaveFewFalseAlarmsToo(steps: Int) {
    let alarms = RandomKey(8).split(1_000).count { !isConverged(noise(0.3, steps, key: $0)) }
    // Batches of 10 losses see a little of this autocorrelation: up to 2 % are expected, 3.5 % is three errors above.
    #expect(alarms <= 35, "\(alarms) of 1000")
  }

  /// How many of 300 fits are called falling whose loss falls by `drift` noise deviations a window.
  private func found(drift: Double) -> Int {
    RandomKey(9).split(300).count { key in
      let losses = noise(0.5, 1_000, key: key).enumerated()
        .map { $1 - drift * Double($0) / 500 }
      guard case .falling(let change, _, 500) = Convergence(losses: losses, steps: 6_000).finding
      else { return false }
      return change < 0
    }
  }

  @Test func aDriftOfLessThanItsNoiseAWindowIsFound() {
    // The change has a standard error of √(2 · 3 / 500) = 0.11 deviations: 0.5 is 4.6 of them where 2.9 are needed, so
    // that all but 1 - Φ(1.7) = 4 % would be found were the error known, some 10 % less by one of 18 degrees of freedom.
    #expect(found(drift: 0.5) >= 225)
    #expect(found(drift: 1) >= 298)
  }

  @Test func aRiseIsFoundAndTheRemedyIsAnother() {
    let losses = noise(0, 6_000, key: RandomKey(1)).enumerated().map { $1 + Double($0) / 100 }
    let verdict = Convergence(losses: losses)
    guard case .rising(let change, let error, 500) = verdict.finding else {
      Issue.record("\(verdict)")
      return
    }
    #expect(
      verdict.description
        == "the fit has not converged: the mean loss of the last 500 steps is "
        + String(
          format: "%.4g higher than that of the 500 before (standard error %.2g); ", change, error)
        + "lower the learning rate.")
  }

  @Test func theVerdictsAreSentences() {
    let falling = Convergence(losses: (0..<6_000).map { -Double($0) })
    // Batches of 50 steps: their means have the deviation 151.4 in each window, and the change 151.4 √(2 / 10) = 67.7.
    #expect(
      falling.description
        == "the fit has not converged: the mean loss of the last 500 steps is 500 lower than that of the 500 "
        + "before (standard error 68); take more steps. If it goes on falling, a scale may be shrinking to 0: "
        + "check the data.")
    let settled = Convergence(losses: Array(repeating: 2.5, count: 1_000))
    #expect(settled.isConverged)
    #expect(
      settled.description
        == "the fit converged: the mean loss of the last 100 steps differs from that of the 100 before by 0 "
        + "(standard error 0).")
    #expect(
      Convergence(losses: [1]).description
        == "1 step is too few to tell whether the fit converged; take more.")
    #expect(
      Convergence(losses: Array(repeating: 1, count: 19)).description
        == "19 steps are too few to tell whether the fit converged; take more.")
  }

  @Test func lossesThatBecameFiniteHaveNothingToBeComparedWith() {
    let infinite = Array(repeating: Double.infinity, count: 500)
    let verdict = Convergence(losses: infinite + noise(0, 500, key: RandomKey(3)), steps: 6_000)
    #expect(!verdict.isConverged && verdict.hasFiniteLosses)
    #expect(verdict.finding == .becameFinite(window: 500))
    #expect(
      verdict.description
        == "the fit has not converged: the losses of the last 500 steps are finite, but hardly any of the 500 before, "
        + "so that there is nothing to compare them with; take more steps.")
  }

  @Test func lossesThatAreNotFiniteFailOrHinderAFit() {
    let infinite = Array(repeating: Double.infinity, count: 5_500)
    let failed = Convergence(losses: Array(repeating: 1, count: 500) + infinite)
    #expect(!failed.isConverged && !failed.hasFiniteLosses)
    #expect(
      failed.description
        == "the fit failed: none of the last 500 losses is finite; check the data, start inside the support, or "
        + "lower the learning rate.")
    // A tenth of the steps where that is fewer.
    #expect(
      Convergence(losses: Array(repeating: 1, count: 350) + infinite.prefix(40)).finding
        == .nothingFinite(window: 39))

    var losses = noise(0, 6_000, key: RandomKey(2))
    // The first are in no window.
    for step in 0..<100 { losses[step] = .infinity }
    #expect(isConverged(losses))
    // 1 in 25 is allowed, 1 in 10 is not.
    for step in stride(from: 25, to: 6_000, by: 25) { losses[step] = .nan }
    #expect(isConverged(losses))
    for step in stride(from: 10, to: 6_000, by: 10) { losses[step] = .infinity }
    let partly = Convergence(losses: losses)
    #expect(partly.finding == .partlyInfinite(count: 60, window: 500) && partly.hasFiniteLosses)
    #expect(
      partly.description
        == "the fit has not converged: 60 of the last 500 losses are not finite, since draws of the guide have no "
        + "density under the model; take more steps, lower the learning rate, check the data, or "
        + "take a guide on the model's support.")
  }

  @Test func theLastThousandLossesAreEnough() {
    let losses = noise(0.5, 6_000, key: RandomKey(3))
    #expect(Convergence(losses: losses.suffix(1_000), steps: 6_000) == Convergence(losses: losses))
  }

  @Test func aLossWithoutNoiseSettlesOnceItFallsByLessThanAHundredth() {
    func losses(_ rate: Double) -> [Double] { (0..<6_000).map { 50 * exp(-rate * Double($0)) } }
    #expect(isConverged(losses(2e-3)))  // 50 exp(-10) = 0.002 at 5,000
    #expect(!isConverged(losses(5e-4)))
  }

  // MARK: Fits

  private func fit(
    _ y: Tensor, steps: Int, rate: Double = 0.01, key: UInt64 = 0
  ) throws -> SVIFit {
    let model = Model<Void> { p in
      let mu = p.sample("mu", Normal(30, 10))
      let sigma = p.sample("sigma", LogNormal(0, 5))
      _ = p.plate("n", y.count) { p in p.sample("y", Normal(mu, sigma), observed: y) }
    }
    return try SVI(
      model, guide: AutoNormal(model, initialization: .values(["mu": 22, "sigma": 5])),
      optimizer: ClipGlobalNorm(10).then(Adam(learningRate: .constant(rate)))
    ).run(steps: steps, key: RandomKey(key), progress: .silent)
  }

  @Test func aWholeFitConvergesAndOneThatIsCutDoesNot() throws {
    let y = 30 + 2 * RandomKey(5).normal([60])
    let whole = try fit(y, steps: 4_000)
    #expect(whole.convergence.isConverged, "\(whole.convergence)")
    let cut = try fit(y, steps: 300)
    guard case .falling = cut.convergence.finding else {
      Issue.record("\(cut.convergence)")
      return
    }
  }

  @Test func aScaleThatShrinksToZeroDoesNotConverge() throws {
    let equal = try fit(.full(31.4, [60]), steps: 6_000, rate: 3e-3)
    guard case .falling = equal.convergence.finding else {
      Issue.record("\(equal.convergence)")
      return
    }
  }

  @Test func aSearchTellsItsOwnEnd() throws {
    let test = TestModel.regression()
    let svi = SVI(test.model, guide: AutoDelta(test.model), optimizer: SGD(learningRate: 1))
    let found = try svi.minimized(key: RandomKey(0))
    let search = try #require(found.minimization)
    #expect(found.convergence.finding == .search(search) && found.convergence.isConverged)
    #expect(
      found.convergence.description.hasPrefix(
        "the search converged in \(search.iterations) iterations, to "))
    let cut = try svi.minimized(by: LBFGS(iterations: 1), key: RandomKey(0))
    #expect(!cut.convergence.isConverged && cut.convergence.hasFiniteLosses)
    #expect(
      cut.convergence.description.hasPrefix(
        "the search has not converged: its 1 iteration ended with a "))
    #expect(cut.convergence.description.hasSuffix("; give LBFGS more iterations."))
  }
}
