import ArgumentParser
import Tables

/// A point of a parameter sweep: one setting of the truth and of the ensemble.
protocol SweepPoint: Sendable, Equatable {
  /// The ensemble size N.
  var members: Int { get set }
  /// The name of the point in journals and tables.
  var label: String { get }

  /// The sweeps through points of this kind, in the order of the paper's figures.
  static var sweeps: [Sweep<Self>] { get }
  /// The columns of a table that identify points.
  static var columns: [String] { get }
  /// The cells of the point in those columns.
  var cells: [CSVWriter.Cell] { get }
}

/// A parameter sweep: the values of one parameter, with all others as at the base point.
struct Sweep<Point: SweepPoint>: Sendable {
  /// The value of `--sweep`.
  let name: String
  /// The label of the parameter on an axis and at the head of a column.
  let axis: String
  /// The number of the figure in the paper.
  let figure: Int
  /// The parameter of the sweep.
  let parameter: WritableKeyPath<Point, Double> & Sendable
  /// The values of the parameter, rising.
  let values: [Double]
  /// Whether the axis is logarithmic.
  var isLogarithmic = false

  /// The points of the sweep in order.
  func points(from departure: Point) -> [Point] {
    values.map { value in
      var point = departure
      point[keyPath: parameter] = value
      return point
    }
  }

  /// The value of the parameter at a point.
  func value(of point: Point) -> Double { point[keyPath: parameter] }
}

extension SweepPoint {
  /// The ensemble size as a parameter of sweeps.
  var ensembleSize: Double {
    get { Double(members) }
    set { members = Int(newValue) }
  }

  /// The sweep over the ensemble sizes of the paper.
  static func ensembleSizes(figure: Int) -> Sweep<Self> {
    Sweep(
      name: "ensemble-size", axis: "ensemble size", figure: figure, parameter: \.ensembleSize,
      values: [5, 10, 20, 40, 80], isLogarithmic: true)
  }

  /// The sweep of this name; nil if none is named.
  static func sweep(named name: String?) -> Sweep<Self>? { sweeps.first { $0.name == name } }

  /// Checks the value of `--sweep`.
  static func check(sweep name: String?) throws(ValidationError) {
    guard let name, sweep(named: name) == nil else { return }
    let names = sweeps.map(\.name)
    let list = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    throw ValidationError("--sweep is \(name), but must be \(list).")
  }
}
