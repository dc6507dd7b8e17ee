import Tables

extension DataCheck {
  /// A unit of a flag that contradicts the one that the data state.
  static func contradictedUnit(
    _ data: CheckedData, stated flag: String?, inFile unit: String?
  ) -> [DataFinding] {
    guard let flag = flag.flatMap({ ValueUnit($0) })?.symbol,
      let unit = unit.flatMap({ ValueUnit($0) })?.symbol, flag != unit
    else { return [] }
    return [
      DataFinding(
        .unit, severity: .warning, file: data.maxima.file,
        found: "--unit says \(flag), but the data state \(unit)",
        remedy: "leave out --unit, or convert the values with --convert-to \(flag)")
    ]
  }

  /// Values of years that the attribute `cell_methods` states to be of another kind than the extremes that are fitted.
  ///
  /// - Parameter method: The last method over time, such as "mean"; nil where the data state none.
  static func otherMethod(
    _ data: CheckedData, stated method: String?, minima: Bool
  ) -> [DataFinding] {
    let (fitted, plural) = minima ? ("minimum", "minima") : ("maximum", "maxima")
    let known = [
      "minimum", "maximum", "mean", "median", "sum", "mid_range", "range", "standard_deviation",
      "variance", "mode",
    ]
    guard let method, known.contains(method), method != fitted else { return [] }
    let flag =
      switch (method, minima) {
      case ("minimum", false): ", or fit them with --minima"
      case ("maximum", true): ", or leave out --minima"
      default: ""
      }
    return [
      DataFinding(
        .cellMethods, file: data.maxima.file,
        found: "the values of years are fitted as \(plural), but their cell_methods say "
          + "\"time: \(method)\"",
        remedy: "give \(plural) of years" + flag)
    ]
  }
}
