import Plotting
import Plugins
import Runs
import Tables

/// The report of a comparison of schemes with the optimum, at one point or along a sweep.
protocol ComparisonReport {
  associatedtype Scores: PointScores
  /// The numbers of the setup in JSON.
  associatedtype Setup: Encodable & Sendable

  var seed: UInt64 { get }
  /// The scores at each finished point, in order; there is at least one.
  var scores: [Scores] { get }
  /// The sweep; nil for a single point.
  var sweep: Sweep<Scores.Point>? { get }
  /// The point given by the options, the base point of a sweep.
  var namedPoint: Scores.Point { get }
  var setup: Setup { get }
  /// The title of the sweep's figure.
  var title: String { get }
  /// The first lines of the printed report.
  var heading: String { get }
  /// Whether the run has an output folder.
  var wantsFiles: Bool { get }

  /// The meaning of a score of zero, a sentence.
  var zero: String { get }
  /// The plural of what is repeated at a point, such as "replicates".
  var nameOfReplicates: String { get }
  /// A remark for captions, such as that of a small design, after a space; empty if there is none.
  var mark: String { get }
  /// The titles and captions of the figures except for that of the sweep.
  var captions: [FigureCaption] { get }

  /// The number of replicates at a point.
  func replicates(_ scores: Scores) -> Int
  /// The printed table of one point.
  func table(_ scores: Scores) -> String
  /// The files of the report except `run.json`.
  func figuresAndTables() throws -> [OutputFile]
}

extension ComparisonReport {
  /// The index of the base point among the scores, if it is finished; otherwise that of the first point.
  var departure: Int { scores.firstIndex { $0.point == namedPoint } ?? 0 }

  var report: RunReport {
    get throws {
      let numbers = ComparisonNumbers(
        seed: seed, setup: setup, departure: scores[departure].numbers,
        sweep: sweep.map { sweep in
          .init(
            parameter: sweep.name,
            points: scores.map { .init(value: sweep.value(of: $0.point), numbers: $0.numbers) })
        })
      let files = wantsFiles ? try figuresAndTables() : []
      return RunReport(
        table: ([heading] + scores.map(table)).joined(separator: "\n\n"), numbers: numbers,
        files: wantsFiles
          ? files + [captionsFile(of: files)].compactMap(\.self)
            + [OutputFile(RunFileName.run, json: numbers)] : [])
    }
  }

  /// The figure of the sweep with its numbers: the scores of all schemes; none if there is no sweep or no score.
  func sweepFigure() throws(PlottingError) -> [OutputFile] {
    guard let sweep else { return [] }
    let curves = Scores.Scheme.compared.map { scheme in
      let own = scores.map { $0[scheme] }
      return ScoreCurve(
        scheme: scheme.rawValue, score: own.map { $0?.score }, low: own.map { $0?.low },
        high: own.map { $0?.high }, place: scheme.appearance.place)
    }
    guard curves.contains(where: { $0.score.contains { $0 != nil } }) else { return [] }
    return try scoreFigure(
      title: title, xLabel: sweep.axis, xs: scores.map { sweep.value(of: $0.point) },
      curves: curves, logX: sweep.isLogarithmic
    ).files(named: "figure\(sweep.figure)")
  }

  /// Comma-separated text, with the columns that identify points before the others.
  func pointTable(
    _ columns: [String], _ rows: (Scores) throws -> [[CSVWriter.Cell]]
  ) rethrows -> String {
    var csv = CSVWriter(header: Scores.Point.columns + columns)
    for scores in scores {
      for row in try rows(scores) { csv.append(scores.point.cells + row) }
    }
    return csv.text
  }
}

/// The numbers of a comparison in JSON: the setup, the base point, and each point of the sweep.
private struct ComparisonNumbers<Setup: Encodable & Sendable, Point: Encodable & Sendable>:
  Encodable, Sendable
{
  /// The parameter of a sweep, with its points.
  struct Sweep: Encodable, Sendable {
    let parameter: String
    let points: [SweepPoint]
  }
  /// A point of a sweep: the value of the parameter and its numbers.
  struct SweepPoint: Encodable, Sendable {
    let value: Double
    let numbers: Point

    private enum CodingKeys: CodingKey { case value }
    func encode(to encoder: any Encoder) throws {
      try numbers.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(value, forKey: .value)
    }
  }

  let seed: UInt64
  let setup: Setup
  let departure: Point
  let sweep: Sweep?

  private enum CodingKeys: CodingKey { case seed, sweep }
  func encode(to encoder: any Encoder) throws {
    try setup.encode(to: encoder)
    try departure.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seed, forKey: .seed)
    try container.encodeIfPresent(sweep, forKey: .sweep)
  }
}
