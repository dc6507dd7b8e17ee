import Distributions
import PPL

/// The hierarchical model of effects that are similar but not equal, each measured once.
///
///     mu ~ Normal(0, 5)           tau ~ HalfCauchy(spread)
///     theta[s] = mu + tau z[s]    z[s] ~ Normal(0, 1)
///     y[s] ~ Normal(theta[s], error[s])
///
/// - Parameters:
///   - errors: The standard errors of the measurements, in points, `[S]`.
///   - spread: The scale of the prior of `tau`, in points.
/// - Reference: Rubin (1981), *Estimation in parallel randomized experiments*.
public func schoolEffects(errors: Tensor, spread: Double) -> Model<Void> {
  Model { p in
    let mu = p.sample("mu", Normal(0, 5))
    let tau = p.sample("tau", HalfCauchy(Tensor(spread)))
    p.plate("school", errors.count) { p in
      let z = p.sample("z", Normal(0, 1))
      let theta = p.deterministic("theta", mu + tau * z)
      p.sample("y", Normal(theta, errors))
    }
  }
}
