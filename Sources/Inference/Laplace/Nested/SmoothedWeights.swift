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
}
