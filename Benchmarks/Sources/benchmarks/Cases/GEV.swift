import Kernels
import PPL
import SpatialExtremes

/// The multiplicative GEV model on stations scattered over Spain, with maxima drawn from the model.
///
///     warming[t] = 0.1 + 0.8 t / (T - 1) + noise[t],    noise[t] = 0.6 noise[t - 1] + 0.05 e[t]
///     y ~ GEV(35 + mu(s) + (1.2 + beta(s)) (warming - its mean), 1.8, 0.12)
///     mu = GP(0, 4 Matérn 3/2 of 2 degrees),    beta = GP(0, 0.25 Matérn 3/2 of 3 degrees)
func gev(stations: Int, years: Int) -> Problem {
  let keys = RandomKey(2024).split(6)
  let longitude = keys[0].uniform([stations], in: -9.5..<3.5)
  let latitude = keys[1].uniform([stations], in: 36.0..<43.8)
  let warming = warming(years, key: keys[2])
  let places = stack([longitude, latitude], along: 1)  // [S, 2]

  let mu = GaussianProcess(4 * Matern32(lengthscale: 2), at: places).sample([], key: keys[3])
  let beta = GaussianProcess(0.25 * Matern32(lengthscale: 3), at: places).sample([], key: keys[4])
  let slope = (1.2 + beta)[.all, .newAxis]  // [S, 1]
  let location = 35 + mu[.all, .newAxis] + slope * (warming - warming.mean())
  let u = keys[5].uniform([stations, years], in: 1e-12..<1)
  let maxima = location + Tensor(1.8 / 0.12) * (pow(-log(u), -0.12) - 1)

  let (x, y) = (longitude.scalars, latitude.scalars)
  let model = GEVMultiplicative(
    StationMaxima(
      stations: (0..<stations).map { .init(id: "\($0)", longitude: x[$0], latitude: y[$0]) },
      years: Array(1985..<(1985 + years)), covariate: warming.scalars, maxima: maxima.scalars))
  return Problem(
    posterior: model.posterior, initialization: .values(model.start),
    data: ["coordinates": model.data.coordinates, "warming": model.data.warming, "maxima": maxima])
}

private func warming(_ years: Int, key: RandomKey) -> Tensor {
  let innovations = key.normal([years]).scalars
  var noise = 0.0
  return Tensor(
    innovations.enumerated().map { year, innovation in
      noise = 0.6 * noise + 0.05 * innovation
      return 0.1 + 0.8 * Double(year) / Double(years - 1) + noise
    })
}
