import Distributions
import Foundation
import LinearAlgebra
import PPL
import Parallel
import TestSupport
import Testing

@testable import Inference

/// Pathfinder on posteriors in closed form, and the starts of chains.
struct PathfinderTests {
  /// Six correlated numbers with scales from 0.1 to 30.
  private static let covariance: Tensor = {
    let scales: Tensor = [0.1, 0.3, 1, 3, 10, 30]
    return scales.expandingDimension(at: 1) * (0.6 * Tensor.ones([6, 6]) + 0.4 * .identity(6))
      * scales
  }()
  private static let normal = Model<Void> { p in
    _ = p.sample("x", MultivariateNormal([1, 2, 3, 4, 5, 6], covariance: covariance))
  }
  /// A tenth of the mass is in a second mode.
  private static let modes = Model<Void> { p in
    let x = p.sample("x", ImproperUniform(.real))
    let parts = Normal([-4, 5], [1, 0.5])
    p.factor("p", MixtureSameFamily(Categorical(probabilities: [0.9, 0.1]), parts).logProb(x))
  }

  /// With more steps than numbers, the inverse Hessian is nearly exact, and the evidence lower bound the evidence, 0.
  @Test func aNormalPosteriorIsFound() throws {
    let fit = try Pathfinder(paths: 4, draws: 200).run(Self.normal, key: RandomKey(1))
    #expect(fit.paths.count == 4)
    // The largest of noisy estimates; the line search of L-BFGS leaves a tenth of a nat.
    #expect(abs(fit.best.elbo) < 0.2, "\(fit.best.elbo)")
    let deviations = sqrt(Self.covariance.diagonal()).scalars
    for (i, mean) in fit.best.approximation.mean.enumerated() {
      #expect(abs(mean - Double(i + 1)) < 0.05 * deviations[i])
      let found = fit.best.approximation.standardDeviations[i]
      #expect(abs(found / deviations[i] - 1) < 0.15, "\(found), expected \(deviations[i])")
    }
    #expect(fit.unconstrained.shape == [200, 6])
    #expect(fit.best.evaluations > fit.best.iterations && fit.best.best > 0)
    #expect(try fit.posterior(key: RandomKey(0)).draws["x"].shape == [200, 6])
  }

  /// The compact form against the recursion of BFGS from the same diagonal matrix.
  @Test func theInverseHessianIsThatOfBFGS() throws {
    let (count, memory) = (7, 4)
    let numbers = RandomKey(2).normal([count, count]).scalars
    let root = Matrix(rows: count, columns: count, numbers)
    var hessian = Matrix.symmetricProduct(root, mirrored: true)
    hessian.addToDiagonal(Array(repeating: 0.5, count: count))
    func point(_ x: [Double]) -> EvaluatedPoint {
      EvaluatedPoint(x) { x in (0, hessian.multiplied(by: x)) }
    }
    var estimate = InverseHessianEstimate(count: count, memory: memory)
    var points = [point(RandomKey(3).normal([count]).scalars)]
    for step in 0..<6 {
      points.append(point(RandomKey(4).foldIn(UInt32(step)).normal([count]).scalars))
      estimate.update(from: points[step], to: points[step + 1])
    }
    var expected = Matrix(rows: count, columns: count)
    expected.addToDiagonal(estimate.diagonal)
    for step in 2..<6 {
      let s = difference(points[step + 1].x, points[step].x)
      let y = difference(points[step + 1].gradient, points[step].gradient)
      let rho = 1 / dot(s, y)
      var left = Matrix(rows: count, columns: count)
      for i in 0..<count {
        for j in 0..<count { left[i, j] = (i == j ? 1 : 0) - rho * s[i] * y[j] }
      }
      expected = Matrix.product(Matrix.product(left, expected), left, transposingSecond: true)
      for i in 0..<count { for j in 0..<count { expected[i, j] += rho * s[i] * s[j] } }
    }
    let found = try #require(estimate.factor()).covariance
    for i in 0..<count {
      for j in 0..<count {
        // Rounding, by a condition number of some thousands.
        let scale = (expected[i, i] * expected[j, j]).squareRoot()
        #expect(abs(found[i, j] - expected[i, j]) < 1e-8 * scale)
      }
    }
  }

  /// Sixteen paths end in both modes, some in each; the draws have the mass of each by their weights.
  @Test func modesHaveTheirMass() throws {
    let fit = try Pathfinder(paths: 16, draws: 4_000).run(
      Self.modes, start: .uniform(radius: 6), key: RandomKey(5))
    let ends = fit.paths.map { $0.approximation.mean[0] > 0 }
    #expect(ends.contains(true) && ends.contains(false))
    let share = (fit.unconstrained .> Tensor(0)).mean().scalar
    // Some 2,000 effective draws of 5,000 weights: four errors.
    #expect(abs(share - 0.1) < 4 * (0.09 / 2_000).squareRoot(), "\(share)")
    #expect(fit.khat < 0.7)
  }

  @Test func digitsDoNotDependOnThreads() throws {
    let pathfinder = Pathfinder(paths: 3, draws: 50)
    let one = try pathfinder.run(Self.modes, key: RandomKey(6), pool: .serial)
    let several = try pathfinder.run(Self.modes, key: RandomKey(6), pool: WorkPool(threads: 3))
    #expect(one.unconstrained.scalars == several.unconstrained.scalars)
    #expect(one.khat == several.khat)
  }

  @Test func chainsStartWhereTheyAreTold() throws {
    func starts(_ start: ChainStart, chains: Int = 4) throws -> [[Double]] {
      try MCMC(EllipticalSlice(), chains: chains, warmup: 0, draws: 1).run(
        Self.normal, start: start, key: RandomKey(7), progress: .silent, isInterrupted: { true }
      ).states.map(\.position)
    }
    let given = (0..<4).map { chain in (0..<6).map { Double($0 + chain) } }
    #expect(try starts(.points(given)) == given)
    let fit = try Pathfinder(draws: 10).run(Self.normal, key: RandomKey(8))
    let draws = try fit.posterior(key: RandomKey(9))
    for point in try starts(.draws(draws)) {
      #expect((0..<10).contains { draws.draws["x"][.at($0)].scalars == point })
    }
    let found = try starts(.pathfinder(Pathfinder(paths: 2, draws: 100)))
    #expect(Set(found).count == 4)
    #expect(found == (try starts(.pathfinder(Pathfinder(paths: 2, draws: 100)))))
    // Within five deviations of the mean.
    for point in found { #expect(abs(point[5] - 6) < 150) }
    #expect(
      try starts(.rule(.feasible)) == Array(repeating: Array(repeating: 0, count: 6), count: 4))
    func sentence(_ start: ChainStart) -> String {
      do { _ = try starts(start) } catch { return "\(error)" }
      return ""
    }
    #expect(
      sentence(.points([[1]]))
        == "ChainStart.points: there are 1 points, but must be 4, as many as chains.")
    #expect(
      sentence(.points(Array(repeating: [1], count: 4)))
        == "ChainStart.points: a point has 1 numbers, but must have 6.")
    let other = try Inference.Posterior(
      Draws(count: 2, sites: [("z", [1, 2])]), origin: .init(method: ""))
    #expect(
      sentence(.draws(other))
        == "site \"x\": no value was given; give one for each latent site and parameter.")
  }

  @Test func settingsThatAreNotAllowedAreNamed() {
    func sentence(_ pathfinder: Pathfinder) -> String {
      do { _ = try pathfinder.run(Self.normal, key: RandomKey(0)) } catch { return "\(error)" }
      return ""
    }
    #expect(sentence(Pathfinder(paths: 0)) == "the number of paths is 0, but must be positive.")
    #expect(sentence(Pathfinder(draws: 0)) == "the number of draws is 0, but must be positive.")
    #expect(
      sentence(Pathfinder(elboDraws: 0))
        == "the number of draws of an evidence lower bound is 0, but must be positive.")
  }
}
