import PPL
import Parallel
import SpectralFields

/// The numbers of appendices C to F.
struct TheoryStudy: Sendable {
  /// The largest error of a reconstruction, over random series of one size.
  struct Reconstruction: Sendable, Encodable {
    let maximumWavenumber, bandwidth, trials: Int
    let median, largest: Double
  }

  /// The widths of kernels with random signs against the smallest width.
  struct Kernels: Sendable, Encodable {
    let trials: Int
    let smallest, positive, negative, alternating: Double
    /// The smallest and the mean width of kernels with random signs.
    let smallestRandom, meanRandom: Double
  }

  /// The diagnostics of local stationarity at one strength and length, as means over truths.
  struct Stationarity: Sendable, Encodable {
    let strength, length: Double
    let nu, lengthscale, errorBound: Double
    /// The length Lambda in radians; nil for a stationary truth, whose is infinite.
    let nonStationarityLength: Double?
    let bands: [Band]

    /// The error of the approximation of one band and its estimate.
    struct Band: Sendable, Encodable {
      let error, bound, varianceError: Double
    }
  }

  let reconstructions: [Reconstruction]
  let kernels: Kernels
  let stationarity: [Stationarity]

  /// The sizes L and Q of reconstructed series.
  static let sizes = [(2, 1), (5, 2), (10, 3)]
  /// The strengths and lengths of the truths: the published default, and each varied alone.
  static let points: [(strength: Double, length: Double)] = [
    (1, 3), (1.5, 3), (2, 3), (3, 3), (4, 3), (2, 1), (2, 5), (2, 10),
  ]

  init(_ options: TheoryCommand.Options, seed: UInt64, pool: WorkPool) throws {
    let key = RandomKey(seed)
    reconstructions = Self.sizes.map { L, Q in
      let own = key.foldIn(0).foldIn(UInt32(L))
      // Series are small, but a thousand of them tell no more than a hundred.
      let trials = min(options.trials, 100)
      let errors = (0..<trials).map { trial in
        let series = SpectralFunctionSeries.random(
          maximumWavenumber: L, bandwidth: Q, key: own.foldIn(UInt32(trial)))
        return SpectralFunctionSeries(
          reconstructedFrom: series.covariance, maximumWavenumber: L, bandwidth: Q
        ).largestDifference(from: series)
      }.sorted()
      return Reconstruction(
        maximumWavenumber: L, bandwidth: Q, trials: trials, median: errors[trials / 2],
        largest: errors[trials - 1])
    }
    kernels = Self.kernels(options.trials, key: key.foldIn(1))
    let isSphere = options.domain == "sphere"
    let sphere = Sphere(latitudes: 21, maximumWavenumber: 19)
    let set = options.bank.set(onSphere: isSphere)
    let bank = isSphere ? FilterBank.sphere(19, set: set) : .circle(set: set)
    stationarity = try pool.mapParts(of: Self.points.count) { range in
      try range.map { place in
        var truth = isSphere ? ParametricTruth.sphere(sphere) : .circle()
        (truth.parameters.strength, truth.parameters.scaleRatio) = Self.points[place]
        // The same keys at all points, so that only the parameters differ.
        return try Self.stationarity(
          truth, bank, replicates: options.replicates, key: key.foldIn(2))
      }
    }.flatMap(\.self)
  }

  private static func kernels(_ trials: Int, key: RandomKey) -> Kernels {
    let truth = ParametricTruth.sphere()
    let spectrum = truth.spectrum(
      deviation: 1, lengthscale: truth.parameters.lengthscale.median,
      slope: truth.parameters.slope.median)
    let width = KernelWidth(spectrum: spectrum)
    let count = spectrum.count
    let random = (0..<trials).map { trial in
      width(
        signs: key.foldIn(UInt32(trial)).uniform([count]).scalars.map { $0 < 0.5 ? -1 : 1 })
    }
    return Kernels(
      trials: trials, smallest: width.smallest,
      positive: width(signs: Array(repeating: 1, count: count)),
      negative: width(signs: Array(repeating: -1, count: count)),
      alternating: width(signs: (0..<count).map { $0 % 2 == 0 ? 1 : -1 }),
      smallestRandom: random.min() ?? .nan, meanRandom: random.reduce(0, +) / Double(trials))
  }

  private static func stationarity(
    _ truth: ParametricTruth, _ bank: FilterBank, replicates: Int, key: RandomKey
  ) throws -> Stationarity {
    var local: [LocalStationarity] = []
    var errors: [BandApproximation] = []
    for replicate in 0..<replicates {
      let spectra = try truth.spectra(key: key.foldIn(UInt32(replicate)))
      let model = try ConvolutionModel(spectra, on: truth.domain)
      local.append(LocalStationarity(of: model))
      errors.append(try BandApproximation(of: model, by: bank))
    }
    func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(replicates) }
    let length = mean(local.map(\.nonStationarityLength))
    return Stationarity(
      strength: truth.parameters.strength, length: truth.parameters.scaleRatio,
      nu: mean(local.map(\.strength)), lengthscale: mean(local.map(\.characteristicLength)),
      errorBound: mean(local.map(\.errorBound)),
      nonStationarityLength: length.isFinite ? length : nil,
      bands: (0..<bank.count).map { band in
        .init(
          error: mean(errors.map { $0.errors[band] }), bound: mean(errors.map { $0.bounds[band] }),
          varianceError: mean(errors.map { $0.varianceErrors[band] }))
      })
  }
}
