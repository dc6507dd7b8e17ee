import Autodiff
import LinearAlgebra

/// The twin experiments of the literature whose errors are published, so that filters can be compared with them.
///
/// - Reference: The papers named below, in the configurations that DAPPER 1.8.1 keeps under their names in `dapper/mods`.
extension TwinExperiment {
  /// Lorenz-96 with every point observed every 0.05, R = 1 (`L96-S08`). The first 400 analyses are burn-in.
  ///
  /// - Reference: Sakov and Oke (2008), *A deterministic formulation of the ensemble Kalman filter*, section 4.
  public static func sakovOke2008(cycles: Int, key: RandomKey) throws -> TwinExperiment {
    let model = Lorenz96()
    var mean = Array(repeating: 0.0, count: model.dimension)
    mean[0] = 1
    return try TwinExperiment(
      model, initial: .normal(mean: mean, variance: 0.001),
      observing: .every(1, points: Array(0..<model.dimension), variance: 1), steps: cycles, key: key
    )
  }

  /// Lorenz-63 with all three variables observed every 25 steps, R = 2 (`L63-S12`). The first 64 analyses are burn-in.
  ///
  /// - Reference: Sakov, Oliver and Bertino (2012), *An iterative EnKF for strongly nonlinear systems*, table 1.
  public static func sakovOliverBertino2012(
    cycles: Int, key: RandomKey
  ) throws -> TwinExperiment {
    try TwinExperiment(
      Lorenz63(), initial: .normal(mean: [1.509, -1.531, 25.46], variance: 2),
      observing: .every(25, points: [0, 1, 2], variance: 2), steps: 25 * cycles, key: key)
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
