import Foundation

extension FamilyModel {
  /// The prior of each site with its numbers.
  public var priorsInWords: String {
    "Priors:\n"
      + PriorTable(family.priors).text
  }
}

extension FormulaModel {
  /// The prior of each site with its numbers, and the rules by which the data give them.
  public var priorsInWords: String {
    let flags = priors.family
    let own = Set(flags.prior.map(\.site))
    let rules =
      flags.priors == .reference
      ? "Those of the published models, where they have the site; others are as wide as the data."
      : DataScale(data, metric: flags.distance.metric(data)).rules(
        unit: data.unit(statedAs: flags.unit),
        distance: flags.distance == .degrees && !data.isProjected ? "degrees" : "km")
    return """
      Priors (--prior SITE=CENTRE,SD gives another\(own.isEmpty ? "" : ", as for those with a star")):
      \(PriorTable(family.priors, marked: own).text)
      \(rules)
      """
  }
}

/// The priors of sites as lines of aligned text.
private struct PriorTable {
  let text: String

  init(_ priors: [SitePrior], marked own: Set<String> = []) {
    let width = priors.map(\.site.count).max() ?? 0
    text = priors.map { prior in
      let name = prior.site.padding(toLength: width + 2, withPad: " ", startingAt: 0)
      let (centre, deviation) = (rounded(prior.centre), rounded(prior.deviation ?? .nan))
      let distribution =
        prior.isLogNormal
        ? "LogNormal(log \(centre), \(deviation))" : "Normal(\(centre), \(deviation))"
      return "  \(name)\(distribution)\(own.contains(prior.site) ? " *" : "")"
    }.joined(separator: "\n")
  }
}

extension DataScale {
  /// The rules of the priors in words, with the numbers of the data.
  fileprivate func rules(unit: String, distance name: String) -> String {
    """
    They follow the data: w = \(rounded(within)) \(unit), the spread of the maxima within a station; b = \(rounded(between)) \(unit), \
    that of the means of the stations;
    d = \(rounded(distance)) \(name), the median distance of two stations; t, the spread of a covariate of time, 1 for a polynomial; z, \
    that of one of place.
      constant             location Normal(mean, 2.5 (w + b)), log scale Normal(log(0.78 w), 0.5), shape Normal(0, 0.2)
      covariate of time    location 2.5 w / t (a polynomial w), log scale 0.5 / t (0.2), shape 0.1 / t (0.04), about 0
      covariate of place   location 2.5 b / z, log scale 0.5 / z, shape 0.1 / z, about 0; with one of time w / (z t), and over t
      field, deviation     location b, log scale 0.2, shape 0.05; times time 0.3 w / t, 0.2 / t, 0.05 / t; the log of its square has sd 1
      field, lengthscale   0.5 d with sd 0.7 of the log; in a sum from 0.25 d to d; nugget: a tenth of the variance; anisotropy: sd 0.5
      anomaly              a deviation of 0.5 w with sd 1 of the log (of its square for a field), the lengthscale of a field d
      gp, trend            a deviation of 0.3 w, 0.1, 0.02 over the years; ebm: response time 8 years with sd 0.8 of the log
    """
  }
}
