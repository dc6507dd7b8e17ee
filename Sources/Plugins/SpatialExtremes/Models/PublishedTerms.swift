// The terms that the published models share, with their sites, units and widths of priors.

extension VaryingCoefficient {
  /// The location in the mean climate: `mu0` with deviation 5, by default about the mean of the maxima, and `mu(s)`.
  public static func location(
    _ mu0: Prior, _ data: StationTensors, _ field: SpatialField, showsRange: Bool = false
  ) -> VaryingCoefficient {
    VaryingCoefficient(
      constant: Coefficient("mu0", mu0.number ?? data.meanMaximum, 5, unit: "°C"), field: field,
      map: ReportedSite("mu_field", as: "mu", unit: "°C", .location, showsRange: showsRange),
      mapHasConstant: false, quantity: .location)
  }

  /// The rate of warming at each place: `beta0` with deviation 0.5, and a field.
  public static func rate(_ beta0: Prior, _ field: SpatialField) -> VaryingCoefficient {
    VaryingCoefficient(
      of: Covariates.gmst, constant: Coefficient("beta0", beta0, 0.5, unit: "°C/°C"), field: field,
      map: ReportedSite("beta_field", as: "beta", unit: "°C/°C", .rate, showsRange: true),
      quantity: .rate)
  }

  /// One scale for all places: `log_sigma` with deviation 0.4.
  public static func scale(_ sigma: Prior) -> VaryingCoefficient {
    VaryingCoefficient(
      constant: Coefficient("log_sigma", sigma.log, 0.4),
      exponential: ReportedSite("sigma", unit: "°C", .scale))
  }

  /// One shape for all places: `xi` with deviation 0.1.
  public static func shape(_ xi: Prior) -> VaryingCoefficient {
    VaryingCoefficient(constant: Coefficient("xi", xi, 0.1), quantity: .shape)
  }
}
