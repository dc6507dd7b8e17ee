import Autodiff
import Foundation

/// The numbers from outside that golden tests compare with.
///
/// They lie in `Tests/Reference`, or where the environment variable `PPL_REFERENCE_DIR` points. A
/// golden test is enabled only if its file is there, and names it if not:
///
///     @Suite(.enabled(if: Reference.url("prng.json") != nil, "prng.json is not in …"))
public enum Reference {
  /// The folder that is searched.
  public static var folder: URL {
    if let path = ProcessInfo.processInfo.environment["PPL_REFERENCE_DIR"], !path.isEmpty {
      return URL(fileURLWithPath: path, isDirectory: true)
    }
    return keptFolder
  }

  private static let keptFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Reference", isDirectory: true)

  /// Where the file of this name is; nothing if it is missing.
  public static func url(_ name: String) -> URL? {
    let url = folder.appendingPathComponent(name)
    return FileManager.default.isReadableFile(atPath: url.path) ? url : nil
  }

  /// The content of a JSON file of `Tests/Reference`, wherever `PPL_REFERENCE_DIR` points: numbers of mathematics, that no
  /// other panel changes.
  public static func kept<Content: Decodable>(_ name: String, as: Content.Type) throws -> Content {
    let url = keptFolder.appendingPathComponent(name)
    return try JSONDecoder().decode(Content.self, from: Data(contentsOf: url))
  }

  /// The content of a JSON file.
  public static func json(_ name: String) throws -> JSONValue {
    guard let url = url(name) else { throw MissingReference(name: name, folder: folder.path) }
    return try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url))
  }
}

/// A file of reference numbers that is not there.
public struct MissingReference: Error, CustomStringConvertible {
  public let name, folder: String
  public var description: String { "\(name) is not in \(folder)." }
}

extension Tensor {
  /// The numbers of a nested JSON array, with its shape.
  public init(_ json: JSONValue) { self.init(json.doubles, shape: json.shape) }
}
