import Distributions
import Kernels
import PPL

/// Noisy values of a level and a trend that vary over places, both fields integrated out: by the sum of Kronecker products, or by
/// the dense multivariate normal distribution of all cells.
///
///     y[i, j] ~ Normal(mu(s_i) + beta(s_i) d_j, noise)
///     mu, beta ~ GP(Matérn 3/2),    variances, lengthscales, noise ~ LogNormal
func gridOfFields(places: Int, times: Int, isDense: Bool) -> Problem {
  let keys = RandomKey(2024).split(2)
  let x = keys[0].uniform([places, 2], in: 0..<10)
  let d = (Tensor.arange(times) - Tensor(Double(times - 1) / 2)) / Tensor(Double(times))
  let y = keys[1].normal([places, times]) + sin(x[.all, .at(0)])[.all, .newAxis]
  let model = Model { p in
    func field(_ name: String) -> Tensor {
      let variance = p.sample("\(name).variance", LogNormal(0, 0.5))
      let lengthscale = p.sample("\(name).lengthscale", LogNormal(0.7, 0.5))
      return (variance * Matern32(lengthscale: lengthscale)).gram(x) + 1e-6 * .identity(places)
    }
    let (level, trend) = (field("level"), field("trend"))
    let noise = square(p.sample("noise", LogNormal(0, 0.5)))
    let K = SumKronecker(level, .ones([times, times]), trend, d[.all, .newAxis] * d)
    guard isDense else { return p.sample("y", GridNormal(0, K, noise: noise)) }
    let size = places * times
    return p.sample(
      "y", MultivariateNormal(.zeros([size]), covariance: K.dense() + noise * .identity(size)))
  }
  return Problem(
    posterior: model.conditioned(on: ["y": isDense ? y.reshaped(to: [places * times]) : y]),
    initialization: .values([:]), data: ["inputs": x, "values": y])
}
