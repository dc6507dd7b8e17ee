/// The error of a step in which guide or model have other sites than at the start of the fit.
public struct ChangedSites: Error, CustomStringConvertible {
  /// The step's number, the first being 1.
  public let step: Int
  /// The first site that changed.
  public let change: SiteChange
  /// The fit before that step.
  public let fit: SVIFit

  public var description: String {
    "step \(step): \(change); \(keptSteps(before: step))."
  }
}
