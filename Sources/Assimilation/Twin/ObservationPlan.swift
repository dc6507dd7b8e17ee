import Autodiff
import Preconditions

/// The observation network of a twin experiment: times, points and error variances.
public struct ObservationPlan: Sendable {
  private let plan: @Sendable (_ step: Int) -> (points: [Int], variances: [Double])?

  /// A plan given by a closure, for uneven times, changing points or changing errors.
  ///
  /// - Parameter plan: The points observed at a step, counted from 1, and the variances of their errors; nil where there is no
  ///   analysis. An analysis without points leaves the forecast as it is.
  public init(_ plan: @escaping @Sendable (_ step: Int) -> (points: [Int], variances: [Double])?) {
    self.plan = plan
  }

  /// A plan with the same points at every multiple of `steps`, with errors of one variance.
  ///
  /// - Precondition: `steps` is positive.
  public static func every(
    _ steps: Int, points: [Int], variance: Double
  ) -> ObservationPlan {
    require(steps > 0, "ObservationPlan: every \(steps) steps.")
    let variances = points.map { _ in variance }
    return ObservationPlan { $0.isMultiple(of: steps) ? (points, variances) : nil }
  }

  /// The plan with each observation missing with a given probability.
  ///
  /// - Precondition: The probability is in [0, 1].
  public func missing(probability: Double, key: RandomKey) -> ObservationPlan {
    require(
      (0...1).contains(probability), "ObservationPlan: the probability is \(probability).")
    return ObservationPlan { step in
      guard let (points, variances) = plan(step) else { return nil }
      let u = key.foldIn(UInt32(step)).uniform([points.count]).scalars
      let kept = points.indices.filter { u[$0] >= probability }
      return (kept.map { points[$0] }, kept.map { variances[$0] })
    }
  }

  /// The observed points at a step and the variances of their errors; nil if there is no analysis.
  public func callAsFunction(_ step: Int) -> (points: [Int], variances: [Double])? { plan(step) }
}
