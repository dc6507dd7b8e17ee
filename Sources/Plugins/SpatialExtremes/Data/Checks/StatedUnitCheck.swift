import Preconditions

extension DataCheck {
  /// Maxima of all stations that cannot be temperatures in kelvin, though the data or a flag state it: below 150 K.
  ///
  /// Differences of temperatures may be that small: the finding is a warning.
  static func kelvinOfAll(_ data: CheckedData, statedAs unit: String) -> [DataFinding] {
    let levels = data.series.map(\.level)
    guard ValueUnit(unit)?.symbol == "K", let low = levels.min(), let high = levels.max(),
      high < 150
    else { return [] }
    let range = low == high ? "about \(rounded(low))" : "from \(rounded(low)) to \(rounded(high))"
    return [
      DataFinding(
        .unit, severity: .warning, file: data.maxima.file,
        found: "the maxima of all stations are \(range): they seem not to be in kelvin, as stated",
        remedy: "state their unit, as in --unit C")
    ]
  }

  /// Maxima of all stations that seem to be temperatures in kelvin, though they are stated in °C.
  ///
  /// All levels must be from 200 to 340, and a typical station must vary by less than a twentieth of them: annual maxima of
  /// rain vary by a fifth of theirs or more. A fit has no fault of it, but its report has: the finding is a warning.
  static func unitOfAll(_ data: CheckedData, statedAs unit: String) -> [DataFinding] {
    let levels = data.series.map(\.level)
    guard unit == "°C", let low = levels.min(), let high = levels.max(), low >= 200, high <= 340,
      let spread = medianValue(data.series.map(\.summary.spread)), spread > 0, spread < 0.05 * low
    else { return [] }
    let range =
      low == high ? "about \(rounded(low))" : "from \(rounded(low)) to \(rounded(high))"
    return [
      DataFinding(
        .unit, severity: .warning, file: data.maxima.file,
        found: "the maxima of all stations are \(range): they seem to be in kelvin, not in °C",
        remedy: "convert them, or say --unit K to a model that has this flag")
    ]
  }
}
