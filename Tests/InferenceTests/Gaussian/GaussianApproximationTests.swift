import Distributions
import LinearAlgebra
import PPL
import Parallel
import TestSupport
import Testing

@testable import Inference

@Suite struct GaussianApproximationTests {
  /// A regression with a normal prior and known noise, whose posterior is normal in closed form.
  static let conjugate = ConjugateRegression()

  @Test func theLaplaceApproximationOfANormalPosteriorIsThePosterior() throws {
    let density = try LogDensity(Self.conjugate.model)
    let found = try GaussianApproximation.atMode(of: density)
    // Newton's method ends at rounding.
    expectClose(Tensor(found.mean), Self.conjugate.mean, relative: 0, absolute: 1e-8)
    expectClose(
      Tensor(found.factor.covariance.scalars), Self.conjugate.covariance.reshaped(to: [-1]),
      relative: 1e-8, absolute: 1e-12)
  }

  @Test func aThinnedPathIsEvenlySpacedAndShort() {
    for count in [1, 48, 49, 96, 97, 3_000] {
      var path = ThinnedPath()
      for index in 0..<count { path.append([Double(index)]) }
      let kept = path.points.map { $0[0] }
      #expect(kept.first == 0 && kept.count <= 48)
      // At least half of the places are used once there are as many points.
      #expect(kept.count >= min(count, 24))
      #expect(Set(zip(kept, kept.dropFirst()).map { $1 - $0 }).count <= 1)
    }
  }

  @Test func keysOfPurposesAreKeysOfNoDraw() {
    let key = RandomKey(4)
    let purposes = [GaussianKeys.modelRuns, .rounds, .curvature].map {
      key.foldIn($0).words.scalars
    }
    #expect(Set(purposes).count == 3)
    #expect((0..<2_000).allSatisfy { !purposes.contains(key.foldIn(UInt32($0)).words.scalars) })
  }

  @Test func theLogDensityIsThatOfTheNormalDistribution() throws {
    let (mean, covariance) = (Self.conjugate.mean, Self.conjugate.covariance)
    let found = try GaussianApproximation.atMode(of: LogDensity(Self.conjugate.model))
    let x: [Double] = [0.3, -1.2, 2.5]
    let expected = MultivariateNormal(mean, covariance: covariance).logProb(Tensor(x)).scalar
    expectClose([found.logDensity(at: x)], [expected], relative: 1e-7)
  }

  /// T z and the solution of T z = x undo each other, and Tᵀ is the transpose, for each family of factors.
  @Test(arguments: ["diagonal", "low-rank", "dense"])
  func aFactorAndItsInverseUndoEachOther(family: String) throws {
    let scales = [0.5, 2, 3]
    let covariance = Matrix(rows: 3, columns: 3, [2, 0.5, 0.1, 0.5, 1, 0.3, 0.1, 0.3, 1.5])
    let factor =
      switch family {
      case "diagonal": MassMatrix(variances: scales)
      case "low-rank":
        MassMatrix(
          scales: scales, vectors: Matrix(rows: 1, columns: 3, [0.6, 0, 0.8]), eigenvalues: [4])
      default: try MassMatrix(scales: scales, covariance: covariance)
      }
    let approximation = GaussianApproximation(mean: [1, -1, 0.5], factor: factor)
    let z = [0.2, -0.7, 1.1]
    expectClose(
      Tensor(approximation.coordinates(of: approximation.point(at: z))), Tensor(z), relative: 0,
      absolute: 1e-14)
    expectClose(
      Tensor(factor.variances), Tensor(factor.covariance.diagonal), relative: 1e-14)
    let determinant = try CholeskyFactor(factoring: factor.covariance).logDeterminant
    expectClose([2 * factor.logDeterminant], [determinant], relative: 1e-12)
  }

  @Test func theMeanOfDrawsIsThatOfTheApproximation() throws {
    let density = try LogDensity(Self.conjugate.model)
    let found = try GaussianApproximation.atMode(of: density)
    let posterior = try found.posterior(of: density, draws: 4_000, key: RandomKey(1))
    let summaries = posterior.summaries(of: "beta")
    for (index, summary) in summaries.enumerated() {
      let sd = found.standardDeviations[index]
      // Four standard errors of 4,000 independent draws.
      #expect(abs(summary.mean - found.mean[index]) < 4 * sd / 63, "\(index)")
      #expect(abs(summary.sd / sd - 1) < 4 / 89, "\(index)")
    }
  }

  /// Units of a thousand and a thousandth, and columns with a correlation of 0.9999.
  @Test func unitsAndCorrelationsDoNotMatter() throws {
    let regression = ConjugateRegression(scales: [1, 1_000, 0.001], shared: 50)
    let found = try GaussianApproximation.atMode(of: LogDensity(regression.model))
    let sd = sqrt(regression.covariance.diagonal())
    expectClose(
      (Tensor(found.mean) - regression.mean) / sd, .zeros([3]), relative: 0, absolute: 1e-4)
    expectClose(Tensor(found.standardDeviations), sd, relative: 1e-4)
  }

  @Test func theLowRankApproximationAgreesWithTheDenseOne() throws {
    // A scale with 60 values that the data hardly know: their directions have the curvature of the prior.
    let data = Tensor((0..<60).map { Double($0 % 7) - 3 })
    let model = Model { p in
      let level = p.sample("level", Normal(0, 10))
      let z = p.plate("row", 60) { p in p.sample("z", Normal(0, 1)) }
      p.plate("row", 60) { p in _ = p.sample("y", Normal(level + 0.3 * z, 1), observed: data) }
    }
    let density = try LogDensity(model)
    let dense = try GaussianApproximation.atMode(of: density, key: RandomKey(1))
    let lowRank = try GaussianApproximation.atMode(of: density, denseLimit: 10, key: RandomKey(1))
    #expect(lowRank.factor.rank < 10)
    expectClose(Tensor(lowRank.mean), Tensor(dense.mean), relative: 0, absolute: 1e-3)
    // Eigenvalues between a half and two are taken as 1.
    expectClose(
      Tensor(lowRank.standardDeviations), Tensor(dense.standardDeviations), relative: 0.1)
  }

  @Test func aCentredFunnelHasNoModeAndIsApproximatedInItsBulk() throws {
    let model = Model { p in
      let mu = p.sample("mu", Normal(0, 5))
      let tau = p.sample("tau", HalfCauchy(5))
      p.plate("school", 8) { p in
        let theta = p.sample("theta", Normal(mu, tau))
        p.sample(
          "y", Normal(theta, [15, 10, 16, 11, 9, 11, 10, 18]),
          observed: [28, 8, -3, 7, -1, 1, 18, 12])
      }
    }
    let density = try LogDensity(model)
    #expect {
      try GaussianApproximation.atMode(of: density)
    } throws: { error in
      guard case InferenceError.noMode(starts: 4, along: let sites) = error else { return false }
      return sites.contains("tau") && "\(error)".contains("found no mode of the log density")
    }
    let near = try GaussianApproximation.nearMode(of: density)
    #expect(!near.isMode)
    // log tau, between tau = 0.3 and tau = 20.
    let logTau = near.approximation.mean[1]
    #expect(logTau > -1.2 && logTau < 3, "log tau \(logTau)")
    #expect(near.approximation.standardDeviations.allSatisfy { $0.isFinite && $0 > 1e-3 })
  }

  @Test func twoThreadsFindTheDigitsOfOne() throws {
    let density = try LogDensity(Self.conjugate.model)
    let one = try GaussianApproximation.nearMode(of: density, pool: .serial)
    let two = try GaussianApproximation.nearMode(of: density, pool: WorkPool(threads: 2))
    #expect(one.approximation == two.approximation && one.isMode && two.isMode)
  }

  @Test func aDensityOfAnotherSizeIsAnError() throws {
    let approximation = GaussianApproximation(mean: [0], factor: MassMatrix(variances: [1]))
    let density = try LogDensity(Self.conjugate.model)
    #expect {
      try approximation.posterior(of: density, draws: 10, key: RandomKey(0))
    } throws: {
      "\($0)".contains("the mean has 1 numbers, but the density has 3 unconstrained values")
    }
  }
}

/// `y ~ Normal(X beta, 0.5)` with `beta ~ Normal(0, 2)`, whose posterior is normal.
struct ConjugateRegression {
  let model: Model<Void>
  let mean: Tensor
  let covariance: Tensor

  /// - Parameters:
  ///   - scales: The units of the three columns, the first of which is constant.
  ///   - shared: The part that the second and third columns have in common.
  init(scales: [Double] = [1, 1, 1], shared: Double = 0) {
    let (a, b) = (RandomKey(1).normal([40]), RandomKey(2).normal([40]))
    let common = Tensor(shared) * RandomKey(3).normal([40])
    let units = Tensor(scales)
    let x = units * stack([.ones([40]), a + common, b + common], along: 1)
    let y = matmul(x, Tensor([1, 0.5, -0.7]) / units) + 0.5 * RandomKey(4).normal([40])
    let prior = 2 / units
    let precision =
      matmul(x.transposed(), x) / Tensor(0.25)
      + Tensor.identity(3) / square(prior).expandingDimension(at: 1)
    let factor = cholesky(precision / (units.expandingDimension(at: 1) * units))
    let inverse = triangularSolve(factor, .identity(3))
    covariance =
      matmul(inverse.transposed(), inverse) / (units.expandingDimension(at: 1) * units)
    mean = matmul(covariance, matmul(x.transposed(), y)) / Tensor(0.25)
    model = Model { p in
      let beta = p.sample("beta", Normal(.zeros([3]), prior).toEvent(1))
      p.plate("row", 40) { p in _ = p.sample("y", Normal(matmul(x, beta), 0.5), observed: y) }
    }
  }
}
