extension Collection<String> {
  /// The site that is computed from a site of coordinates, `f` of `f_u` or `f_decentered`; nil for a site that is none.
  ///
  /// - Parameter name: The name of a site.
  package func siteComputed(from name: String) -> String? {
    ["_u", "_decentered"].lazy.filter(name.hasSuffix).map { String(name.dropLast($0.count)) }
      .first(where: contains)
  }
}
