import Foundation

/// Normalized weights from log ratios, Pareto smoothed where that is asked for.
struct SmoothedWeights {
  let weights: [Double]
  /// The k-hat; 0 where all ratios are equal to 1 percent, and so have no tail to speak of.
  let khat: Double

  init(_ logRatios: [Double], isSmoothed: Bool = true) {
    let largest = logRatios.max() ?? 0
    let isFlat = largest - (logRatios.min() ?? 0) < 0.01
    if isSmoothed && !isFlat {
      let smoothed = ParetoSmoothing(logRatios: logRatios)
      (weights, khat) = (smoothed.weights, smoothed.khat)
    } else {
      let sum = logSumExp(logRatios)
      (weights, khat) = (logRatios.map { exp($0 - sum) }, 0)
    }
  }

  /// The places of draws by systematic resampling, in ascending order: each place has its weight times `count` of them,
  /// rounded up or down.
  ///
  /// - Reference: Kitagawa (1996), *Monte Carlo filter and smoother for non-Gaussian nonlinear state space models*, appendix.
  static func resampled(_ weights: [Double], count: Int, uniform: Double) -> [Int] {
    var places: [Int] = []
    places.reserveCapacity(count)
    var (place, reached) = (0, weights.first ?? 1)
    for i in 0..<count {
      let position = (Double(i) + uniform) / Double(count)
      while reached < position, place < weights.count - 1 {
        place += 1
        reached += weights[place]
      }
      places.append(place)
    }
    return places
  }
}
