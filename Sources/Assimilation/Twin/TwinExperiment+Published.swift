import Autodiff
import LinearAlgebra

/// The twin experiments of the literature whose errors are published, so that filters can be compared with them.
///
/// - Reference: The papers named below, in the configurations that DAPPER 1.8.1 keeps under their names in `dapper/mods`.
extension TwinExperiment {
  /// Lorenz-96 with every point observed every 0.05, R = 1 (`L96-S08`). The first 400 analyses are burn-in.
  ///
  /// - Reference: Sakov and Oke (2008), *A deterministic formulation of the ensemble Kalman filter*, section 4.
  ///
  /// - Parameters:
  ///   - cycles: The number of analyses.
  ///   - interval: The number of steps from one analysis to the next: 4 in Bocquet and Sakov (2013), 12 in Sakov, Oliver and
  ///     Bertino (2012), table 3.
  ///   - key: The random key of truth and observations.
  public static func sakovOke2008(
    cycles: Int, every interval: Int = 1, key: RandomKey
  ) throws -> TwinExperiment {
    let model = Lorenz96()
    var mean = Array(repeating: 0.0, count: model.dimension)
    mean[0] = 1
    return try TwinExperiment(
      model, initial: .normal(mean: mean, variance: 0.001),
      observing: .every(interval, points: Array(0..<model.dimension), variance: 1),
      steps: interval * cycles, key: key)
  }

  /// Lorenz-63 with all three variables observed every 25 steps, R = 2 (`L63-S12`). The first 64 analyses are burn-in.
  ///
  /// - Parameters:
  ///   - cycles: The number of analyses.
  ///   - variance: The error variance R: 1 in Bocquet and Sakov (2012), figure 11.
  ///   - key: The random key of truth and observations.
  /// - Reference: Sakov, Oliver and Bertino (2012), *An iterative EnKF for strongly nonlinear systems*, table 1.
  public static func sakovOliverBertino2012(
    cycles: Int, variance: Double = 2, key: RandomKey
  ) throws -> TwinExperiment {
    try lorenz63(cycles: cycles, every: 25, variance: variance, key: key)
  }

  /// Lorenz-63 with all three variables observed every 12 steps, R = 8 (`L63-A10`). The first 133 analyses are burn-in.
  ///
  /// - Reference: Anderson (2010), *A non-Gaussian ensemble filter update for data assimilation*, section 6 and figure 10.
  public static func anderson2010(cycles: Int, key: RandomKey) throws -> TwinExperiment {
    try lorenz63(cycles: cycles, every: 12, variance: 8, key: key)
  }

  private static func lorenz63(
    cycles: Int, every interval: Int, variance: Double, key: RandomKey
  ) throws -> TwinExperiment {
    try TwinExperiment(
      Lorenz63(), initial: .normal(mean: [1.509, -1.531, 25.46], variance: 2),
      observing: .every(interval, points: [0, 1, 2], variance: variance),
      steps: interval * cycles, key: key)
  }

  /// Lorenz-96 with every second point observed every 0.05, R = 2.25 (`L96-B10`). The first 400 analyses are burn-in.
  ///
  /// - Parameters:
  ///   - points: The number of points: 10 in figure 1 of the paper, 40 in figure 5.
  ///   - cycles: The number of analyses.
  ///   - key: The random key of truth and observations.
  /// - Reference: Bocquet, Pires and Wu (2010), *Beyond Gaussian statistical modeling in geophysical data assimilation*, section
  ///   6.
  public static func bocquetPiresWu2010(
    points: Int = 40, cycles: Int, key: RandomKey
  ) throws -> TwinExperiment {
    let observed = Array(stride(from: 0, to: points, by: 2))
    return try TwinExperiment(
      Lorenz96(points: points),
      initial: .normal(mean: Array(repeating: 0, count: points), variance: 0.001),
      observing: .every(1, points: observed, variance: 2.25), steps: cycles, key: key)
  }

  /// Damped linear advection of 1000 points, 40 of them observed every fifth step, with variance 0.01 (`LA-R15`). The first
  /// 12 of the 100 analyses are burn-in.
  ///
  /// - Reference: Raanes, Carrassi and Bertino (2015), *Extending the square root method to account for additive forecast
  ///   noise in ensemble methods*, section 5.
  public static func raanesCarrassiBertino2015(
    cycles: Int = 100, key: RandomKey
  ) throws -> TwinExperiment {
    let size = 1_000
    let noise = NormalNoise.sinusoids(points: size, wavenumbers: 25, deviation: 0.1)
    let points = (0..<40).map { Int((Double($0 * (size - 1)) / 39).rounded(.toNearestOrEven)) }
    return try TwinExperiment(
      LinearAdvection(points: size, damping: 0.98, noise: noise),
      initial: .normal(mean: Array(repeating: 0, count: size), noise.scaled(by: 5)),
      observing: .every(5, points: points, variance: 0.01), steps: 5 * cycles, key: key)
  }
}
