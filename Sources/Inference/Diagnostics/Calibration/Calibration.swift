import Distributions
import Foundation
import PPL
import Preconditions

/// The result of simulation-based calibration: coverage and ranks of each site over the panels.
public struct Calibration: Sendable {
  /// The result for one site.
  public struct Row: Sendable, Equatable {
    /// The name of the site.
    public let name: String
    /// The number of elements of the site.
    public let elements: Int
    /// The share of intervals that cover the truth, over panels and elements.
    public let coverage: Double
    /// The ends of the 95 % interval of the coverage.
    ///
    /// That of Clopper and Pearson (1934); for a site of several elements, which depend on each other within a panel, with the
    /// number of independent trials that has the same variance between panels.
    public let low, high: Double
    /// The p-value of the test that ranks are uniform; for several elements the smallest, times their number, at most 1.
    public let pValue: Double
    /// The root mean square of the errors in standard deviations of the posterior; 1 on average for exact normal posteriors.
    public let rootMeanSquareError: Double
  }

  /// The outcomes of all panels, in order.
  public let outcomes: [CalibrationOutcome]
  /// The probability of the intervals.
  public let level: Double
  /// The results by site, in the order of the model.
  public let rows: [Row]
  /// The test of the ranks; nil if every fit failed.
  public let test: RankUniformity?

  /// The result of the outcomes of panels.
  ///
  /// - Parameters:
  ///   - outcomes: The outcomes of the panels, in order.
  ///   - level: The probability of the intervals.
  public init(_ outcomes: [CalibrationOutcome], level: Double) {
    (self.outcomes, self.level) = (outcomes, level)
    let fitted = outcomes.filter { $0.failure == nil }
    guard let first = fitted.first else {
      (rows, test) = ([], nil)
      return
    }
    // The smallest p-value, times elements and rows, must be able to reach the level.
    let elements = first.sites.map(\.ranks.count).max() ?? 1
    let test = RankUniformity(
      count: fitted.count, simulations: elements > 4 && fitted.count <= 1_000 ? 20_000 : 4_000)
    self.test = test
    rows = first.sites.map { site in
      Row(fitted.compactMap { $0.sites.first { $0.name == site.name } }, test)
    }
  }

  /// The number of fits without a result.
  public var failed: Int { outcomes.count { $0.failure != nil } }
  /// The number of fits with a result that did not converge by their own diagnosis; they are among the results.
  public var unconverged: Int { outcomes.count { $0.failure == nil && !$0.isConverged } }

  /// The ranks of an element of a site, over the panels whose fit has a result.
  ///
  /// - Precondition: There is a site of this name with this element.
  public func ranks(of name: String, element: Int = 0) -> [Double] {
    outcomes.compactMap { outcome in
      outcome.sites.first { $0.name == name }?.ranks[element]
    }
  }

  /// The sites whose ranks are not uniform, by tests with a joint level of 5 % (Bonferroni).
  public var doubtful: [Row] { rows.filter { $0.pValue < 0.05 / Double(rows.count) } }

  /// Whether no rank test finds a deviation, and at most one fit in twenty failed.
  public var isCalibrated: Bool {
    !rows.isEmpty && doubtful.isEmpty && 20 * failed <= outcomes.count
  }

  /// The verdict in words.
  public var verdict: String {
    guard !rows.isEmpty else { return "no fit has a result." }
    guard 20 * failed <= outcomes.count else {
      return
        "\(failed) of \(counted(outcomes.count, "fit")) failed, and those that are left are a selection: nothing follows "
        + "from them."
    }
    guard !doubtful.isEmpty else {
      return
        "no rank test finds a deviation: the fits agree with the posterior as far as \(counted(outcomes.count - failed, "panel tells", "panels tell"))."
    }
    let sites = doubtful.map { row in
      let gap = row.coverage - level
      let kind = abs(gap) < 0.05 ? "biased" : gap < 0 ? "too narrow or biased" : "too wide"
      return "\(row.name) (\(kind))"
    }
    return "the fits are not draws of the posterior: the ranks of "
      + "\(sites.joined(separator: ", ")) are not uniform."
  }
}

extension Calibration.Row {
  /// The result of a site from its outcome in each panel.
  init(_ sites: [CalibrationOutcome.Site], _ test: RankUniformity) {
    (name, elements) = (sites[0].name, sites[0].ranks.count)
    let shares = sites.map { site in
      Double(site.covers.count { $0 }) / Double(max(site.covers.count, 1))
    }
    let panels = Double(shares.count)
    let share = shares.reduce(0, +) / panels
    let squares = shares.reduce(0) { $0 + ($1 - share) * ($1 - share) }
    // The variance of the mean share is that of as many independent trials.
    let ofMean = squares / max(panels - 1, 1) / panels
    let most = panels * Double(elements)
    let trials = ofMean > 0 ? min(max(share * (1 - share) / ofMean, 1), most) : panels
    coverage = share
    (low, high) = Self.interval(elements == 1 ? panels : trials, share)
    let smallest = (0..<elements).map { element in test.pValue(sites.map { $0.ranks[element] }) }
    pValue = min(1, Double(elements) * (smallest.min() ?? 1))
    let errors = sites.flatMap(\.errors)
    let sum = errors.reduce(0) { $0 + $1 * $1 }
    rootMeanSquareError = (sum / Double(max(errors.count, 1))).squareRoot()
  }

  /// The 95 % interval of Clopper and Pearson for a share of some trials.
  private static func interval(_ trials: Double, _ share: Double) -> (Double, Double) {
    let hits = trials * share
    let misses = trials - hits
    let low = hits > 0 ? Beta(Tensor(hits), Tensor(misses + 1)).icdf(0.025).scalar : 0
    let high = misses > 0 ? Beta(Tensor(hits + 1), Tensor(misses)).icdf(0.975).scalar : 1
    return (low, high)
  }
}
