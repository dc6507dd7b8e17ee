/// What is measured beside errors and spreads, each at some cost.
public struct TwinMeasures: OptionSet, Sendable, Codable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The rank of the truth among the members of the forecast.
  public static let ranks = TwinMeasures(rawValue: 1)
  /// The chi-square of innovations: a Cholesky factor of as many rows as observations.
  public static let innovations = TwinMeasures(rawValue: 2)
  /// The continuous ranked probability score of forecast and analysis: a sort of the members at each point.
  public static let scores = TwinMeasures(rawValue: 4)
  /// All of them.
  public static let all: TwinMeasures = [.ranks, .innovations, .scores]
}
