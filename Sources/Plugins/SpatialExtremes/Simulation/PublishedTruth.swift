import Distributions
import Kernels
import PPL
import SpainSynthetic

/// A model whose published notebook simulates its data, the recipe `notebook` of `ppl simulate`.
protocol PublishedTruth: ExtremesModel {
  /// The panel of the notebook.
  static func publishedPanel() throws -> SimulatedPanel
}

/// The parts of which the notebooks make their data, forty stations from 1985 to 2024; random numbers are those of JAX and NumPy.
///
/// - Reference: jejjohnson/research_notebook, `13_applied/spatial_extremes`, notebooks 01 to 04; sections 1, 13 and 19 of
///   `gev-multiplicative.md`.
struct NotebookRecipe {
  static let years = Array(1985...2024)
  private static let count = 40
  static let seed: UInt64 = 2024

  let stations: [StationMaxima.Station]
  /// The GMST of each year, °C.
  let gmst: [Double]
  /// The key after the stations and the years.
  var key: RandomKey
  /// The variance that is added to each value of a field.
  let jitter: Double

  /// The stations and years of notebooks 02 and 04, which `xtremax` simulates.
  static func xtremax() throws -> NotebookRecipe {
    NotebookRecipe(
      stations: try SimulatedStations.uniform(count, in: .iberia, seed: seed),
      gmst: GMSTTrajectory.linear.values(years.count, noise: 0.05, seed: seed),
      key: RandomKey(seed), jitter: 1e-6)
  }

  /// The stations and years of notebooks 01 and 03: candidates in the box without three corners of sea.
  static func corners() -> NotebookRecipe {
    let box = GeographicBox.iberia
    let (afterStations, ofStations) = RandomKey(seed).split()
    let u = ofStations.uniform([4 * count, 2]).scalars
    let candidates = (0..<4 * count).map {
      (
        longitude: box.west + (box.east - box.west) * u[2 * $0],
        latitude: box.south + (box.north - box.south) * u[2 * $0 + 1]
      )
    }
    let land = candidates.filter {
      !($0.longitude < -8.8 && $0.latitude > 42.3) && $0.latitude >= 36.2
        && !($0.longitude > 2.5 && $0.latitude < 39)
    }
    let (key, ofYears) = afterStations.split()
    let noise = GMSTTrajectory.redNoise(ofYears.normal([years.count]).scalars.map { 0.05 * $0 })
    return NotebookRecipe(
      stations: land.prefix(count).enumerated().map {
        .init(id: "\($0)", longitude: $1.longitude, latitude: $1.latitude)
      },
      gmst: noise.enumerated().map { 0.1 + 0.8 * (Double($0) / Double(years.count - 1)) + $1 },
      key: key, jitter: 1e-4)
  }

  /// The covariate less its mean, °C.
  var warming: [Double] {
    let mean = gmst.reduce(0, +) / Double(gmst.count)
    return gmst.map { $0 - mean }
  }

  /// Takes some keys, and keeps one to continue with.
  mutating func keys(_ count: Int) -> [RandomKey] {
    let keys = key.split(count + 1)
    key = keys[0]
    return Array(keys[1...])
  }

  /// A field over the stations, not centred.
  func field(_ variance: Double, _ lengthscale: Double, _ key: RandomKey) -> [Double] {
    let kernel = Tensor(variance) * Matern32(lengthscale: Tensor(lengthscale))
    return draw(GaussianProcess(kernel, at: coordinates, jitter: jitter), key)
  }

  /// A function of the GMST of each year, not centred.
  func trend(_ variance: Double, _ lengthscale: Double, _ key: RandomKey) -> [Double] {
    let kernel = Tensor(variance) * RBF(lengthscale: Tensor(lengthscale))
    let points = Tensor(gmst).expandingDimension(at: 1)
    return draw(GaussianProcess(kernel, at: points, jitter: jitter), key)
  }

  var coordinates: Tensor { Tensor(rows: stations.map { [$0.longitude, $0.latitude] }) }

  private func draw(_ process: GaussianProcess, _ key: RandomKey) -> [Double] {
    matmul(process.choleskyFactor, key.normal([process.inputs.shape[0]])).scalars
  }

  /// The panel with these parameters of each maximum, at uniform numbers `[S, T]`.
  ///
  /// - Parameters:
  ///   - location: The location, row-major `[S, T]`.
  ///   - scale: The scale, `[]` or `[S, 1]`.
  ///   - shape: The shape, `[]` or `[S, 1]`.
  ///   - u: The probabilities below the maxima.
  ///   - parameters: The parameters that are the same at all stations, by name.
  ///   - fields: The fields by name.
  func panel(
    _ location: [Double], _ scale: Tensor, _ shape: Tensor, at u: Tensor,
    _ parameters: [(String, Double)], _ fields: [(String, [Double])]
  ) -> SimulatedPanel {
    let tau = Tensor(location, shape: [stations.count, gmst.count])
    let y = GEV(tau, scale, shape).icdf(u)
    return SimulatedPanel(
      data: StationMaxima(
        stations: stations, years: Self.years, covariate: gmst, maxima: y.scalars),
      parameters: parameters.map { ($0.0, $0.1) }, fields: fields.map { ($0.0, $0.1) },
      location: location)
  }

  /// The location by station and year: its parts of the stations, the rates, and what all stations share.
  func location(
    _ mu0: Double, _ mu: [Double], rate: [Double]? = nil, shared: [Double]? = nil
  ) -> [Double] {
    let d = warming
    return stations.indices.flatMap { i in
      gmst.indices.map { j in
        mu0 + mu[i] + (rate.map { $0[i] * d[j] } ?? 0) + (shared?[j] ?? 0)
      }
    }
  }

  /// Uniform numbers, kept away from 0 and 1.
  func uniforms(_ key: RandomKey) -> Tensor {
    let margin = Tensor(Double.ulpOfOne)
    return minimum(maximum(key.uniform([stations.count, gmst.count]), margin), 1 - margin)
  }
}
