import Assimilation
import PPL

/// A model that a configuration can name: one row of `TwinModel.all`.
struct TwinModel: Sendable {
  /// A model with the distribution that filters start from.
  struct World: Sendable {
    let model: any DynamicalModel
    let initial: InitialDistribution
  }

  let name, summary: String
  let parameters: [TwinParameter]
  let build: @Sendable (TwinValues) throws -> World
}

/// A filter that a configuration can name: one row of `TwinFilter.all`.
struct TwinFilter: Sendable {
  let name, summary: String
  let parameters: [TwinParameter]
  /// The function that makes the filter for a twin experiment.
  let build: @Sendable (TwinValues, TwinExperiment) throws -> any Filter
}

private let positive = TwinParameter.Kind.number(.leastNonzeroMagnitude...(.greatestFiniteMagnitude))
private let notNegative = TwinParameter.Kind.number(0...(.greatestFiniteMagnitude))
private let finite = TwinParameter.Kind.number(
  -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)

// MARK: Models

extension TwinModel {
  private static let noise = TwinParameter(
    "noise_variance", notNegative, 0, "the variance of the model errors of each step")
  private static func timeStep(_ length: Double) -> TwinParameter {
    .init("time_step", positive, .number(length), "the length of a Runge-Kutta step")
  }
  /// The start of a model: a mean that is its own unless it is given, and a variance.
  private static func start(_ variance: Double) -> [TwinParameter] {
    [
      .init("initial_mean", .numbers, "the mean of the initial distribution, one number a point"),
      .init(
        "initial_variance", notNegative, .number(variance),
        "the variance of the initial distribution at each point"),
    ]
  }

  /// The models, by the names in configurations.
  static let all: [TwinModel] = [
    TwinModel(
      name: "lorenz-63", summary: "Lorenz-63, three chaotic variables",
      parameters: [
        .init("sigma", finite, 10, "the Prandtl number"),
        .init("rho", finite, 28, "the Rayleigh number"),
        .init("beta", finite, .number(8.0 / 3), "the aspect ratio"), timeStep(0.01), noise,
      ] + start(2)
    ) { v in
      try world(
        Lorenz63(
          sigma: v.number("sigma")!, rho: v.number("rho")!, beta: v.number("beta")!,
          timeStep: v.number("time_step")!, noise: normalNoise(v, points: 3)),
        mean: [1.509, -1.531, 25.46], v)
    },
    TwinModel(
      name: "lorenz-96", summary: "Lorenz-96, chaotic variables on a ring",
      parameters: [
        .init("points", .integer(4...100_000), 40, "the number of points"),
        .init("forcing", finite, 8, "the forcing F"), timeStep(0.05), noise,
      ] + start(0.001)
    ) { v in
      let points = v.integer("points")!
      var mean = Array(repeating: 0.0, count: points)
      mean[0] = 1
      return try world(
        Lorenz96(
          points: points, forcing: v.number("forcing")!, timeStep: v.number("time_step")!,
          noise: normalNoise(v, points: points)), mean: mean, v)
    },
    TwinModel(
      name: "advection", summary: "damped linear advection on a ring, with waves as noise",
      parameters: [
        .init("points", .integer(1...100_000), 1000, "the number of points"),
        .init("damping", notNegative, 0.98, "the factor of the field in each step"),
        .init("wavenumbers", .integer(1...50_000), 25, "the number of waves of the noise"),
        .init("noise_deviation", notNegative, 0.1, "the standard deviation of the noise"),
      ]
    ) { v in
      let points = v.integer("points")!
      let noise = NormalNoise.sinusoids(
        points: points, wavenumbers: v.integer("wavenumbers")!,
        deviation: v.number("noise_deviation")!)
      return World(
        model: LinearAdvection(points: points, damping: v.number("damping")!, noise: noise),
        initial: .normal(mean: Array(repeating: 0, count: points), noise.scaled(by: 5)))
    },
    TwinModel(
      name: "external", summary: "a program of your own, by the protocol of ExternalModels.md",
      parameters: [
        .init("command", .texts, required: true, "the program and its arguments"),
        .init("processes", .integer(1...1024), 1, "the number of processes of an ensemble"),
        .init("time_limit", positive, 60, "the longest time for an answer, in seconds"), noise,
      ] + start(1)
    ) { v in
      let make = { (noise: NormalNoise?) throws in
        try ExternalModel(
          v.texts("command")!, noise: noise, processes: v.integer("processes")!,
          timeLimit: .seconds(v.number("time_limit")!))
      }
      let model = try make(nil)
      let noise = normalNoise(v, points: model.dimension)
      return try world(
        noise == nil ? model : make(noise),
        mean: Array(repeating: 0, count: model.dimension), v)
    },
  ]

  private static func normalNoise(_ v: TwinValues, points: Int) -> NormalNoise? {
    let variance = v.number("noise_variance") ?? 0
    return variance > 0
      ? NormalNoise(variances: Array(repeating: variance, count: points)) : nil
  }

  private static func world(
    _ model: any DynamicalModel, mean: [Double], _ v: TwinValues
  ) throws -> World {
    let mean = v.numbers("initial_mean") ?? mean
    guard mean.count == model.dimension else {
      throw AnalysisError.size(
        what: "model.initial_mean", given: mean.count, expected: model.dimension)
    }
    return World(
      model: model, initial: .normal(mean: mean, variance: v.number("initial_variance")!))
  }
}

// MARK: Filters

extension TwinFilter {
  private static let members = TwinParameter(
    "members", .integer(2...100_000), required: true, "the ensemble size")
  private static let inflation = TwinParameter(
    "inflation", positive, 1, "the factor of the anomalies after each analysis")
  private static let rotation = TwinParameter(
    "rotation", .choice(["none", "random"]), "none", "the rotation of the anomalies")
  private static let radius = TwinParameter(
    "radius", positive,
    "the length c of the Gaspari-Cohn taper, 0 from 2 c on, in points of a ring; none if absent")
  private static let climate = [
    TwinParameter("spin_up", .integer(0...10_000_000), 1000, "the steps before the climatology"),
    TwinParameter("steps", .integer(10...10_000_000), 20_000, "the steps of the climatology"),
  ]
  private static let ensemble = [members, inflation, radius]

  /// The filters, by the names in configurations.
  static let all: [TwinFilter] = [
    TwinFilter(name: "EnKF", summary: "stochastic ensemble Kalman filter", parameters: ensemble) {
      EnKF(members: $0.members, inflation: $0.inflation, localization: localization($0, $1))
    },
    TwinFilter(name: "DEnKF", summary: "deterministic EnKF", parameters: ensemble) {
      DEnKF(members: $0.members, inflation: $0.inflation, localization: localization($0, $1))
    },
    TwinFilter(
      name: "EnSRF", summary: "serial ensemble square-root filter", parameters: ensemble
    ) { EnSRF(members: $0.members, inflation: $0.inflation, localization: localization($0, $1)) },
    TwinFilter(
      name: "ETKF", summary: "ensemble transform Kalman filter",
      parameters: [members, inflation, rotation]
    ) { v, _ in ETKF(members: v.members, inflation: v.inflation, rotation: v.rotation) },
    TwinFilter(
      name: "LETKF", summary: "local ensemble transform Kalman filter",
      parameters: [
        members, inflation, rotation,
        .init("radius", positive, required: true, radius.help),
        .init("block", .integer(1...100_000), 1, "the number of neighbours updated together"),
      ]
    ) { v, twin in
      let ring = Ring(points: twin.model.dimension)
      return LETKF(
        members: v.members, inflation: v.inflation, rotation: v.rotation,
        taper: .gaspariCohn(v.number("radius")!), on: ring,
        blocks: ring.blocks(of: v.integer("block")!))
    },
    TwinFilter(name: "KF", summary: "Kalman filter of a linear model", parameters: []) { _, _ in
      KalmanFilter()
    },
    TwinFilter(
      name: "EKF", summary: "extended Kalman filter",
      parameters: [
        .init("step_inflation", positive, 1, "the factor of the covariance in each step")
      ]
    ) { v, _ in ExtendedKalmanFilter(stepInflation: v.number("step_inflation")!) },
    TwinFilter(
      name: "OI", summary: "optimal interpolation from the climatology", parameters: climate
    ) { OptimalInterpolation(try climatology($0, $1)) },
    TwinFilter(name: "Climatology", summary: "the climatological mean", parameters: climate) {
      ClimatologyFilter(try climatology($0, $1))
    },
    TwinFilter(name: "Free run", summary: "the model without observations", parameters: []) {
      _, _ in FreeRun()
    },
  ]

  private static func localization(_ v: TwinValues, _ twin: TwinExperiment) -> Localization? {
    v.number("radius").map {
      Localization(.gaspariCohn($0), on: Ring(points: twin.model.dimension))
    }
  }

  private static func climatology(
    _ v: TwinValues, _ twin: TwinExperiment
  ) throws -> Climatology {
    try Climatology(
      of: twin.model, start: twin.initial, spinUp: v.integer("spin_up")!,
      steps: v.integer("steps")!, every: 5, key: RandomKey(7))
  }
}

extension TwinValues {
  // Parameters with these keys are required or have a default.
  fileprivate var members: Int { integer("members") ?? 0 }
  fileprivate var inflation: Double { number("inflation") ?? 1 }
  fileprivate var rotation: EnsembleRotation { text("rotation") == "random" ? .random : .none }
}
