import Distributions
import PPL
import TestSupport
import Testing

/// A model of posteriordb, conditioned on its data; sites are named as in `MODELS.md`.
struct Posterior: Sendable, CustomTestStringConvertible {
  let name: String
  private let dataset: String
  private let make: @Sendable (PosteriorDB.Data) -> Model<Void>

  init(
    _ dataset: String, _ model: String,
    _ make: @escaping @Sendable (PosteriorDB.Data) -> Model<Void>
  ) {
    (name, self.dataset, self.make) = ("\(dataset)-\(model)", dataset, make)
  }

  var testDescription: String { name }
  func model() throws -> Model<Void> { make(try PosteriorDB.data(dataset)) }
}

extension Posterior {
  static let eightSchools = Posterior("eight_schools", "eight_schools_noncentered") { data in
    let (y, sigma) = (data["y"], data["sigma"])
    return Model { p in
      let mu = p.sample("mu", Normal(0, 5))
      let tau = p.sample("tau", HalfCauchy(5))
      p.plate("school", 8) { p in
        let standard = p.sample("theta_trans", Normal(0, 1))
        let theta = p.deterministic("theta", mu + tau * standard)
        p.sample("y", Normal(theta, sigma), observed: y)
      }
    }
  }

  /// A squared exponential kernel; the statement has `sigma`, not its square, on the diagonal.
  static let gaussianProcess = Posterior("gp_pois_regr", "gp_regr") { data in
    let (x, y) = (data["x"], data["y"])
    let distances = square(x.expandingDimension(at: 1) - x)
    return Model { p in
      let rho = p.sample("rho", Gamma(shape: 25, rate: 4))
      let alpha = p.sample("alpha", HalfNormal(2))
      let sigma = p.sample("sigma", HalfNormal(1))
      let gram = square(alpha) * exp(-0.5 * distances / square(rho))
      let covariance = gram + sigma * .identity(x.count)
      p.sample("y", MultivariateNormal(.zeros([x.count]), covariance: covariance), observed: y)
    }
  }

  /// Two normals; which of them a row comes from is summed out.
  static let mixture = Posterior("low_dim_gauss_mix", "low_dim_gauss_mix") { data in
    let y = data["y"]
    return Model { p in
      let mu = p.sample("mu", ImproperUniform(.orderedVector, eventShape: [2]))
      p.factor("prior of mu", Normal(0, 2).logProb(mu).sum())
      let sigma = p.sample("sigma", HalfNormal(2).expanded(to: [2]).toEvent(1))
      let theta = p.sample("theta", Beta(5, 5))
      let choice = Categorical(probabilities: stack([theta, 1 - theta]))
      p.plate("row", y.count) { p in
        _ = p.sample("y", MixtureSameFamily(choice, Normal(mu, sigma)), observed: y)
      }
    }
  }

  /// A line through years about 4000: intercept and slope are all but one number.
  static let farFromTheOrigin = Posterior("kilpisjarvi_mod", "kilpisjarvi") { data in
    let (x, y) = (data["x"], data["y"])
    let priors = (
      Normal(data["pmualpha"], data["psalpha"]), Normal(data["pmubeta"], data["psbeta"])
    )
    return Model { p in
      let alpha = p.sample("alpha", priors.0)
      let beta = p.sample("beta", priors.1)
      let sigma = p.sample("sigma", ImproperUniform(.positive))
      p.plate("row", y.count) { p in
        _ = p.sample("y", Normal(alpha + beta * x, sigma), observed: y)
      }
    }
  }

  static let all: [Posterior] =
    [eightSchools, gaussianProcess, mixture, farFromTheOrigin] + regressions + series
}
