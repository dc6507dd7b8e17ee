import Autodiff
import Distributions
import PPL
import Testing

/// A model with its data whose posterior is known exactly: what an inference algorithm is measured by.
public struct TestModel: Sendable, CustomTestStringConvertible {
  public let name: String
  /// The model, conditioned on its data.
  public let model: Model<Void>
  /// log p(latent values, data), worked out by hand and apart from any `Distribution`.
  public let logJoint: @Sendable ([String: [Double]]) -> Double
  /// A point in the support of every latent site.
  public let point: [String: Tensor]
  public let posteriorMean: [String: [Double]]
  /// The standard deviations; where sites depend on each other, those of the best independent normals.
  public let deviation: [String: [Double]]
  /// Whether the posterior is normal, so that a normal guide can reach it.
  public let isNormal: Bool

  public var testDescription: String { name }

  /// All of them.
  public static var all: [TestModel] {
    [normalMean(), groups(), regression(), rate(), proportion()]
  }
}

private func logNormal(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
  let z = (x - mean) / deviation
  return -0.5 * z * z - logarithm(deviation) - 0.5 * logarithm(2 * .pi)
}
private func logarithm(_ x: Double) -> Double { log(Tensor(x)).scalar }

extension TestModel {
  /// One unknown mean.
  ///
  ///     mu ~ Normal(1, 2)    y[i] ~ Normal(mu, 0.5)
  public static func normalMean() -> TestModel {
    let y = [2.1, 1.4, 2.9, 1.7, 2.4]
    let precision = 1 / 4.0 + 5 / 0.25
    return TestModel(
      name: "normal mean",
      model: Model { p in
        let mu = p.sample("mu", Normal(1, 2))
        p.plate("row", 5) { p in _ = p.sample("y", Normal(mu, 0.5), observed: Tensor(y)) }
      },
      logJoint: { values in
        let mu = values["mu"]?[0] ?? .nan
        return y.reduce(logNormal(mu, 1, 2)) { $0 + logNormal($1, mu, 0.5) }
      },
      point: ["mu": 1.8],
      posteriorMean: ["mu": [(1 / 4.0 + y.reduce(0, +) / 0.25) / precision]],
      deviation: ["mu": [(1 / precision).squareRoot()]], isNormal: true)
  }

  /// Independent means, one a group, each seen once.
  ///
  ///     theta[g] ~ Normal(0, 1)    y[g] ~ Normal(theta[g], s[g])
  public static func groups() -> TestModel {
    let (y, s) = ([0.5, -1.5, 2.0], [0.5, 1, 2])
    let precisions = s.map { 1 + 1 / ($0 * $0) }
    return TestModel(
      name: "groups",
      model: Model { p in
        p.plate("group", 3) { p in
          let theta = p.sample("theta", Normal(0, 1))
          p.sample("y", Normal(theta, Tensor(s)), observed: Tensor(y))
        }
      },
      logJoint: { values in
        let theta = values["theta"] ?? []
        return theta.indices.reduce(0) {
          $0 + logNormal(theta[$1], 0, 1) + logNormal(y[$1], theta[$1], s[$1])
        }
      },
      point: ["theta": [0.3, -0.2, 1.1]],
      posteriorMean: ["theta": (0..<3).map { y[$0] / (s[$0] * s[$0]) / precisions[$0] }],
      deviation: ["theta": precisions.map { (1 / $0).squareRoot() }], isNormal: true)
  }

  /// A straight line whose intercept and slope depend on each other.
  ///
  ///     a, b ~ Normal(0, 10)    y[i] ~ Normal(a + b x[i], 0.5)
  public static func regression() -> TestModel {
    let (x, y) = ([0.0, 0.5, 1, 1.5, 2], [1.1, 1.4, 2.2, 2.4, 3.1])
    // The precision matrix of (a, b), and its product with the posterior mean.
    let weight = 1 / 0.25
    let aa = 0.01 + 5 * weight
    let ab = weight * x.reduce(0, +)
    let bb = 0.01 + weight * x.reduce(0) { $0 + $1 * $1 }
    let ay = weight * y.reduce(0, +)
    let by = weight * zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    let determinant = aa * bb - ab * ab
    return TestModel(
      name: "regression",
      model: Model { p in
        let a = p.sample("a", Normal(0, 10))
        let b = p.sample("b", Normal(0, 10))
        p.plate("row", 5) { p in
          _ = p.sample("y", Normal(a + b * Tensor(x), 0.5), observed: Tensor(y))
        }
      },
      logJoint: { values in
        let (a, b) = (values["a"]?[0] ?? .nan, values["b"]?[0] ?? .nan)
        let prior = logNormal(a, 0, 10) + logNormal(b, 0, 10)
        return zip(x, y).reduce(prior) { $0 + logNormal($1.1, a + b * $1.0, 0.5) }
      },
      point: ["a": 0.8, "b": 1.2],
      posteriorMean: [
        "a": [(bb * ay - ab * by) / determinant], "b": [(aa * by - ab * ay) / determinant],
      ],
      deviation: ["a": [(1 / aa).squareRoot()], "b": [(1 / bb).squareRoot()]], isNormal: true)
  }

  /// A rate, seen through waiting times; its posterior is Gamma(12, 2 + sum of times).
  ///
  ///     rate ~ Gamma(2, 2)    wait[i] ~ Exponential(rate)
  public static func rate() -> TestModel {
    let waits = [0.3, 1.2, 0.1, 0.7, 0.4, 0.9, 0.2, 0.6, 0.3, 0.5]
    let total = waits.reduce(0, +)
    return TestModel(
      name: "rate",
      model: Model { p in
        let rate = p.sample("rate", Gamma(shape: 2, rate: 2))
        p.plate("row", 10) { p in
          _ = p.sample("wait", Exponential(rate: rate), observed: Tensor(waits))
        }
      },
      logJoint: { values in
        let rate = values["rate"]?[0] ?? .nan
        // Gamma(2, 2) has density 4 r exp(-2 r).
        return logarithm(4 * rate) - 2 * rate + 10 * logarithm(rate) - rate * total
      },
      point: ["rate": 1.6],
      posteriorMean: ["rate": [12 / (2 + total)]],
      deviation: ["rate": [12.squareRoot() / (2 + total)]], isNormal: false)
  }

  /// A proportion, seen through 14 successes and 6 failures; its posterior is Beta(16, 9).
  ///
  ///     share ~ Beta(2, 3)    14 log share + 6 log(1 - share)
  public static func proportion() -> TestModel {
    TestModel(
      name: "proportion",
      model: Model { p in
        let share = p.sample("share", Beta(2, 3))
        p.factor("tosses", 14 * log(share) + 6 * log1p(-share))
      },
      logJoint: { values in
        let share = values["share"]?[0] ?? .nan
        // Beta(2, 3) has density 12 q (1 - q)².
        return logarithm(12) + 15 * logarithm(share) + 8 * logarithm(1 - share)
      },
      point: ["share": 0.55],
      posteriorMean: ["share": [16 / 25.0]],
      deviation: ["share": [(16 * 9 / (25 * 25 * 26.0)).squareRoot()]], isNormal: false)
  }
}

/// A discrete distribution: 0 or 1, each with probability one half.
public struct FairCoin: Distribution {
  public init() {}
  public var parameters: [Parameter] { [] }
  public var support: Support { .boolean }
  public var batchShape: [Int] { [] }
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { key.uniform(shape) .< 0.5 }
  public func logProb(_ x: Tensor) -> Tensor { .full(logarithm(0.5), x.shape) }
}
