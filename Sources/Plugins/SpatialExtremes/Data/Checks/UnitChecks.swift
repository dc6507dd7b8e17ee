import Plugins

/// A unit that one station may be in while the others are in another.
private struct UnitSlip {
  let name: String
  /// From the unit of the one to the unit of the others.
  let factor, offset: Double

  func callAsFunction(_ x: Double) -> Double { factor * x + offset }

  static let all = [
    UnitSlip(name: "in tenths of the unit of the others (10 times theirs)", factor: 0.1, offset: 0),
    .init(
      name: "in hundredths of the unit of the others (100 times theirs)", factor: 0.01, offset: 0),
    .init(name: "in 10 times the unit of the others (a tenth of theirs)", factor: 10, offset: 0),
    .init(
      name: "in 100 times the unit of the others (a hundredth of theirs)", factor: 100, offset: 0),
    .init(
      name: "in degrees Fahrenheit, those of the others in degrees Celsius (1.8 times theirs + 32)",
      factor: 1 / 1.8, offset: -32 / 1.8),
    .init(
      name: "in degrees Celsius, those of the others in degrees Fahrenheit ((theirs - 32) / 1.8)",
      factor: 1.8, offset: 32),
    .init(
      name: "in kelvin, those of the others in degrees Celsius (theirs + 273.15)", factor: 1,
      offset: -273.15),
    .init(
      name: "in degrees Celsius, those of the others in kelvin (theirs - 273.15)", factor: 1,
      offset: 273.15),
  ]
}

extension DataCheck {
  /// Stations whose level is that of the others in another unit.
  ///
  /// The levels of the stations are split at their widest gaps. The smaller group is in another unit if the gap exceeds
  /// four times the spread of the levels of the larger one, and of its typical station, and a change of unit brings level
  /// and spread of each of its stations among those of the larger group. What is left is looked at again.
  ///
  /// - Complexity: O(*S* log *S*) for each group found.
  @Sendable static func units(_ data: CheckedData) -> [DataFinding] {
    var rest = data.series.sorted { $0.level < $1.level }
    var findings: [DataFinding] = []
    while let (few, many, slips) = split(rest) {
      let range = "\(rounded(many[0].level)) to \(rounded(many[many.count - 1].level))"
      for (series, slip) in zip(few, slips) {
        let others = many.count == 1 ? "that of the other" : "those of \(many.count) others"
        findings.append(
          DataFinding(
            .unit, station: series.id, file: data.maxima.file, line: series.entries[0].line,
            column: data.maxima.columnName(of: series.entries[0]),
            found: "the maxima of station \"\(series.id)\" are about \(rounded(series.level)), "
              + "\(others) \(many.count == 1 ? rounded(many[0].level) : range): they seem to be \(slip.name)",
            remedy: "convert them, which makes them about \(rounded(slip(series.level)))"))
      }
      rest = many
    }
    return findings
  }

  private static func split(
    _ series: [CheckedData.Series]
  ) -> (few: [CheckedData.Series], many: [CheckedData.Series], slips: [UnitSlip])? {
    guard series.count > 1 else { return nil }
    // No more than a few gaps can be so wide; each costs a look at every station.
    let cuts = (1..<series.count).sorted { gap(series, $0) > gap(series, $1) }.prefix(20)
    for cut in cuts where gap(series, cut) > 0 {
      let (below, above) = (Array(series[..<cut]), Array(series[cut...]))
      let (few, many) = below.count < above.count ? (below, above) : (above, below)
      let spread = medianValue(many.map(\.summary.spread)) ?? 0
      let scale = max(RobustSummary(many.map(\.level))?.spread ?? 0, spread)
      guard scale > 0, gap(series, cut) > 4 * scale else { continue }
      let slips = few.compactMap { slip(of: $0, among: many, scale, spread) }
      if slips.count == few.count { return (few, many, slips) }
    }
    return nil
  }

  private static func gap(_ series: [CheckedData.Series], _ cut: Int) -> Double {
    series[cut].level - series[cut - 1].level
  }

  /// The unit that brings a station nearest to the others; nil if none does.
  private static func slip(
    of one: CheckedData.Series, among many: [CheckedData.Series], _ scale: Double, _ spread: Double
  ) -> UnitSlip? {
    let range = (many[0].level - 2 * scale)...(many[many.count - 1].level + 2 * scale)
    return UnitSlip.all.compactMap { slip -> (UnitSlip, Double)? in
      let ratio = slip.factor * one.summary.spread / spread
      let isSpreadKnown = one.values.count >= 5 && one.summary.spread > 0 && spread > 0
      guard range.contains(slip(one.level)), !isSpreadKnown || (0.25...4).contains(ratio) else {
        return nil
      }
      return (slip, isSpreadKnown ? max(ratio, 1 / ratio) : 1)
    }.min { $0.1 < $1.1 }?.0
  }

  /// Stations whose maxima vary more than 8 times as much as those of a typical one, or less than an eighth.
  ///
  /// A station without spread has a check of its own; series of fewer than 10 years are not judged.
  @Sendable static func spreads(_ data: CheckedData) -> [DataFinding] {
    let inAnotherUnit = Set(units(data).map(\.station))
    let typical = data.typicalSpread
    return data.series.compactMap { series in
      let spread = series.summary.spread
      guard series.values.count >= 10, spread > 0, spread > 8 * typical || spread < typical / 8,
        !inAnotherUnit.contains(series.id)
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
