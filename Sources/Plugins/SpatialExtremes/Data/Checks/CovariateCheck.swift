import Plugins

extension CheckedData {
  /// The years whose covariate is more than 8 spreads from the median of all, and separated by as much from the next one
  /// towards it, so that a covariate that runs off smoothly has none. The spread counts as at least 0.05.
  static func outlyingYears(_ years: [Int], _ covariate: [Int: Double]) -> [Int] {
    let years = years.map { (year: $0, value: covariate[$0] ?? 0) }.sorted { $0.value < $1.value }
    guard let summary = RobustSummary(years.map(\.value)) else { return [] }
    let far = 8 * max(summary.spread, 0.05)
    var outliers: Set<Int> = []
    for (low, high) in zip(years, years.dropFirst()) where high.value - low.value > far {
      // What lies outside a wide gap is far from the rest.
      if low.value < summary.median - far {
        outliers.formUnion(years.filter { $0.value <= low.value }.map(\.year))
      }
      if high.value > summary.median + far {
        outliers.formUnion(years.filter { $0.value >= high.value }.map(\.year))
      }
    }
    return outliers.sorted()
  }
}

extension DataCheck {
  /// Years whose covariate is far from those of all other years, such as -99.9 for a missing one.
  @Sendable static func covariateOutliers(_ data: CheckedData) -> [DataFinding] {
    let values = data.usedYears.compactMap { data.covariate.values[$0] }
    guard let summary = RobustSummary(values) else { return [] }
    return data.outlyingYears.map { year in
      DataFinding(
        .covariateOutlier, year: year, file: data.covariate.file,
        line: data.covariate.lines[year], column: data.covariate.column,
        found: "\(data.covariate.values[year] ?? 0) in \(year) is far from the values of the other "
          + "years, which are \(rounded(summary.median)) give or take \(rounded(summary.spread))",
        remedy: "mend the value, or leave its cell empty")
    }
  }
}
