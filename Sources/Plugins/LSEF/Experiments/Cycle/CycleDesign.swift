import Assimilation
import LinearAlgebra
import PPL
import Preconditions

/// The design of the cycled experiments on the circle: the process and its observation network.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 6; `lsef.md` 9.3 and 10.1.
public struct CycleDesign: Sendable, Equatable {
  /// The scales of the process and of its coefficients.
  public var process = DSADM.Setup()
  /// The number of model steps from one analysis to the next.
  public var stepsPerCycle = 2
  /// The stride between observed points, the first of which is 0.
  public var observationSpacing = 10
  /// The variance of the observation errors.
  public var observationVariance = 36.0

  /// The published design: 12 of 120 points observed every 12 hours, errors of variance 36.
  public init() {}

  /// The design with the process of the paper's reference: U = 10 m/s, parameter fields twice as long as the process, and sums
  /// over all wavenumbers, where the authors' program has 20 m/s, three times and half of them.
  ///
  /// - Reference: Tsyrulnikov and Rakitko (2019), section 3; `lsef.md` 0.4, rows 12 and 13.
  public static var ofReference: CycleDesign {
    var design = CycleDesign()
    (design.process.velocity, design.process.parameterLengthRatio) = (10, 2)
    design.process.sums = .full
    return design
  }

  /// The indices of the observed points, from 0.
  public var observedPoints: [Int] {
    Array(stride(from: 0, to: process.mesh.points, by: observationSpacing))
  }

  /// The observation plan of a twin experiment.
  public var plan: ObservationPlan {
    .every(stepsPerCycle, points: observedPoints, variance: observationVariance)
  }

  /// The taper of a filter with this ensemble size.
  public func taper(members: Int) -> Taper {
    .circleCycle(members: members, length: process.length)
  }

  /// Cycles a filter in a world whose state and observations are all 0, for its covariances: in a linear model the distribution
  /// of errors does not depend on state and observations.
  ///
  /// - Parameters:
  ///   - visit: Called with each forecast, and the number of its cycle from 0.
  /// - Complexity: Memory for the coefficients of `chunk` cycles.
  func cycle(
    _ filter: some Filter, regime: DSADM.Regime, cycles: Int, chunk: Int = 500, key: RandomKey,
    visit: (FilterState, Int) throws -> Void
  ) throws {
    require(cycles > 0, "CycleDesign: \(cycles) cycles.")
    let keys = key.split(3)
    var world = try DSADMWorld(setup: process, regime: regime, key: keys[0])
    let points = observedPoints
    let observations = try Observations(
      points: points, values: points.map { _ in 0 }, variance: observationVariance)
    let origin = Array(repeating: 0.0, count: process.mesh.points)
    var state = try filter.start(.known(origin), key: keys[1])
    for first in stride(from: 0, to: cycles, by: chunk) {
      let last = min(first + chunk, cycles)
      let model = try world.next((last - first) * stepsPerCycle)
      for cycle in first..<last {
        let forecastKey = keys[2].foldIn(UInt32(2 * cycle))
        try filter.forecast(
          &state, with: model, to: (cycle + 1) * stepsPerCycle, key: forecastKey)
        try visit(state, cycle)
        try filter.analyse(&state, observations, key: keys[2].foldIn(UInt32(2 * cycle + 1)))
      }
    }
  }

  /// The mean covariance B_mean: the Kalman filter's forecast covariance, averaged over a run and then along each cyclic
  /// diagonal.
  ///
  ///     c(s) = mean over time and i of B_{i, i + s mod n},    B_mean_ij = c(j - i mod n)
  ///
  /// - Parameters:
  ///   - regime: The regime of non-stationarity.
  ///   - cycles: The number of analyses, 50,000 in the published experiments, in another realisation of the coefficients than
  ///     in the comparison of filters.
  ///   - key: The key of the coefficients.
  /// - Returns: The lags c of the covariance, `[n]`; the matrix is `Matrix(cyclic:)` of them.
  /// - Reference: `lsef.md` 10.4.
  public func meanCovariance(
    regime: DSADM.Regime, cycles: Int = 50_000, key: RandomKey
  ) throws -> [Double] {
    let n = process.mesh.points
    var sum = Matrix(rows: n, columns: n)
    try cycle(KalmanFilter(), regime: regime, cycles: cycles, key: key) { state, _ in
      guard let B = state.covariance else { return }
      sum.withMutableScalars { sum in
        let B = B.scalars.span
        for k in sum.indices { sum[k] += B[k] }
      }
    }
    return sum.cyclicMeans.map { $0 / Double(cycles) }
  }
}
