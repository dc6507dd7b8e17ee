import Foundation
import Preconditions

/// An error of a fit by maximum likelihood, or of an interval of it.
public enum MaximumLikelihoodError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No search ended in a maximum; the sites along which the likelihood still rises, or is flat.
  case noMaximum(searches: Int, along: [String])
  /// Sites that the data do not determine: the information matrix is singular in their direction.
  case notIdentified([String])
  /// A model without an observed site or a factor.
  case noData
  /// A model without a latent site or a parameter.
  case noParameters
  /// A profile likelihood that could not be followed to its threshold; the value that it reached, its deviance there and the
  /// deviance that was asked for.
  case profile(isUpper: Bool, reached: Double, deviance: Double, threshold: Double)
  /// A model that cannot be simulated for a bootstrap, because of a factor or a subsampled plate.
  case notSimulated(String)
  /// A bootstrap in which too many simulated data sets have no maximum likelihood estimate.
  case failedReplicates(Int, of: Int)
  /// Clusters into which a site of the likelihood does not divide.
  case clusters(String, site: String)
  /// Fewer clusters with data than parameters need.
  case tooFewClusters(Int, parameters: Int)
  /// Models that are not nested: the statistic and the difference of their numbers of parameters.
  case notNested(statistic: Double, degreesOfFreedom: Int)
  /// A likelihood-ratio test of data that are dependent within clusters.
  case ratioOfClusters

  public var description: String {
    "MaximumLikelihood: \(finding)" + (remedy.map { "; \($0)" } ?? "") + "."
  }

  /// The finding in words, without a full stop.
  public var finding: String {
    switch self {
    case .noMaximum(let searches, let sites):
      "\(counted(searches, "search", "searches")) found no maximum of the likelihood"
        + (sites.isEmpty ? "" : ", which rises without end or is flat along \(list(sites))")
        + " (that of a GEV is unbounded for shapes below -1, and every likelihood at a scale of 0)"
    case .notIdentified(let sites):
      "the data do not determine \(list(sites)): the likelihood is the same along a line of their values"
    case .noData: "the model has no observed site"
    case .noParameters:
      "the model has neither a latent site nor a parameter; there is nothing to estimate"
    case .profile(let isUpper, let reached, let deviance, let threshold):
      "the \(isUpper ? "upper" : "lower") end of the profile interval was not found: the profile could be followed to "
        + "\(format(reached)), where the deviance is \(format(deviance)) of \(format(threshold))"
    case .notSimulated(let site):
      "data of site \"\(site)\" cannot be simulated for a bootstrap"
    case .failedReplicates(let failed, let count):
      "\(failed) of \(counted(count, "simulated data set")) have no maximum likelihood estimate"
    case .clusters(let clusters, let site):
      "site \"\(site)\" does not divide into the clusters \(clusters)"
    case .tooFewClusters(let count, let parameters):
      "\(counted(count, "cluster")) cannot give standard errors of \(counted(parameters, "parameter"))"
    case .notNested(let statistic, let degrees):
      "the larger model has a log likelihood larger by \(format(statistic / 2)) and "
        + "\(counted(degrees, "parameter")) more; both must be positive"
    case .ratioOfClusters:
      "the likelihood ratio has no chi-squared distribution where data depend on each other within clusters"
    }
  }

  /// The remedy in terms of the library, without a full stop; nil where there is none.
  public var remedy: String? {
    switch self {
    case .noMaximum:
      "give starting values nearer to the estimates (start: .values), or estimate fewer parameters"
    case .notIdentified: "fix one of them, or take a posterior, in which priors count"
    case .noData: "condition it on data"
    case .noParameters: nil
    case .profile: "the quantity may end there, so take a bootstrap, or a smaller level"
    case .notSimulated: "take the delta method or the profile likelihood"
    case .failedReplicates: "take the profile likelihood, or a model with fewer parameters"
    case .clusters: "put it into that plate, or name another"
    case .tooFewClusters: "take smaller clusters"
    case .notNested: "compare models that are nested, on the same data"
    case .ratioOfClusters: "compare the TIC, or intervals"
    }
  }

  private func list(_ names: [String]) -> String {
    names.map { "\"\($0)\"" }.joined(separator: ", ")
  }

  private func format(_ value: Double) -> String { String(format: "%.4g", value) }
}
