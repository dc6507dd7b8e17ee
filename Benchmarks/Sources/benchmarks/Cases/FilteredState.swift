import Distributions
import PPL
import StateSpace

/// A linear state of `variables` numbers, every twentieth of which is observed at each step, integrated out by the Kalman
/// filter.
func filteredState(variables n: Int, steps: Int) -> Problem {
  let points = Array(stride(from: 0, to: n, by: 20))
  let data = RandomKey(2024).normal([steps, points.count])
  let observations = (0..<steps).map { step in
    TimedObservations(
      step: step + 1, data[.at(step)].scalars.map(Optional.some), points: points, variance: 0.25)
  }
  return Problem(
    posterior: Model<Tensor> { p in
      let persistence = p.sample("persistence", Uniform(0, 1))
      let noise = p.sample("noise", HalfNormal(1))
      let state = LinearGaussianStateSpace(
        mean: .zeros([n]), covariance: .identity(n), transition: persistence * .identity(n),
        modelError: square(noise) * .identity(n))
      p.filtered("state", state, observing: observations)
      return persistence
    }, data: ["y": data])
}
