import ArgumentParser
import Inference

/// The flags of nested Laplace: `--backend nested-laplace`.
public struct NestedLaplaceOptions: ParsableArguments, AnnotatedFlags, Sendable {
  /// A way to explore the hyperparameters, the value of `--exploration`.
  public enum Exploration: String, Sendable, CaseIterable, ExpressibleByArgument {
    /// Points with Pareto smoothed importance weights.
    case importance
    /// A grid for one or two hyperparameters, a central composite design for more.
    case quadrature
  }

  /// `--gaussian-sites`: the sites of the Gaussian part, separated by commas; nil for those of the problem.
  @Option(
    help: ArgumentHelp(
      "The latent sites that are integrated by Laplace's method, separated by commas; those with normal priors if not given.",
      valueName: "names"))
  public var gaussianSites: String?

  /// `--exploration`: the points of the hyperparameters.
  @Option(
    help: ArgumentHelp(
      "The points of the hyperparameters: importance (weighted, with a k-hat) or quadrature (a grid, or INLA's design).",
      valueName: "rule"))
  public var exploration = modelDefault("--exploration", or: Exploration.importance)

  /// `--points`: the number of points of importance sampling.
  @Option(
    parsing: .unconditional,
    help: "How many points of the hyperparameters --exploration importance takes.")
  public var points = modelDefault("--points", or: 512)

  /// `--no-correction`: whether draws are kept as Laplace's method gives them.
  @Flag(help: "Keep draws as Laplace's method gives them, without weights and their k-hat.")
  public var noCorrection = false

  public init() {}

  /// The number of points where a rule has its own.
  public var unreadFlags: [UnreadFlag] {
    guard exploration == .quadrature else { return [] }
    return [
      UnreadFlag(
        "--points", by: "--exploration quadrature, whose points are those of its grid or design",
        remedy: "leave it out, or take --exploration importance")
    ]
  }

  public func validate() throws {
    guard (25...1_000_000).contains(points) else {
      throw ValidationError("--points is \(points), but must be from 25 to 1000000.")
    }
    if let gaussianSites, gaussianSites.split(separator: ",").isEmpty {
      throw ValidationError("--gaussian-sites is empty; name sites, or leave it out.")
    }
  }

  /// The names of `--gaussian-sites`; nil if it is not given.
  var names: [String]? {
    gaussianSites.map { $0.split(separator: ",").map { $0.trimming(while: \.isWhitespace) } }
  }
}

extension Substring {
  /// The text without these characters at its ends.
  fileprivate func trimming(while isRemoved: (Character) -> Bool) -> String {
    var rest = drop(while: isRemoved)
    while let last = rest.last, isRemoved(last) { rest.removeLast() }
    return String(rest)
  }
}
