import Distributions
import PPL
import TestSupport
import Testing

@testable import Inference

/// The parts of nested Laplace: derivatives, Newton's method, designs and weights.
struct ConditionalDensityTests {
  private func density(
    _ model: Model<Void>, _ latent: [String]
  ) throws -> (conditional: ConditionalDensity, whole: LogDensity) {
    let logJoint = try LogJoint(model)
    let split = try LatentSplit(LatentVector(logJoint.sites), latent: latent)
    let point = Array(repeating: 0.1, count: split.vector.count)
    return (try ConditionalDensity(logJoint, split, at: point), try LogDensity(logJoint))
  }

  @Test func newtonsMethodThatRunsOutOfStepsSaysHowFarTheModeIs() throws {
    let (conditional, _) = try density(NestedModels.poisson, ["u", "intercept"])
    for start in [-6.0, -3, 2, 3] {
      do throws(NestedLaplaceError) {
        _ = try conditional.evaluator().gaussian(
          theta: [-0.3, 0.4], from: Array(repeating: start, count: 13),
          settings: NewtonSettings(steps: 1))
        Issue.record("one step from \(start) is not enough")
      } catch {
        guard case .noConditionalMode(_, _, let decrement) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(decrement > 0 && decrement.isFinite, "\(start)")
      }
    }
  }

  @Test func valueGradientAndHessianAreThoseOfTheWholeDensity() throws {
    let (conditional, whole) = try density(NestedModels.poisson, ["u", "intercept"])
    let split = conditional.split
    let theta = [-0.3, 0.4]
    let x = (0..<13).map { 0.5 - 0.1 * Double($0 % 7) }
    let joined = split.joined(x: x, theta: theta)
    #expect(split.parts(of: joined).x == x && split.parts(of: joined).theta == theta)
    let evaluator = conditional.evaluator()
    evaluator.setTheta(theta)
    var gradient = Array(repeating: 0.0, count: 13)
    let value = evaluator.value(at: x, gradient: &gradient)
    var wholeGradient = Array(repeating: 0.0, count: 15)
    let expected = try whole.evaluator().value(at: joined, gradient: &wholeGradient)
    #expect((value - expected).magnitude < 1e-12 && evaluator.value(at: x) == value)
    // Sums in another order: rounding alone.
    for (own, other) in zip(gradient, split.parts(of: wholeGradient).x) {
      #expect((own - other).magnitude < 1e-12)
    }
    let precision = evaluator.precision(at: x)
    let hessian = try whole.hessianProduct(at: joined).matrix().scalars
    let places = split.parts(of: (0..<15).map(Double.init)).x.map(Int.init)
    for (i, row) in places.enumerated() {
      var (ahead, behind, moved) = (gradient, gradient, x)
      moved[i] += 1e-5
      _ = evaluator.value(at: moved, gradient: &ahead)
      moved[i] -= 2e-5
      _ = evaluator.value(at: moved, gradient: &behind)
      for (j, column) in places.enumerated() {
        let entry: Double = precision[i, j]
        #expect((entry + hessian[15 * row + column]).magnitude < 1e-11)
        // Central differences: 1e-10 times third derivatives, and 1e-15 / 1e-5 of rounding.
        let difference: Double = (ahead[j] - behind[j]) / 2e-5
        #expect((entry + difference).magnitude < 1e-7)
      }
    }
  }

  @Test func newtonsMethodFindsTheModeFromFarAndWithAnOldHessian() throws {
    let (conditional, _) = try density(NestedModels.poisson, ["u", "intercept"])
    let evaluator = conditional.evaluator()
    let near = try evaluator.gaussian(theta: [-0.3, 0.4], from: Array(repeating: 0, count: 13))
    let far = try evaluator.gaussian(theta: [-0.3, 0.4], from: Array(repeating: 2, count: 13))
    let other = try evaluator.gaussian(
      theta: [0.5, -0.5], from: near.mode, precision: near.precision)
    let fresh = try evaluator.gaussian(theta: [0.5, -0.5], from: Array(repeating: 0, count: 13))
    for (a, b) in [(near, far), (other, fresh)] {
      // Both end within 1e-5 deviations of the mode.
      #expect(zip(a.mode, b.mode).allSatisfy { ($0 - $1).magnitude < 1e-5 })
      #expect((a.logMarginal - b.logMarginal).magnitude < 1e-5)
    }
    #expect(other.hessians <= 3, "\(other.hessians) Hessians in \(other.steps) steps")
  }

  @Test func errorsNameTheHyperparameters() throws {
    let start = "the unconstrained hyperparameters tau = 0.5"
    let hill = Model<Void> { p in
      p.sample("tau", LogNormal(0, 1))
      let x = p.sample("x", Normal(0, 1))
      p.factor("rise", square(x) + x)
    }
    let (conditional, _) = try density(hill, ["x"])
    let evaluator = conditional.evaluator()
    #expect {
      _ = try evaluator.gaussian(theta: [0.5], from: [1])
    } throws: { (error: any Error) -> Bool in
      "\(error)".contains("did not find the mode of the Gaussian part in 100 steps for \(start): ")
    }
    // A saddle at the start.
    #expect {
      _ = try density(
        Model<Void> { p in
          p.sample("tau", LogNormal(0, 1))
          p.factor("saddle", square(p.sample("x", Normal(0, 1))))
        }, ["x"]
      ).conditional.evaluator().gaussian(theta: [0.5], from: [0])
    } throws: { (error: any Error) -> Bool in
      "\(error)".contains("does not curve down in every direction") && "\(error)".contains(start)
    }
    let pole = Model<Void> { p in
      p.sample("tau", LogNormal(0, 1))
      p.factor("pole", log(p.sample("x", Normal(0, 1))))
    }
    #expect(throws: NestedLaplaceError.notFinite([.init(name: "tau", value: 0.5)])) {
      _ = try density(pole, ["x"]).conditional.evaluator().gaussian(theta: [0.5], from: [-1])
    }
  }

  @Test func manyHyperparametersAreNotAllListed() {
    let many = (0..<40).map { NestedLaplaceError.Coordinate(name: "w[\($0)]", value: 0.5) }
    let message = NestedLaplaceError.notPositiveDefinite(many).description
    #expect(message.contains("w[11] = 0.5 and 28 more; take fewer Gaussian sites, or NUTS."))
    #expect(!message.contains("w[12]"))
  }

  @Test func settingsAndModelsThatDoNotApplyAreRefused() throws {
    func message(_ settings: NestedLaplace, _ model: Model<Void>) -> String {
      do {
        _ = try settings.run(model, key: RandomKey(0), progress: .silent)
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      message(NestedLaplace(latent: ["v"]), NestedModels.regression)
        == "no site is named \"v\"; there are \"noise\", \"lengthscale\", \"u\".")
    let rate = Model<Void> { p in p.sample("rate", Gamma(shape: 2, rate: 1)) }
    #expect(
      message(NestedLaplace(), rate).contains(
        "no latent site is Gaussian given the others (there are \"rate\")"))
    #expect(
      message(NestedLaplace(exploration: .importance(points: 3)), NestedModels.regression)
        == "NestedLaplace: points is 3, but must be from 25 to 1000000.")
    #expect(
      message(NestedLaplace(draws: 0), rate) == "the number of draws is 0, but must be positive.")
    let reading = Model<Void> { p in
      let x = p.sample("x", Normal(0, 1))
      p.sample("y", Normal(x.scalar > 0 ? x : -x, 1), observed: 1)
    }
    #expect(
      message(NestedLaplace(latent: ["x"]), reading).contains(
        "the model cannot be compiled: a value that depends on \"x\" was read"))
    let endless = Model<Void> { p in
      let rate = p.sample("rate", LogNormal(0, 1))
      p.sample("x", Normal(0, 1))
      p.factor("slope", log(rate) * 2 + 0.5 * square(log(rate)))
    }
    #expect(
      message(NestedLaplace(), endless).contains(
        "the search for the mode of the hyperparameters ended at "))
  }

  @Test func anInterruptedSearchEnds() {
    #expect(throws: CancellationError.self) {
      _ = try NestedLaplace().run(
        NestedModels.regression, key: RandomKey(0), progress: .silent, isInterrupted: { true })
    }
  }
}
