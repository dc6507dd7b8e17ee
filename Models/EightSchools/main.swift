import Distributions
import Inference
import PPL

let effects: Tensor = [28, 8, -3, 7, -1, 1, 18, 12]
let errors: Tensor = [15, 10, 16, 11, 9, 11, 10, 18]

let schools = Model { p in
  let mu = p.sample("mu", Normal(0, 5))
  let tau = p.sample("tau", HalfCauchy(5))
  p.plate("school", 8) { p in
    let z = p.sample("z", Normal(0, 1))
    let theta = p.deterministic("theta", mu + tau * z)
    p.sample("y", Normal(theta, errors))
  }
}

let posterior = schools.conditioned(on: ["y": effects])
let svi = SVI(posterior, guide: AutoNormal(posterior), optimizer: Adam(learningRate: 0.01))
let draws = try svi.run(steps: 5_000, key: RandomKey(0)).draws(2_000, key: RandomKey(1))
print(draws.table(of: ["mu", "tau", "theta"]))
