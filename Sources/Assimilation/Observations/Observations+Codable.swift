extension Observations: Codable {
  private enum CodingKeys: String, CodingKey { case points, values, variances }

  /// The observations of a stored state.
  ///
  /// - Throws: What decoding throws; `AnalysisError` as `init(points:values:variances:)`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      points: container.decode([Int].self, forKey: .points),
      values: container.decode([Double].self, forKey: .values),
      variances: container.decode([Double].self, forKey: .variances))
  }

  /// Writes points, values and variances.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(points, forKey: .points)
    try container.encode(values, forKey: .values)
    try container.encode(variances, forKey: .variances)
  }
}
