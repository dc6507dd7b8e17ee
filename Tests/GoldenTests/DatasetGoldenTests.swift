import Distributions
import Kernels
import PPL
import SpatialExtremes
import TestSupport
import Testing

private let file = "dataset.json"

/// The synthetic data made again from their keys: truth fields, observations, and what is printed of them.
@Suite(.needs(file, "stations.csv", "gmst.csv", "maxima.csv", "truth.csv", "truth_field.csv"))
struct DatasetGoldenTests {
  let json: JSONValue
  let truth: JSONValue
  let data: StationMaxima
  let gev: GEVMultiplicative
  let keys: Keys

  /// How the seed is spent.
  struct Keys {
    let root, next, mu, beta, afterObservations, observations: RandomKey

    init(seed: UInt64) {
      root = RandomKey(seed)
      let children = root.split(3)
      (next, mu, beta) = (children[0], children[1], children[2])
      (afterObservations, observations) = next.split()
    }
  }

  init() throws {
    json = try Reference.json(file)
    truth = try json.at("truth_params")
    data = try StationMaxima(folder: Reference.folder)
    gev = GEVMultiplicative(data)
    keys = Keys(seed: UInt64(try json.at("meta", "config").number("key_seed")))
  }

  private var grid: [Int] { [data.stations.count, data.years.count] }

  private func field(_ name: String, key: RandomKey) throws -> Tensor {
    let kernel =
      try truth.tensor("\(name)_var") * Matern32(lengthscale: try truth.tensor("\(name)_ls"))
    return GaussianProcess(kernel, at: gev.data.coordinates).sample([], key: key)
  }
  private func mu() throws -> Tensor { try field("k_s", key: keys.mu) }
  private func beta() throws -> Tensor {
    try truth.tensor("beta0") + field("k_beta", key: keys.beta)
  }
  private func location() throws -> Tensor {
    let mu = try truth.tensor("mu0") + mu()[.all, .newAxis]
    return try mu + beta()[.all, .newAxis] * gev.data.warming
  }
  private func distribution() throws -> GEV {
    GEV(try location(), try truth.tensor("gev_sigma"), try truth.tensor("gev_xi"))
  }

  @Test func keysAndRawDrawsAgree() throws {
    let expected = try json.at("rng", "jax_keys")
    let found = [
      "key": keys.root, "key_after_split3": keys.next, "key_mu": keys.mu, "key_beta": keys.beta,
      "key_after_obs_split": keys.afterObservations, "key_obs": keys.observations,
    ]
    for (name, key) in found {
      #expect(key.words.scalars == (try expected.at(name).doubles), "\(name)")
    }
    for (name, key) in [("jax_eps_mu", keys.mu), ("jax_eps_beta", keys.beta)] {
      // The inverse error functions differ in the last digit.
      expectClose(
        key.normal([grid[0]]), try json.at("rng").tensor(name), relative: 1e-14, absolute: 1e-14,
        name)
    }
    let uniform = try json.at("rng").tensor("jax_uniform_obs")
    #expect(keys.observations.uniform(grid).scalars == uniform.scalars)
  }

  @Test func truthFieldsAgree() throws {
    let mu = try Reference.column("mu_truth", of: "truth.csv")
    let beta = try Reference.column("beta_truth", of: "truth.csv")
    let location = try Reference.column("f_truth", of: "truth_field.csv")
    // Draws agree to 1e-14, Cholesky factors to 1e-10.
    expectClose(try self.mu().scalars, mu, relative: 1e-9, absolute: 1e-10)
    expectClose(try self.beta().scalars, beta, relative: 1e-9, absolute: 1e-10)
    expectClose(try self.location().scalars, location, relative: 1e-10)
  }

  @Test func maximaAreQuantilesOfTheUniforms() throws {
    let uniform = try json.at("rng").tensor("jax_uniform_obs")
    expectClose(try distribution().icdf(uniform), gev.data.maxima, relative: 1e-9)
    expectClose(
      try distribution().sample([], key: keys.observations), gev.data.maxima, relative: 1e-9)
  }

  @Test func printedNumbersAgree() throws {
    let beta = try beta()
    let found: [String: Double] = [
      "gmst_first": try #require(data.covariate.first),
      "gmst_last": try #require(data.covariate.last),
      "d_min": gev.data.warming.min().scalar, "d_max": gev.data.warming.max().scalar,
      "beta_min": beta.min().scalar, "beta_max": beta.max().scalar,
      "beta_mean": beta.mean().scalar,
      "y_min": gev.data.maxima.min().scalar, "y_max": gev.data.maxima.max().scalar,
      "y_mean": gev.data.meanMaximum,
    ]
    for (name, value) in found {
      expectClose([value], [try json.at("printed").number(name)], relative: 1e-9, name)
    }
  }

  // MARK: The prior covariance over the grid

  /// `K_mu ⊗ 1 1ᵀ + K_beta ⊗ d dᵀ` at the prior medians of the model.
  private var covariance: SumKronecker {
    func gram(_ variance: Prior, _ lengthscale: Prior) -> Tensor {
      let kernel = variance.value * Matern32(lengthscale: lengthscale.value)
      return kernel.gram(gev.data.coordinates)
    }
    let d = gev.data.warming
    let priors = gev.priors
    return SumKronecker(
      gram(priors.priorMuVariance, priors.priorMuLengthscale), .ones([grid[1], grid[1]]),
      gram(priors.priorBetaVariance, priors.priorBetaLengthscale), d[.all, .newAxis] * d)
  }

  @Test func covarianceOverTheGridIsStoredInItsFactors() throws {
    let reference = try json.at("sumkronecker")
    let K = covariance
    let (stored, dense) = (Double(K.storedEntries), Double(K.denseEntries))
    #expect(K.shape.map(Double.init) == (try [1, 1].map { try $0 * reference.number("size") }))
    #expect(stored == (try reference.number("storage_entries")))
    #expect(dense == (try reference.number("dense_entries")))
    #expect(dense / stored == (try reference.number("compression")))
    expectClose([K.trace.scalar], [try reference.number("trace")], relative: 1e-12)
  }

  @Test func covarianceOverTheGridTimesAVectorAgrees() throws {
    let reference = try json.at("sumkronecker", "matvec_test")
    let v = cos(0.37 * Tensor.arange(covariance.shape[0]))
    let found = covariance.times(v)
    let first = try reference.at("first8").doubles
    let last = try reference.at("last8").doubles
    expectClose(Array(found.scalars.prefix(first.count)), first, relative: 1e-9)
    expectClose(Array(found.scalars.suffix(last.count)), last, relative: 1e-9)
    expectClose([(v * found).sum().scalar], [try reference.number("vKv")], relative: 1e-9)
  }

  /// In time only 1 and d, which are orthogonal, are not sent to 0; in each of the two the place factor has full rank.
  @Test func covarianceOverTheGridHasTheRankOfItsTwoFields() throws {
    let K = covariance
    let (S, T) = (grid[0], grid[1])
    for factor in [K.firstLeft, K.secondLeft] {
      #expect(isFinite(cholesky(factor)).all().scalar == 1)
    }
    let d = gev.data.warming
    #expect(square(d).sum().scalar > 0)
    #expect(Double(2 * S) == (try json.at("sumkronecker").number("numerical_rank")))

    let w = sin(Tensor.arange(T) * 1.7)
    let rest = w - w.mean() - d * ((w * d).sum() / square(d).sum())
    for place in [0, S / 2, S - 1] {
      let unit = Tensor((0..<S).map { $0 == place ? 1.0 : 0 })
      let image = K.times((unit[.all, .newAxis] * rest).reshaped(to: [S * T]))
      // Sums of T terms that cancel.
      #expect(abs(image).max().scalar < 1e-12)
    }
  }
}
