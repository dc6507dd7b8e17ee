import Foundation

/// Dual averaging of the logarithm of a step size, towards a mean acceptance probability.
///
/// - Reference: Hoffman and Gelman (2014), *The No-U-Turn Sampler*, §3.2, algorithm 5.
struct StepSizeAdaptation: Sendable, Codable {
  /// The step size of the next transition.
  private(set) var current: Double
  private var centre: Double
  private var meanError = 0.0
  private var logAverage = 0.0
  private var count = 0.0

  /// An adaptation that begins at a step size.
  ///
  /// - Parameter iterations: The number of iterations until its end, of which fewer than 50 do not try as large steps, since
  ///   they would be part of the average.
  init(from stepSize: Double, iterations: Int) {
    current = stepSize
    centre = log(min(10, max(1, Double(iterations) / 5)) * stepSize)
  }

  /// Moves the step size after a transition with this mean acceptance probability.
  mutating func update(acceptance: Double, target: Double) {
    count += 1
    meanError += (target - acceptance - meanError) / (count + Self.delay)
    let next = centre - meanError * count.squareRoot() / Self.shrinkage
    logAverage += pow(count, -Self.decay) * (next - logAverage)
    current = exp(next)
  }

  /// Ends with the weighted average of the step sizes since the beginning.
  mutating func finish() { if count > 0 { current = exp(logAverage) } }

  /// With 0.05, as in the reference, step sizes vary so much that transitions at their average are accepted far more often
  /// than the target: nine times of ten for eight.
  private static let shrinkage = 0.2
  private static let delay = 10.0
  private static let decay = 0.75
}
