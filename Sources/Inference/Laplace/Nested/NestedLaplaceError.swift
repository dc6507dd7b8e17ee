import Foundation

/// An error of a nested Laplace approximation.
public enum NestedLaplaceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// One unconstrained hyperparameter.
  public struct Coordinate: Equatable, Sendable {
    /// The name of the site, with the index of the element if there are several.
    public let name: String
    /// The value on the reals.
    public let value: Double

    /// A hyperparameter with its unconstrained value.
    public init(name: String, value: Double) { (self.name, self.value) = (name, value) }
  }

  /// A model of which no latent site is Gaussian, or a list without names.
  case noLatentSites(known: [String])
  /// A model whose control flow reads values: its log density cannot be compiled.
  case reads(String)
  /// Hyperparameters at which the log density is not finite at the start of Newton's method.
  case notFinite([Coordinate])
  /// Hyperparameters at which Newton's method does not find the conditional mode: the decrement, in nats, after its steps.
  case noConditionalMode([Coordinate], steps: Int, decrement: Double)
  /// Hyperparameters at whose conditional mode the Hessian is not negative definite.
  case notPositiveDefinite([Coordinate])
  /// A search that ended away from the mode of the marginal density, whose slope is in nats per standard deviation.
  case noMarginalMode([Coordinate], slope: Double)

  public var description: String { "NestedLaplace: \(doubt)." }

  /// Whether the error is about the model or the list of sites, and not about numbers that came up.
  public var isOfModel: Bool {
    switch self {
    case .noLatentSites, .reads: true
    case .notFinite, .noConditionalMode, .notPositiveDefinite, .noMarginalMode: false
    }
  }

  /// The error with its remedies.
  public var doubt: Doubt {
    switch self {
    case .noLatentSites(let known):
      Doubt(
        "no latent site is Gaussian given the others (there are "
          + known.map { "\"\($0)\"" }.joined(separator: ", ") + ")",
        [.namedGaussianSites, .nuts])
    case .reads(let sentence):
      Doubt("the model cannot be compiled: \(sentence)", [.tensorOperations, .nuts])
    case .notFinite(let theta):
      Doubt(
        "the log density is not finite at the start of Newton's method for \(Self.list(theta))",
        [.startInsideSupport])
    case .noConditionalMode(let theta, let steps, let decrement):
      Doubt(
        "Newton's method did not find the mode of the Gaussian part in \(steps) steps for "
          + "\(Self.list(theta)): its last step would gain \(String(format: "%.2g", decrement)) nats",
        [.otherStart, .fewerGaussianSites, .nuts])
    case .notPositiveDefinite(let theta):
      Doubt(
        "the log density does not curve down in every direction of the Gaussian part at its mode for "
          + Self.list(theta), [.fewerGaussianSites, .nuts])
    case .noMarginalMode(let theta, let slope):
      Doubt(
        "the search for the mode of the hyperparameters ended at \(Self.list(theta)), where the slope is "
          + "\(String(format: "%.2g", slope)) nats a standard deviation",
        [.otherStart, .narrowerPriors, .nuts])
    }
  }

  private static func list(_ theta: [Coordinate]) -> String {
    guard !theta.isEmpty else { return "this model" }
    let shown = theta.prefix(12).map { "\($0.name) = \(String(format: "%.4g", $0.value))" }
    return "the unconstrained hyperparameters " + shown.joined(separator: ", ")
      + (theta.count > shown.count ? " and \(theta.count - shown.count) more" : "")
  }
}
