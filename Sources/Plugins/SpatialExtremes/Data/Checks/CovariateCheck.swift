extension CheckedData {
  /// The years with an outlying covariate: far from all others, or far from those of adjacent years.
  static func outlyingYears(_ years: [Int], _ covariate: [Int: Double]) -> [Int] {
    Set(farYears(years, covariate) + isolatedYears(years, covariate)).sorted()
  }

  /// The years whose covariate differs in the same direction from both adjacent years (at an end of the record, from the two
  /// next years) by more than 6 spreads of the change from year to year.
  ///
  /// The spread is 1.4826 times the median absolute change, and at least 0.05. A step of the covariate, as of an indicator, is
  /// not an outlier. At an end of the record the change must also exceed 6 times the one before it, since the covariate may
  /// have an accelerating trend.
  static func isolatedYears(_ years: [Int], _ covariate: [Int: Double]) -> [Int] {
    let values = years.map { covariate[$0] ?? 0 }
    guard values.count >= 5,
      let change = medianValue(zip(values.dropFirst(), values).map { abs($0 - $1) })
    else { return [] }
    let far = 6 * max(1.4826 * change, 0.05)
    return values.indices.filter { index in
      let beside = neighbours(of: index, count: values.count).map { values[index] - values[$0] }
      guard beside.allSatisfy({ $0 > far }) || beside.allSatisfy({ $0 < -far }) else {
        return false
      }
      guard index == 0 || index == values.count - 1 else { return true }
      return beside.map(abs).min() ?? 0 > 6 * abs(beside[0] - beside[1])
    }.map { years[$0] }
  }

  /// The indices before and after one; at an end, the two next ones.
  private static func neighbours(of index: Int, count: Int) -> [Int] {
    switch index {
    case 0: [1, 2]
    case count - 1: [count - 3, count - 2]
    default: [index - 1, index + 1]
    }
  }

  /// The covariates of the adjacent years.
  func covariatesBeside(_ year: Int) -> [Double] {
    guard let index = usedYears.firstIndex(of: year) else { return [] }
    return Self.neighbours(of: index, count: usedYears.count)
      .compactMap { covariate.values[usedYears[$0]] }
  }

  /// The years, at most a tenth of all, whose covariate is more than 8 spreads from the median, and separated by as much from
  /// the next one towards it, so that a smooth trend has none. The spread is at least 0.05.
  static func farYears(_ years: [Int], _ covariate: [Int: Double]) -> [Int] {
    let years = years.map { (year: $0, value: covariate[$0] ?? 0) }.sorted { $0.value < $1.value }
    guard let summary = RobustSummary(years.map(\.value)) else { return [] }
    let far = 8 * max(summary.spread, 0.05)
    var outliers: Set<Int> = []
    for (low, high) in zip(years, years.dropFirst()) where high.value - low.value > far {
      // Values beyond a wide gap are far from the rest.
      if low.value < summary.median - far {
        outliers.formUnion(years.filter { $0.value <= low.value }.map(\.year))
      }
      if high.value > summary.median + far {
        outliers.formUnion(years.filter { $0.value >= high.value }.map(\.year))
      }
    }
    return outliers.count <= max(1, years.count / 10) ? outliers.sorted() : []
  }
}

extension DataCheck {
  /// Years whose covariate is far from those of all other years, such as -99.9 for a missing value, or of the adjacent years,
  /// such as a value with a wrong sign.
  @Sendable static func covariateOutliers(_ data: CheckedData) -> [DataFinding] {
    let values = data.usedYears.compactMap { data.covariate.values[$0] }
    guard let summary = RobustSummary(values) else { return [] }
    let far = Set(CheckedData.farYears(data.usedYears, data.covariate.values))
    return data.outlyingYears.map { year in
      let beside = data.covariatesBeside(year).map(rounded).joined(separator: " and ")
      let others =
        far.contains(year)
        ? "the values of the other years, which are \(rounded(summary.median)) give or take "
          + rounded(summary.spread) : "the values of the years beside it, \(beside)"
      return DataFinding(
        .covariateOutlier, year: year, file: data.covariate.file,
        line: data.covariate.lines[year], column: data.covariate.column,
        found: "\(data.covariate.values[year] ?? 0) in \(year) is far from \(others)",
        remedy: "correct the value, or leave its cell empty")
    }
  }
}
