import PPL

extension Context {
  /// Adds a deterministic site in the unit of the record for a value in standard units.
  ///
  /// - Parameters:
  ///   - site: The name of the site.
  ///   - value: The value in standard units; in the unit of the record without `units`.
  ///   - units: The units of the term; nil for those of the record.
  ///   - isConstant: Whether the value contains the constant of the parameter.
  /// - Returns: The value in standard units.
  mutating func report(
    _ site: String, _ value: Tensor, in units: TermUnits?, isConstant: Bool = false
  ) -> Tensor {
    guard let units else { return deterministic(site, value) }
    _ = deterministic(
      site, StandardUnits.reported(units.recorded(value, isConstant: isConstant)))
    return value
  }

  /// Samples a variance with a log-normal prior: the site in the unit of the record is computed from `<site>_decentered` in
  /// standard units, where the term has a unit.
  ///
  /// - Returns: The variance in standard units.
  mutating func variance(
    _ site: String, _ median: Double, deviation: Double, in units: TermUnits?
  ) -> Tensor {
    guard let units, units.hasUnit else {
      return scale(site, Prior(median, .lengthscale), deviation: Tensor(deviation))
    }
    return scale(
      site, units.standard(variance: median), deviation: deviation,
      unit: units.factor * units.factor)
  }

  /// Samples a standard deviation with a log-normal prior, as a variance.
  ///
  /// - Returns: The standard deviation in standard units.
  mutating func deviation(_ prior: SitePrior, in units: TermUnits?) -> Tensor {
    guard let units, units.hasUnit else { return prior.sampleScale(&self) }
    return scale(
      prior.site, units.standard(deviation: prior.centre), deviation: prior.deviation ?? 0.5,
      unit: units.factor)
  }

  /// Samples `<site>_decentered` in standard units, of which the site is a multiple.
  private mutating func scale(
    _ site: String, _ median: Double, deviation: Double, unit: Double
  ) -> Tensor {
    let value = scale(
      "\(site)_decentered", Prior(median, .lengthscale), deviation: Tensor(deviation))
    _ = deterministic(site, StandardUnits.reported(Tensor(unit) * value))
    return value
  }
}
