import Preconditions

/// The record of the daily values that maxima were made of.
public struct DailyRecord: Sendable, Equatable, Codable {
  /// The block of the year, as `--block` names it.
  public var block: String
  /// The least share of the days of a block.
  public var coverage: Double
  /// The number of values.
  public var values: Int
  /// The number of values that were left out for their quality flag.
  public var rejected: Int
  /// The numbers of each station.
  public var stations: [Station]

  /// The numbers of one station.
  public struct Station: Sendable, Equatable, Codable {
    /// The identifier of the station.
    public var station: String
    /// The number of values, and of those left out for their quality flag.
    public var values, rejected: Int
  }

  init(_ records: DailyRecords, _ rule: BlockRule) {
    (block, coverage) = ("\(rule.block)", rule.coverage)
    stations = records.series.map {
      Station(station: $0.station, values: $0.values.count, rejected: $0.rejected)
    }
    values = stations.reduce(0) { $0 + $1.values }
    rejected = stations.reduce(0) { $0 + $1.rejected }
  }

  /// The line for printing.
  var summary: String {
    let left = rejected > 0 ? ", \(rejected) left out for their quality flag" : ""
    return "\(counted(values, "daily value"))\(left); blocks \(block) with values on at least "
      + "\((coverage * 1000).rounded() / 10) % of the days"
  }

  private enum CodingKeys: String, CodingKey { case block, coverage, values, rejected }

  /// Decodes what `run.json` holds; the numbers of stations are in `quality.csv`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    block = try container.decode(String.self, forKey: .block)
    coverage = try container.decode(Double.self, forKey: .coverage)
    values = try container.decode(Int.self, forKey: .values)
    rejected = try container.decode(Int.self, forKey: .rejected)
    stations = []
  }

  /// Encodes all but the numbers of stations.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(block, forKey: .block)
    try container.encode(coverage, forKey: .coverage)
    try container.encode(values, forKey: .values)
    try container.encode(rejected, forKey: .rejected)
  }
}
