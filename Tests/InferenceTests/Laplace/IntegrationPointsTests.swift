import Distributions
import PPL
import TestSupport
import Testing

@testable import Inference

/// The points of the hyperparameters and their weights.
struct IntegrationPointsTests {
  /// The integral of `f` times a product of split normals by the rule, over that of 1.
  private func expectation(
    _ points: [ExplorationPoint], _ scales: [(below: Double, above: Double)],
    _ f: ([Double]) -> Double
  ) -> Double {
    var (sum, total) = (0.0, 0.0)
    for point in points {
      let logDensity = zip(point.w, scales).reduce(0) { sum, pair in
        let z = pair.0 / (pair.0 > 0 ? pair.1.above : pair.1.below)
        return sum - 0.5 * z * z
      }
      let weight = exp(Tensor(logDensity + point.logVolume)).scalar
      sum += weight * f(point.w)
      total += weight
    }
    return sum / total
  }

  private func total(_ points: [ExplorationPoint]) -> Double {
    points.reduce(0) { sum, point in
      sum + exp(Tensor(point.logVolume - 0.5 * point.w.reduce(0) { $0 + $1 * $1 })).scalar
    }
  }

  @Test(arguments: 1...12)
  func theRulesIntegrateNormalDistributions(_ axes: Int) {
    let scales = Array(repeating: (below: 1.0, above: 1.0), count: axes)
    let points = IntegrationGrid.points(scales)
    let exact = exp(Tensor(0.5 * Double(axes)) * log(2 * Tensor(Double.pi))).scalar
    // The grid is cut at 4.5 deviations, where 7e-6 of a normal distribution lie outside.
    #expect(abs(total(points) / exact - 1) < 2e-5)
    for axis in 0..<axes {
      #expect(abs(expectation(points, scales) { $0[axis] }) < 1e-12)
      #expect(abs(expectation(points, scales) { $0[axis] * $0[axis] } - 1) < 3e-4)
      guard axis > 0 else { continue }
      #expect(abs(expectation(points, scales) { $0[axis] * $0[axis - 1] }) < 1e-12)
    }
  }

  @Test func cornersAreOfResolutionFive() {
    // The numbers of runs that Sanchez and Sanchez (2005) list.
    let runs = [3: 8, 4: 16, 5: 16, 6: 32, 7: 64, 8: 64, 9: 128, 10: 128, 11: 128, 12: 256]
    for (axes, count) in runs {
      let corners = IntegrationGrid.corners(axes)
      #expect(corners.count == count, "\(axes) axes")
      for i in 0..<axes {
        #expect(corners.reduce(0) { $0 + $1[i] } == 0)
        for j in 0..<i {
          #expect(corners.reduce(0) { $0 + $1[i] * $1[j] } == 0)
          for k in 0..<j {
            #expect(corners.reduce(0) { $0 + $1[i] * $1[j] * $1[k] } == 0)
            for l in 0..<k {
              #expect(corners.reduce(0) { $0 + $1[i] * $1[j] * $1[k] * $1[l] } == 0)
            }
          }
        }
      }
    }
  }

  @Test func splitScalesAreIntegrated() {
    let scales = [(below: 0.5, above: 2.0), (below: 1, above: 1)]
    let points = IntegrationGrid.points(scales)
    // A split normal: E w = √(2/π) (above - below), E w² = above² - above below + below².
    let (mean, square) = (0.7978845608028654 * 1.5, 4 - 1 + 0.25)
    #expect(abs(expectation(points, scales) { $0[0] } - mean) < 1e-3)
    #expect(abs(expectation(points, scales) { $0[0] * $0[0] } - square) < 3e-3)
  }

  @Test(arguments: [1, 3, 6])
  func latticePointsIntegrateNormalDistributions(_ axes: Int) {
    let scales = Array(repeating: (below: 0.8, above: 1.3), count: axes)
    let points = SplitStudent(scales).points(512, key: RandomKey(axes == 1 ? 1 : 2))
    // Each point stands for 1 / 512 of the probability under the proposal, so that these are importance weights.
    for axis in 0..<axes {
      let mean = expectation(points, scales) { $0[axis] }
      // Some 400 effective points of deviation 1.06 give 0.05 at random; a lattice is several times better.
      #expect(abs(mean - 0.7978845608028654 * 0.5) < 0.05)
    }
    #expect(points.map(\.w).allSatisfy { $0.allSatisfy(\.isFinite) })
  }

  @Test func resamplingKeepsSharesToOneDraw() {
    let weights = [0.1, 0.25, 0, 0.65]
    let places = resampledPlaces(weights, Array(repeating: 0.37, count: 20))
    let counts = (0..<4).map { place in places.count { $0 == place } }
    #expect(counts == [2, 5, 0, 13] && places == places.sorted())
    #expect(SmoothedWeights([1, 1.001, 0.999]).khat == 0)
    #expect(abs(logSumExp([-1000, -1000]) - (-1000 + log(Tensor(2)).scalar)) < 1e-12)
    #expect(logSumExp([]) == -.infinity)
  }

  @Test func gaussianSitesAreFoundFromPriors() throws {
    func names(_ body: @escaping @Sendable (inout Context) -> Void) throws -> [String] {
      try GaussianSites(of: Model<Void> { p in body(&p) }).names
    }
    #expect(try GaussianSites(of: NestedModels.poisson).names == ["u", "intercept"])
    #expect(try GaussianSites(of: NestedModels.schools).names == ["mu", "theta"])
    // b is the rate of a site that is not Gaussian, c of the deviation of a, which remains.
    let found = try names { p in
      let b = p.sample("b", Normal(0, 1))
      p.sample("g", Gamma(shape: 2, rate: exp(b)))
      let c = p.sample("c", MultivariateNormal(.zeros([2]), covariance: .identity(2)))
      p.sample("a", Normal(c.mean(), exp(c.sum())))
    }
    #expect(found == ["a"])
    // Half-normal sites and transformed ones are not on the reals.
    #expect(try names { p in p.sample("s", HalfNormal(1)) } == [])
    #expect(
      try names { p in
        let x = p.sample("x", Normal(0, 1))
        if x.scalar > 0 { p.sample("y", Normal(0, 1), observed: 1) }
      } == [])
  }

  @Test func aDistributionFromOutsideMayBeGaussian() throws {
    let model = Model<Void> { p in
      let centre = p.sample("centre", Normal(0, 1))
      let spread = p.sample("spread", Normal(0, 1))
      p.plate("row", 3) { p in p.sample("x", Shifted(centre, exp(spread))) }
    }
    // The mean of x may depend on another Gaussian site, its deviation not.
    #expect(try GaussianSites(of: model).names == ["centre", "x"])
  }
}

/// A normal distribution whose mean has another name.
private struct Shifted: HasGaussianForm {
  let shift, spread: Tensor
  init(_ shift: Tensor, _ spread: Tensor) { (self.shift, self.spread) = (shift, spread) }

  var meanParameter: String { "shift" }
  var parameters: [Parameter] {
    [.init("shift", shift, .real), .init("spread", spread, .positive)]
  }
  var support: Support { .real }
  var batchShape: [Int] { [] }
  func sample(_ shape: [Int], key: RandomKey) -> Tensor { shift + spread * key.normal(shape) }
  func logProb(_ x: Tensor) -> Tensor { Normal(shift, spread).logProb(x) }
}
