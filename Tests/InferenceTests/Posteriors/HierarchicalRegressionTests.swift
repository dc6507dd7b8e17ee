import Distributions
import Foundation
import PPL
import TestSupport
import Testing

@testable import Inference

/// Yearly maxima of temperature at ten Spanish stations: one slope against the world's temperature, and an intercept
/// for each station from a common distribution.
///
///     alpha[s] ~ Normal(mu, tau),    y[s, t] ~ Normal(alpha[s] + beta x[t], sigma)
///
/// posteriordb's development half has no such model. Given `tau` and `sigma` the posterior is normal in closed form,
/// and the two are integrated out on a grid: an exact reference.
@Suite(.enabled(if: Panel.isThere, "\(Panel.reason)"))
struct HierarchicalRegressionTests {
  private let panel: Panel
  private let model: Model<Void>

  init() throws {
    let panel = try Panel()
    let (x, y) = (Tensor(panel.x), Tensor(panel.y.flatMap { $0 }, shape: [10, panel.x.count]))
    self.panel = panel
    model = Model { p in
      let mu = p.sample("mu", Normal(35, 10))
      let tau = p.sample("tau", HalfNormal(5))
      let beta = p.sample("beta", Normal(0, 5))
      let sigma = p.sample("sigma", HalfNormal(5))
      p.plate("station", 10, dim: -2) { p in
        let alpha = p.sample("alpha", Normal(mu, tau))
        p.plate("year", x.count) { p in
          _ = p.sample("y", Normal(alpha + beta * x, sigma), observed: y)
        }
      }
    }
  }

  private func fit(_ guide: some Guide) throws -> [String: [Summary]] {
    let rate = Schedule.exponential(from: 0.05, factor: 0.01, every: 3_000)
    let svi = SVI(
      model, guide: guide, optimizer: Adam(learningRate: rate), loss: TraceELBO(particles: 4))
    let fit = try svi.run(steps: 3_000, key: RandomKey(1), progress: .silent)
    let draws = try fit.draws(20_000, key: RandomKey(2))
    return Dictionary(
      uniqueKeysWithValues: ["mu", "tau", "beta", "sigma", "alpha"].map { name in
        (name, Summary.each(of: draws[name].reshaped(to: [20_000, -1])))
      })
  }

  private var start: Initialization {
    .values([
      "mu": 36, "tau": 3, "beta": 1, "sigma": 1.5,
      "alpha": Tensor(panel.y.map { $0.reduce(0, +) / Double($0.count) }, shape: [10, 1]),
    ])
  }

  @Test func aFullCovarianceRecoversThePosterior() throws {
    let found = try fit(AutoMultivariateNormal(model, initialization: start))
    for (name, exact) in panel.posterior() {
      for (one, exact) in zip(try #require(found[name]), exact) {
        // Some hundredths by the steps. The tail of tau, from ten stations, is heavier than a lognormal's, and so is
        // that of mu, whose spread goes with tau.
        #expect(abs(one.mean - exact.mean) < 0.1 * exact.deviation, "\(name)")
        let ratio = name == "tau" ? 0.75...0.95 : name == "mu" ? 0.85...1.02 : 0.94...1.05
        #expect(ratio.contains(one.sd / exact.deviation), "\(name)")
      }
    }
  }

  @Test func independentNormalsMissWhatTheSlopeSharesWithTheIntercepts() throws {
    let found = try fit(AutoNormal(model, initialization: start))
    for (name, exact) in panel.posterior() {
      for (one, exact) in zip(try #require(found[name]), exact) {
        #expect(abs(one.mean - exact.mean) < 0.1 * exact.deviation, "\(name)")
        #expect(one.sd < 0.98 * exact.deviation, "\(name)")
      }
    }
    // Given the intercepts the slope is known better, by a factor that the design alone decides: the deviation of x
    // from its mean against that from zero.
    let mean = panel.x.reduce(0, +) / Double(panel.x.count)
    let around = panel.x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let all = panel.x.reduce(0) { $0 + $1 * $1 }
    let expected = (around / all).squareRoot()
    let exact = try #require(panel.posterior()["beta"])[0]
    let ratio = try #require(found["beta"])[0].sd / exact.deviation
    #expect(expected < 0.6)
    // The slope's prior and the common distribution of the intercepts take part a little.
    #expect(abs(ratio / expected - 1) < 0.1)
  }
}

/// Ten stations without a gap, 1985 to 2019.
private struct Panel {
  let x: [Double]
  /// By station.
  let y: [[Double]]

  private static var maxima: URL {
    PosteriorDB.shared.appendingPathComponent("spain/panel34_txx_1985_2019.csv")
  }
  private static var world: URL {
    PosteriorDB.shared.appendingPathComponent("gmst/annual_gmst.csv")
  }
  static var isThere: Bool {
    [maxima, world].allSatisfy { FileManager.default.isReadableFile(atPath: $0.path) }
  }
  static var reason: String { "the Spanish data are not in \(PosteriorDB.shared.path); skipped" }

  init() throws {
    func rows(_ url: URL) throws -> [[Double?]] {
      let text = try String(contentsOf: url, encoding: .utf8)
      return text.split(whereSeparator: \.isNewline).dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
      }
    }
    let table = try rows(Self.maxima)
    let byYear = Dictionary(
      try rows(Self.world).compactMap { row in row[0].flatMap { year in row[1].map { (year, $0) } }
      },
      uniquingKeysWith: { first, _ in first })
    x = table.compactMap { $0[0].flatMap { byYear[$0] } }
    let columns = table[0].indices.dropFirst().map { column in table.compactMap { $0[column] } }
    y = Array(columns.filter { $0.count == table.count }.prefix(10))
  }

  typealias Moments = (mean: Double, deviation: Double)

  /// Mean and deviation of every site, by sums over a grid of log tau and log sigma.
  func posterior() -> [String: [Moments]] {
    var cells:
      [(logWeight: Double, tau: Double, sigma: Double, means: [Double], squares: [Double])] = []
    for i in 0..<40 {
      for j in 0..<25 {
        let tau = Foundation.exp(-0.5 + 3.2 * Double(i) / 39)
        let sigma = Foundation.exp(0.2 + 0.5 * Double(j) / 24)
        let (logDensity, mean, covariance) = conditional(tau: tau, sigma: sigma)
        // Half-normal priors, and the Jacobian of the logarithms.
        let prior = -(tau * tau + sigma * sigma) / 50 + Foundation.log(tau * sigma)
        let squares = zip(mean, covariance).map { $0 * $0 + $1 }
        cells.append(
          (
            logDensity + prior, tau, sigma, mean + [tau, sigma],
            squares + [tau * tau, sigma * sigma]
          ))
      }
    }
    let largest = cells.map(\.logWeight).max() ?? 0
    let weights = cells.map { Foundation.exp($0.logWeight - largest) }
    let total = weights.reduce(0, +)
    func average(_ value: (Int) -> Double) -> Double {
      zip(cells.indices, weights).reduce(0) { $0 + $1.1 * value($1.0) } / total
    }
    let moments: [Moments] = (0..<14).map { k in
      let mean = average { cells[$0].means[k] }
      return (mean, (average { cells[$0].squares[k] } - mean * mean).squareRoot())
    }
    return [
      "mu": [moments[0]], "beta": [moments[1]], "alpha": Array(moments[2..<12]),
      "tau": [moments[12]], "sigma": [moments[13]],
    ]
  }

  /// log p(y | tau, sigma) up to a constant; mean and variances of mu, beta, alpha given them.
  private func conditional(
    tau: Double, sigma: Double
  ) -> (logDensity: Double, mean: [Double], variances: [Double]) {
    let (groups, years) = (y.count, Double(x.count))
    let (between, within) = (1 / (tau * tau), 1 / (sigma * sigma))
    let (sumX, sumXX) = (x.reduce(0, +), x.reduce(0) { $0 + $1 * $1 })
    let size = 2 + groups
    var precision = Array(repeating: Array(repeating: 0.0, count: size), count: size)
    var linear = Array(repeating: 0.0, count: size)
    precision[0][0] = 0.01 + Double(groups) * between
    precision[1][1] = 0.04 + Double(groups) * within * sumXX
    linear[0] = 0.01 * 35
    var squares = 0.0
    for (s, y) in y.enumerated() {
      let k = 2 + s
      precision[k][k] = between + within * years
      (precision[0][k], precision[k][0]) = (-between, -between)
      (precision[1][k], precision[k][1]) = (within * sumX, within * sumX)
      linear[k] = within * y.reduce(0, +)
      linear[1] += within * zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
      squares += within * y.reduce(0) { $0 + $1 * $1 }
    }
    let factor = cholesky(Tensor(precision.flatMap { $0 }, shape: [size, size]))
    let inverse = triangularSolve(factor, .identity(size))
    let covariance = matmul(inverse.transposed(), inverse)
    let h = Tensor(linear)
    let mean = matmul(covariance, h)
    let logDeterminant = log(factor.diagonal()).sum().scalar
    let scales =
      Double(groups) * Foundation.log(tau) + Double(groups) * years * Foundation.log(sigma)
    let logDensity = 0.5 * (mean * h).sum().scalar - 0.5 * squares - logDeterminant - scales
    return (logDensity, mean.scalars, covariance.diagonal().scalars)
  }
}
