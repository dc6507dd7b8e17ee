import PPL

/// The purposes of keys that models of extremes fold into the key of a fit; 1 is `FitContext.drawsKey`, 2 that of the backends.
enum ExtremesKeys: UInt32 {
  /// Draws of fields at the places of `ppl predict`.
  case places = 3
  /// The weights of years of `--dependence resample`.
  case resampledYears = 5
  /// Draws of the fields of `lognormal-fields`.
  case logNormalFields = 7
}

extension RandomKey {
  func foldIn(_ purpose: ExtremesKeys) -> RandomKey { foldIn(purpose.rawValue) }
}
