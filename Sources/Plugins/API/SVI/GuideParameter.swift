/// A parameter of an automatic guide, by its name: `mean_auto_loc` is the location of the site "mean".
struct GuideParameter: CustomStringConvertible {
  private let name: String

  init(_ name: String) { self.name = name }

  /// Whether it is a standard deviation, which must be positive.
  var isScale: Bool { name.hasSuffix("auto_scale") }

  /// The parameter in words: `the location of "mean"`; the name of one that no automatic guide has.
  var description: String {
    for (suffix, words) in Self.kinds where name.hasSuffix(suffix) {
      let site = name.dropLast(suffix.count)
      guard !site.isEmpty else { return "\(words) of the guide" }
      if site.last == "_" { return "\(words) of \"\(site.dropLast())\"" }
    }
    return "\"\(name)\""
  }

  private static let kinds = [
    ("auto_loc", "the location"), ("auto_unconstrained", "the location"),
    ("auto_scale", "the scale"), ("auto_scale_tril", "the scale matrix"),
    ("auto_cov_factor", "the covariance factor"),
  ]
}
