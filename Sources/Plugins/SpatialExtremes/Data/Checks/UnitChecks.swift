import Foundation

/// A unit that one station may be in while the others are in another.
struct UnitSlip {
  let name: String
  /// The factor and the offset from the unit of the station to that of the others.
  let factor, offset: Double

  /// Whether it is a change between Celsius and Fahrenheit, with a factor and an offset.
  var isOfFahrenheit: Bool { factor != 1 && offset != 0 }

  func callAsFunction(_ x: Double) -> Double { factor * x + offset }

  static let all = [
    UnitSlip(name: "in tenths of the unit of the others (10 times theirs)", factor: 0.1, offset: 0),
    .init(
      name: "in hundredths of the unit of the others (100 times theirs)", factor: 0.01, offset: 0),
    .init(name: "in 10 times the unit of the others (a tenth of theirs)", factor: 10, offset: 0),
    .init(
      name: "in 100 times the unit of the others (a hundredth of theirs)", factor: 100, offset: 0),
    .init(
      name: "in millimetres, those of the others in inches (25.4 times theirs)", factor: 1 / 25.4,
      offset: 0),
    .init(
      name: "in inches, those of the others in millimetres (theirs / 25.4)", factor: 25.4, offset: 0
    ),
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

/// The larger group of stations, whose unit is assumed to be correct.
private struct UnitGroup {
  let levels: ClosedRange<Double>
  /// The median and the spread of the levels.
  let level: RobustSummary
  /// The spread of a typical station.
  let spread: Double
  /// The larger of the spread of the levels and that of a typical station.
  let scale: Double
  /// Whether the maxima may be those of a non-negative variable whose spread grows with its level, such as rain.
  let isLikeRain: Bool
  /// The spread of the logarithms of the levels, for such a variable.
  private let logSpread: Double
  /// The range of the deviations of its stations, and that of a typical one.
  private let deviations: ClosedRange<Double>, deviation: Double
  /// The deviation of a typical station as a share of its level.
  private let share: Double

  init?(_ series: [CheckedData.Series]) {
    let (levels, deviations) = (series.map(\.level), series.map(\.deviation))
    guard let low = levels.min(), let high = levels.max(), let least = deviations.min(),
      let most = deviations.max(), let deviation = medianValue(deviations),
      let level = RobustSummary(levels), let spread = medianValue(series.map(\.summary.spread))
    else { return nil }
    (self.levels, self.level, self.spread) = (low...high, level, spread)
    (self.deviations, self.deviation) = (least...most, deviation)
    scale = max(level.spread, spread)
    // Annual maxima of rain vary by a fifth of their level or more, those of temperatures in warm places by a tenth of
    // their degrees Celsius or less: a seventh lies between. Cold temperatures look like rain; see `areCelsius`.
    isLikeRain = low >= 0 && spread > level.median / 7
    share = medianValue(series.filter { $0.level > 0 }.map { $0.deviation / $0.level }) ?? 0
    logSpread = RobustSummary(levels.filter { $0 > 0 }.map(log))?.spread ?? 0
  }

  /// Whether a gap between levels, or for a variable like rain between their logarithms, exceeds four times the typical scale
  /// of the group.
  func isWide(from low: Double, to high: Double) -> Bool {
    if scale > 0, high - low > 4 * scale { return true }
    return isLikeRain && low > 0 && log(high / low) > 4 * max(logSpread, spread / level.median)
  }

  /// The ratio, above 1, of the spread of a station after a change of unit to that of a typical one; nil if the change does not
  /// bring its level and its spread near the others.
  func distance(_ one: CheckedData.Series, _ slip: UnitSlip) -> Double? {
    let near = (levels.lowerBound - 2 * scale)...(levels.upperBound + 2 * scale)
    guard near.contains(slip(one.level)) else { return nil }
    guard isSpreadKnown(of: one) else { return 1 }
    let ratio = slip.factor * one.summary.spread / spread
    return (0.25...4).contains(ratio) ? max(ratio, 1 / ratio) : nil
  }

  /// Whether a change of unit explains level and spread of a station, so that both are like those of the others.
  ///
  /// The deviation must be within those of the others, up to a factor of 1.5. For a station above 60 degrees among common
  /// temperatures that is enough. Otherwise the level must be within those of the others, up to their spread (for a variable
  /// like rain, within one spread of their logarithms), and the change must bring the deviation nearer to theirs by at least
  /// half of its logarithm.
  func isExplained(_ one: CheckedData.Series, by slip: UnitSlip) -> Bool {
    let (level, changed) = (slip(one.level), slip.factor * one.deviation)
    let isTooHot = !isLikeRain && level <= 60 && self.level.median <= 60 && one.level > 60
    guard isSpreadKnown(of: one) else { return isTooHot }
    guard changed >= deviations.lowerBound / 1.5, changed <= deviations.upperBound * 1.5 else {
      return false
    }
    if isTooHot { return true }
    let isRain = isLikeRain && !areCelsius(one, slip)
    guard !(isRain && slip.isOfFahrenheit),
      slip.factor == 1
        || 2 * abs(log(changed / deviation)) <= abs(log(one.deviation / deviation))
    else { return false }
    // The standard error of a median: 1.25 spreads over the root of the count.
    let error = 1.25 * slip.factor * one.summary.spread / Double(one.values.count).squareRoot()
    if isRain {
      return level > 0
        && abs(log(level / self.level.median)) <= max(logSpread, error / self.level.median)
    }
    let margin = max(self.level.spread, error)
    return level >= levels.lowerBound - margin && level <= levels.upperBound + margin
  }

  /// Whether maxima that look like rain are temperatures of cold places, with one station in degrees Fahrenheit or kelvin.
  ///
  /// All levels must be possible in degrees Celsius, and the deviation of the station with the change of unit must be nearer to
  /// those of the others than its relative deviation without, by at least half of the logarithm: a wetter place has their
  /// relative deviation.
  private func areCelsius(_ one: CheckedData.Series, _ slip: UnitSlip) -> Bool {
    guard slip.offset < 0, levels.upperBound <= 60, one.level > 0 else { return false }
    return 2 * abs(log(slip.factor * one.deviation / deviation))
      <= abs(log(one.deviation / one.level / share))
  }

  private func isSpreadKnown(of one: CheckedData.Series) -> Bool {
    one.values.count >= 5 && one.summary.spread > 0 && spread > 0
  }
}

extension DataCheck {
  /// Stations whose maxima seem to be in another unit than those of the others.
  ///
  /// The levels of the stations are split at their widest gaps. The smaller group may be in another unit if the gap exceeds
  /// four times the spread of the levels of the larger one, and of its typical station (or, for a variable like rain, if
  /// that of the logarithms does), and a change of unit brings level and spread of each of its stations near those of the
  /// larger group. The finding is a warning if the change does not explain them: a mountain or a wet place may be far from all
  /// others. The remaining stations are checked again.
  ///
  /// - Complexity: O(*S* log *S*) for each group found.
  @Sendable static func units(_ data: CheckedData) -> [DataFinding] {
    var rest = data.series.sorted { $0.level < $1.level }
    var findings: [DataFinding] = []
    while let (few, many, slips) = split(rest) {
      let range = "\(rounded(many[0].level)) to \(rounded(many[many.count - 1].level))"
      let others =
        many.count == 1
        ? "that of the other \(rounded(many[0].level))" : "those of \(many.count) others \(range)"
      for (series, (slip, isExplained)) in zip(few, slips) {
        findings.append(
          DataFinding(
            .unit, severity: isExplained ? .doubt : .warning, station: series.id,
            file: data.maxima.file, line: series.entries[0].line,
            column: data.maxima.columnName(of: series.entries[0]),
            found: "the maxima of station \"\(series.id)\" are about \(rounded(series.level)), "
              + "\(others): they \(isExplained ? "seem to" : "may") be \(slip.name)",
            remedy: isExplained
              ? "convert them, which makes them about \(rounded(slip(series.level)))"
              : "see that they are in the unit of the others"))
      }
      rest = many
    }
    return findings
  }

  private typealias Explanation = (slip: UnitSlip, isExplained: Bool)

  private static func split(
    _ series: [CheckedData.Series]
  ) -> (few: [CheckedData.Series], many: [CheckedData.Series], slips: [Explanation])? {
    guard series.count > 1 else { return nil }
    for cut in cuts(series) where series[cut].level > series[cut - 1].level {
      let (below, above) = (Array(series[..<cut]), Array(series[cut...]))
      let (few, many) = below.count < above.count ? (below, above) : (above, below)
      guard let group = UnitGroup(many),
        group.isWide(from: series[cut - 1].level, to: series[cut].level)
      else { continue }
      let slips = few.compactMap { explanation(of: $0, among: group) }
      if slips.count == few.count { return (few, many, slips) }
    }
    return nil
  }

  /// The places of the widest gaps between levels, and between the logarithms of positive ones; only a few can be wide enough.
  private static func cuts(_ series: [CheckedData.Series]) -> [Int] {
    func widest(_ levels: [Double]) -> [Int] {
      let gaps = zip(levels.dropFirst(), levels).map(-)
      return Array(gaps.indices.sorted { gaps[$0] > gaps[$1] }.prefix(20)).map { $0 + 1 }
    }
    let levels = series.map(\.level)
    return widest(levels) + (levels[0] > 0 ? widest(levels.map(log)) : [])
  }

  /// The change of unit that brings a station nearest to the others, preferably one that explains it; nil if none does.
  private static func explanation(
    of one: CheckedData.Series, among group: UnitGroup
  ) -> Explanation? {
    let near = UnitSlip.all.compactMap { slip in
      group.distance(one, slip).map { (slip, $0, group.isExplained(one, by: slip)) }
    }
    let explained = near.filter(\.2)
    return (explained.isEmpty ? near : explained).min { $0.1 < $1.1 }.map { ($0.0, $0.2) }
  }
}
