/// Turns parameters into random variables with a prior.
public struct Lift: Handler {
  private let priors: [String: any Distribution]

  /// Draws the parameters that `priors` names from the laws given.
  public init(_ priors: [String: any Distribution]) { self.priors = priors }

  public mutating func process(_ site: inout Site) {
    guard site.kind == .parameter, let prior = priors[site.name] else { return }
    site.kind = .sample
    site.distribution = prior
    site.isObserved = false
  }
}
