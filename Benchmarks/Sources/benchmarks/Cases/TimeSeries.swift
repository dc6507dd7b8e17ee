import Distributions
import PPL

/// A latent walk of `steps` steps, observed with noise, whose increments are one site that a loop reads one by one.
func slices(steps: Int) -> Problem {
  let data = RandomKey(2024).normal([steps])
  return Problem(
    posterior: Model<Tensor> { p in
      let persistence = p.sample("persistence", Uniform(0, 1))
      let z = p.plate("step", steps) { p in p.sample("z", Normal(0, 1)) }
      let states = stack((0..<steps).map { persistence * z[.at($0)] })
      return p.plate("step", steps) { p in p.sample("y", Normal(states, 1), observed: data) }
    }, data: ["y": data])
}

/// The same size as an autoregression, with a latent and an observed site of its own at each step.
func sites(steps: Int) -> Problem {
  let data = RandomKey(2024).normal([steps])
  return Problem(
    posterior: Model<Tensor> { p in
      let persistence = p.sample("persistence", Uniform(0, 1))
      var state: Tensor = 0
      for step in 0..<steps {
        state = p.sample("x\(step)", Normal(persistence * state, 1))
        p.sample("y\(step)", Normal(state, 1), observed: data[step])
      }
      return state
    }, data: ["y": data])
}
