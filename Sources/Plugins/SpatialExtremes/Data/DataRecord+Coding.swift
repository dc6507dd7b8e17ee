extension DataRecord: Codable {
  private enum CodingKeys: String, CodingKey {
    case used, missing, dropped, sources, findings, daily
    case covariateColumn = "covariate_column"
    case valueColumn = "value_column"
    case droppedCounts = "dropped_counts"
  }

  /// The most records left out that `run.json` lists; of more it has the numbers by reason, and `dropped.csv` the rows.
  static let mostListed = 20

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    used = try values.decode(Int.self, forKey: .used)
    missing = try values.decode(Int.self, forKey: .missing)
    dropped = try values.decodeIfPresent([Dropped].self, forKey: .dropped) ?? []
    covariateColumn = try values.decode(String.self, forKey: .covariateColumn)
    valueColumn = try values.decodeIfPresent(String.self, forKey: .valueColumn)
    sources = try values.decode([Source].self, forKey: .sources)
    daily = try values.decodeIfPresent(DailyRecord.self, forKey: .daily)
    findings = try values.decode([DataFinding].self, forKey: .findings)
  }

  /// Encodes what `run.json` holds.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(used, forKey: .used)
    try values.encode(missing, forKey: .missing)
    if dropped.count <= Self.mostListed {
      try values.encode(dropped, forKey: .dropped)
    } else {
      let counts = Dictionary(grouping: dropped, by: \.reason.rawValue).mapValues(\.count)
      try values.encode(counts, forKey: .droppedCounts)
    }
    try values.encode(covariateColumn, forKey: .covariateColumn)
    try values.encodeIfPresent(valueColumn, forKey: .valueColumn)
    try values.encode(sources, forKey: .sources)
    try values.encodeIfPresent(daily, forKey: .daily)
    try values.encode(findings, forKey: .findings)
  }
}
