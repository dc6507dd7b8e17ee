import ArgumentParser
import Plugins

/// A prior by its site, the value of `--prior`: `beta0=1,0.5`.
///
/// The numbers are the mean and the standard deviation of a coefficient, or the median of a hyperparameter of a field and the
/// standard deviation of its logarithm; the second one stays that of the default prior if it is not given.
public struct SitePrior: Sendable, Equatable, ExpressibleByArgument, CustomStringConvertible {
  /// The name of the site.
  public let site: String
  /// The mean or the median.
  public let centre: Double
  /// The standard deviation, of the logarithm for a hyperparameter; nil for that of the default prior.
  public let deviation: Double?
  /// Whether the distribution is log-normal, with a median and the deviation of its logarithm; otherwise it is normal.
  public let isLogNormal: Bool

  /// The prior of `SITE=CENTRE` or `SITE=CENTRE,DEVIATION`; nil for another text.
  public init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    let numbers = parts[1].split(separator: ",", omittingEmptySubsequences: false)
      .map { Double($0) }
    guard (1...2).contains(numbers.count), let centre = numbers[0], centre.isFinite else {
      return nil
    }
    if numbers.count == 2 {
      guard let deviation = numbers[1], deviation > 0, deviation.isFinite else { return nil }
      self.deviation = deviation
    } else {
      deviation = nil
    }
    (site, self.centre, isLogNormal) = (parts[0], centre, false)
  }

  /// A prior of a site with its numbers.
  ///
  /// - Parameters:
  ///   - site: The name of the site.
  ///   - centre: The mean, or the median of a hyperparameter.
  ///   - deviation: The standard deviation, of the logarithm for a hyperparameter.
  ///   - isLogNormal: Whether the distribution is log-normal.
  public init(
    _ site: String, _ centre: Double, _ deviation: Double, isLogNormal: Bool = false
  ) {
    (self.site, self.centre, self.deviation) = (site, centre, deviation)
    self.isLogNormal = isLogNormal
  }

  public var description: String {
    "\(site)=\(centre)" + (deviation.map { ",\($0)" } ?? "")
  }
}

/// The priors of a model by formula: those of the data, or of the published models, with the user's in their places.
struct PriorChoice: Sendable {
  /// The priors by name.
  enum Base: String, Sendable, CaseIterable, ExpressibleByArgument {
    /// Priors whose widths are those of the data.
    case data
    /// The priors of the published models, in °C, where they have the site.
    case reference
  }

  let base: Base
  let own: [SitePrior]
  /// The number of units of distance in a degree of latitude.
  let unitsOfDegree: Double
  let meanMaximum: Double

  /// The mean and the standard deviation of a coefficient.
  func normal(_ site: String, _ mean: Double, _ deviation: Double) -> (
    centre: Double, deviation: Double
  ) {
    let published: [String: (Double, Double)] = [
      "mu0": (meanMaximum, 5), "beta0": (1, 0.5), "log_sigma": (0.6931471805599453, 0.4),
      "xi": (0.1, 0.1),
    ]
    return chosen(site, published, (mean, deviation))
  }

  /// The median of a hyperparameter and the standard deviation of its logarithm.
  func logNormal(_ site: String, _ median: Double, _ deviation: Double) -> (
    centre: Double, deviation: Double
  ) {
    let published: [String: (Double, Double)] = [
      "k_mu.variance": (2, 0.5), "k_mu.lengthscale": (2 * unitsOfDegree, 0.5),
      "k_beta.variance": (0.2, 0.5), "k_beta.lengthscale": (3 * unitsOfDegree, 0.5),
      "k_sig.variance": (0.05, 0.5), "k_sig.lengthscale": (3 * unitsOfDegree, 0.5),
      "k_xi.variance": (0.003, 0.5), "k_xi.lengthscale": (3 * unitsOfDegree, 0.5),
    ]
    return chosen(site, published, (median, deviation))
  }

  private func chosen(
    _ site: String, _ published: [String: (Double, Double)], _ usual: (Double, Double)
  ) -> (centre: Double, deviation: Double) {
    let (centre, deviation) = base == .reference ? published[site] ?? usual : usual
    guard let prior = own.last(where: { $0.site == site }) else { return (centre, deviation) }
    return (prior.centre, prior.deviation ?? deviation)
  }
}
