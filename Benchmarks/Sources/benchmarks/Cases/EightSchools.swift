import Distributions
import PPL

/// Effects of coaching in eight schools, non-centred.
///
///     mu ~ Normal(0, 5)        tau ~ HalfCauchy(5)
///     z[j] ~ Normal(0, 1)      y[j] ~ Normal(mu + tau z[j], sigma[j])
///
/// - Reference: Gelman et al. (2013), *Bayesian Data Analysis*, §5.5.
func eightSchools() -> Problem {
  let effects: Tensor = Tensor([28, 8, -3, 7, -1, 1, 18, 12])
  let errors: Tensor = Tensor([15, 10, 16, 11, 9, 11, 10, 18])
  let model = Model { p in
    let mu = p.sample("mu", Normal(0, 5))
    let tau = p.sample("tau", HalfCauchy(5))
    return p.plate("school", 8) { p in
      let z = p.sample("z", Normal(0, 1))
      return p.sample("y", Normal(mu + tau * z, errors))
    }
  }
  return Problem(
    posterior: model.conditioned(on: ["y": effects]), data: ["effects": effects, "errors": errors])
}
