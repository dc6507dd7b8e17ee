/// A covariate of time by which a coefficient is multiplied: the covariate itself or a polynomial of it; the constant if nil.
struct TimeFactor: Hashable {
  /// The name of the covariate; nil for the constant.
  var covariate: String?
  /// The degree of the orthonormal polynomial; nil for the covariate itself.
  var degree: Int?

  /// The name in sites: `gmst`, or `gmst_2` for a polynomial; nil for the constant.
  var name: String? { covariate.map { name in degree.map { "\(name)_\($0)" } ?? name } }
}

/// The names of the sites of a parameter's coefficient of a covariate of time.
struct SiteNames {
  private(set) var constant: String
  let field, kernel, map, title, smooth: String
  /// The name of the parameter in sites: `mu`, `sigma`, `xi`.
  let base: String
  /// The site of the exponential of the constant of a logarithm.
  let exponential: String
  private let prefix: String

  /// The names for a parameter and a factor.
  ///
  /// - Parameters:
  ///   - parameter: The parameter of the distribution.
  ///   - time: The name of the covariate or polynomial; nil for the constant.
  ///   - isDispersion: Whether the scale is that relative to the location.
  init(_ parameter: GEVParameter, _ time: String?, isDispersion: Bool = false) {
    exponential = isDispersion ? "dispersion" : "sigma"
    base =
      switch parameter {
      case .location: "mu"
      case .logScale: exponential
      case .shape: "xi"
      }
    switch (parameter, time) {
    case (.location, nil):
      (constant, field, kernel, prefix) = ("mu0", "mu_s", "k_mu", "mu")
    case (.location, Covariates.gmst):
      (constant, field, kernel, prefix) = ("beta0", "beta_tilde", "k_beta", "beta")
    case (.logScale, nil):
      (constant, field, kernel, prefix) = (
        "log_\(base)", isDispersion ? "dispersion_s" : "sig_r",
        isDispersion ? "k_dispersion" : "k_sig", base
      )
    case (.shape, nil): (constant, field, kernel, prefix) = ("xi", "xi_r", "k_xi", "xi")
    case (_, let time?):
      let name = "\(base)_\(time)"
      (constant, field, kernel, prefix) = (name, "\(name)_s", "k_\(name)", name)
    }
    (title, map, smooth) = (prefix, "\(prefix)_field", "gp_\(base)_\(time ?? "")")
  }

  /// The names of the values for each station.
  var ofStations: SiteNames {
    var names = self
    names.constant = "\(constant)_station"
    return names
  }

  func slope(_ place: String) -> String { "\(prefix)_\(place)" }
}
