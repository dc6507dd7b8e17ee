extension DataCheck {
  /// Stations in another unit, and other stations whose maxima vary too much or too little.
  @Sendable static func unitsAndSpreads(_ data: CheckedData) -> [DataFinding] {
    let units = units(data)
    return units + spreads(data, inAnotherUnit: Set(units.map(\.station)))
  }

  /// Stations whose maxima vary more than 8 times as much as those of a typical one, or less than an eighth.
  ///
  /// If all maxima are positive, the same must hold for the spread relative to the level, since the spread of a variable such as
  /// rain grows with its level. Stations without spread or in another unit have other checks; series of fewer than 10 years
  /// are not checked.
  private static func spreads(
    _ data: CheckedData, inAnotherUnit: Set<String?>
  ) -> [DataFinding] {
    let typical = data.typicalSpread
    let arePositive = data.series.allSatisfy { $0.values.allSatisfy { $0 > 0 } }
    let typicalShare = medianValue(data.series.map { $0.summary.spread / $0.level }) ?? 0
    func isUsual(_ ratio: Double) -> Bool { (0.125...8).contains(ratio) }
    return data.series.compactMap { series in
      let spread = series.summary.spread
      let share = spread / series.level
      guard series.values.count >= 10, spread > 0, !isUsual(spread / typical),
        !arePositive || !isUsual(share / typicalShare), !inAnotherUnit.contains(series.id)
      else { return nil }
      return DataFinding(
        .spread, station: series.id, file: data.maxima.file, line: series.entries[0].line,
        column: data.maxima.columnName(of: series.entries[0]),
        found:
          "the maxima of station \"\(series.id)\" vary by \(rounded(spread)) from year to year, "
          + "those of a typical station by \(rounded(typical))",
        remedy: "see that they are in the unit of the others, and of the same variable")
    }
  }
}
