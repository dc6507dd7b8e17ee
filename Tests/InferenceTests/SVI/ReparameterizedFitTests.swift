import Distributions
import Inference
import PPL
import TestSupport
import Testing

/// Fits of models whose sites are computed from others.
struct ReparameterizedFitTests {
  private let y = Tensor([0.4, 1.9, 2.6])

  ///     mu ~ Normal(0, 10),    theta[i] ~ Normal(mu, spread),    y[i] ~ Normal(theta[i], noise)
  private func groups(spread: Double, noise: Double) -> Model<Void> {
    let y = y
    return Model { p in
      let mu = p.sample("mu", Normal(0, 10))
      p.plate("group", 3) { p in
        let theta = p.sample("theta", Normal(mu, Tensor(spread)))
        p.sample("y", Normal(theta, Tensor(noise)), observed: y)
      }
    }
  }

  @Test func aDecenteredFitReachesThePosterior() throws {
    let (spread, noise) = (0.1, 1.0)
    let model = groups(spread: spread, noise: noise)
      .reparameterized(["theta": LocationScaleReparameterization(centered: 0)])
    let fit = try closeFit(model)
    #expect(fit.reads.isEmpty)
    let precision = 3 / (spread * spread + noise * noise)
    let mu = precision * y.mean().scalar / (precision + 0.01)
    let shrinkage = spread * spread / (spread * spread + noise * noise)
    let theta = Tensor(mu) + Tensor(shrinkage) * (y - Tensor(mu))
    let draws = try fit.draws(4000, key: RandomKey(0))
    #expect(draws.names == ["mu", "theta_decentered", "theta"])
    // Three standard errors of 4000 draws of deviation 0.6, and the noise of the fit.
    expectClose(draws["theta"].mean(along: [0]), theta, relative: 0, absolute: 0.04)
  }

  /// Weak data say nothing about the deviation of a group from the mean; strong data say all about the group.
  @Test(arguments: [(spread: 0.1, noise: 1.0, isCentered: false), (1, 0.1, true)])
  func centringIsLearntFromWhatTheDataSay(
    spread: Double, noise: Double, isCentered: Bool
  ) throws {
    let model = groups(spread: spread, noise: noise)
      .reparameterized(["theta": LocationScaleReparameterization()])
    let fit = try closeFit(model)
    let centring = try #require(fit.parameters["theta_centered"]).scalar
    #expect(isCentered ? centring > 0.9 : centring < 0.1, "\(centring)")
  }

  @Test func anAngleMayBeFittedAcrossTheCut() throws {
    // Directions on both sides of π, whose mean as numbers would point the other way.
    let data = Tensor([3.0, -3.1, 3.1, -3.0])
    let model = Model<Void> { p in
      let direction = p.sample("direction", VonMises(0, 0.1))
      p.plate("row", 4) { p in
        _ = p.sample("y", VonMises(direction, 20), observed: data)
      }
    }.reparameterized(["direction": CircularReparameterization()])
    let guide = AutoNormal(model, initialization: .values(["direction_unwrapped": 2.5]))
    let fit = try closeFit(model, guide: guide)
    let found = try #require(fit.parameters["direction_unwrapped_auto_loc"]).scalar
    // The posterior's deviation is 1 / √80; by symmetry its mode is at π.
    #expect(abs(found - .pi) < 0.02)
  }
}
