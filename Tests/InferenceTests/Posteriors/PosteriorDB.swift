import Foundation
import PPL
import PosteriorModels
import TestSupport

/// The development half of posteriordb: data, log densities at given points, and moments by long runs.
///
/// It is third-party data and lies in `data/posteriordb` of the folder `shared` beside the package; `MODELS.md` there
/// states the models in words.
enum PosteriorDB {
  static var shared: URL {
    // Posteriors, InferenceTests, Tests, the package, and out of it.
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<5 { url.deleteLastPathComponent() }
    return url.appendingPathComponent("shared/data", isDirectory: true)
  }
  static var folder: URL { shared.appendingPathComponent("posteriordb", isDirectory: true) }
  static var isThere: Bool {
    FileManager.default.isReadableFile(atPath: folder.appendingPathComponent("reference.csv").path)
  }
  static var reason: String { "posteriordb is not in \(folder.path); skipped" }

  static func data(_ name: String) throws -> PosteriorModel.Columns {
    let file = folder.appendingPathComponent("data/\(name).json")
    let json = try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: file))
    return PosteriorModel.Columns { name in json[name].map { Tensor($0) } }
  }

  /// What long runs say of a parameter.
  struct Moments {
    let mean, deviation: Double
    /// The standard error of `mean`.
    let error: Double
  }

  struct Unreadable: Error { let what: String }

  /// By the names of `MODELS.md`, whose indices start at 1: `theta[1]`.
  static func moments(_ posterior: String) throws -> [String: Moments] {
    let rows = try lines("reference.csv").map { $0.split(separator: ",") }
    let own = rows.filter { $0[0] == posterior }
    return try Dictionary(
      uniqueKeysWithValues: own.map { row in
        guard let mean = Double(row[2]), let sd = Double(row[3]), let error = Double(row[4]) else {
          throw Unreadable(what: "reference.csv: \(row)")
        }
        return (String(row[1]), Moments(mean: mean, deviation: sd, error: error))
      })
  }

  /// Probabilities with the quantiles of a parameter.
  static func quantiles(
    _ posterior: String, _ parameter: String
  ) throws -> [(probability: Double, quantile: Double)] {
    for line in try lines("reference.csv") where line.hasPrefix("\(posterior),\(parameter),") {
      let numbers = line.split(separator: ",").suffix(6).compactMap { Double($0) }
      return Array(zip([0.05, 0.25, 0.5, 0.75, 0.95], numbers))
    }
    throw Unreadable(what: "reference.csv: \(posterior), \(parameter)")
  }

  /// A point on the supports, and log p(parameters, data) there.
  static func check(
    _ posterior: String
  ) throws -> (point: [String: Tensor], logJoint: Double) {
    for line in try lines("log_joint_check.csv") where line.hasPrefix("\(posterior),") {
      // The middle field is quoted, its quotes doubled.
      guard let first = line.firstIndex(of: ","), let last = line.lastIndex(of: ","),
        let logJoint = Double(line[line.index(after: last)...])
      else { continue }
      let quoted = line[line.index(first, offsetBy: 2)..<line.index(before: last)]
      let text = quoted.replacingOccurrences(of: "\"\"", with: "\"")
      let json = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
      let point = json.members.map { ($0.name, Tensor($0.value)) }
      return (Dictionary(uniqueKeysWithValues: point), logJoint)
    }
    throw Unreadable(what: "log_joint_check.csv: \(posterior)")
  }

  private static func lines(_ file: String) throws -> [String] {
    let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    return text.split(whereSeparator: \.isNewline).map(String.init)
  }
}

extension PosteriorModel {
  /// The model conditioned on its data.
  func model() throws -> Model<Void> { conditioned(on: try PosteriorDB.data(dataset)) }
}
