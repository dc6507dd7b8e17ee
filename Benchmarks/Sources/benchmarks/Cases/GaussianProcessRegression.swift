import Distributions
import Kernels
import PPL

/// A noisy curve, the process integrated out.
///
///     y ~ Normal(0, variance RBF(lengthscale) + noise² I)
///     variance, lengthscale ~ LogNormal(0, 1)    noise ~ LogNormal(-1, 1)
func gaussianProcessRegression(points: Int) -> Problem {
  let keys = RandomKey(2024).split(2)
  let x = keys[0].uniform([points, 1], in: 0..<10)
  let curve = sin(2 * x[.all, .at(0)])
  let y = curve + 0.3 * keys[1].normal([points])
  let model = Model { p in
    let variance = p.sample("variance", LogNormal(0, 1))
    let lengthscale = p.sample("lengthscale", LogNormal(0, 1))
    let noise = p.sample("noise", LogNormal(-1, 1))
    let smooth = variance * RBF(lengthscale: lengthscale)
    let kernel = smooth + square(noise) * White()
    return p.sample("y", GaussianProcess(kernel, at: x))
  }
  return Problem(
    posterior: model.conditioned(on: ["y": y]),
    // Near the truth: far from it the first steps would measure a covariance that has no factor.
    initialization: .values(["variance": 1, "lengthscale": 1, "noise": 0.3]),
    data: ["inputs": x, "values": y])
}
