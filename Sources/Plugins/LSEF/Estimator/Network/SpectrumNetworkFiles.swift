import Foundation
import Inference
import LinearAlgebra
import Runs
import Tables

/// The files of a spectrum network: `weights.json`, its description and provenance, and a file of numbers for each
/// parameter.
///
/// The numbers are 64-bit IEEE 754, little-endian, row by row. `weights.json` has a checksum of each file of numbers
/// and one of its own content.
public struct SpectrumNetworkFiles: Sendable {
  /// The schema of `weights.json`; files of another schema are refused.
  public static let schema = "lsef-spectrum/3"
  /// The schema of networks that are not amplitude-free, which have nothing else than those of version 0.2.
  static let schemaWithAmplitude = "lsef-spectrum/2"
  /// The schema of version 0.1.0, without a checksum of `weights.json`, which can be read too.
  static let schemaWithoutChecksum = "lsef-spectrum/1"
  /// The schemas that can be read.
  static var schemas: [String] { [schema, schemaWithAmplitude, schemaWithoutChecksum] }
  /// The name of the file that describes a network.
  public static let name = "weights.json"

  /// The provenance of a network.
  public struct Provenance: Sendable, Equatable, Codable {
    /// The program that trained it, with its version.
    public var program: String
    /// The seed of the training.
    public var seed: UInt64
    /// The training data in words: the truth, the ensemble size, the number of replicates.
    public var sample: String
    /// The number of pairs of band variances and spectra.
    public var pairs: Int
    /// The losses and learning rates of the epochs.
    public var epochs: [EpochRecord]
    /// The stated error of the network; nil for one without.
    public var calibration: SpectrumCalibration?

    /// A provenance with these parts.
    public init(
      program: String, seed: UInt64, sample: String, pairs: Int, epochs: [EpochRecord],
      calibration: SpectrumCalibration? = nil
    ) {
      (self.program, self.seed, self.sample) = (program, seed, sample)
      (self.pairs, self.epochs, self.calibration) = (pairs, epochs, calibration)
    }
  }

  /// The content of `weights.json`.
  struct Content: Codable, Sendable {
    var schema: String
    var model: String
    var architecture: SpectrumArchitecture
    var parameters: [Blob]
    var provenance: Provenance
    /// The SHA-256 of all other keys, as JSON.
    var sha256: String?

    /// The digest that `sha256` must equal.
    func digest() throws -> String {
      var rest = self
      rest.sha256 = nil
      return try Runs.sha256(
        of: Array(SpectrumNetworkFiles.encoder.encode(rest)), of: SpectrumNetworkFiles.name)
    }
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// The description of one file of numbers.
  struct Blob: Codable, Sendable, Equatable {
    var name: String
    var shape: [Int]
    var file: String
    var sha256: String
  }

  /// Writes a network to a folder, `weights.json` last.
  ///
  /// - Throws: `OutputError` when a file cannot be made.
  public static func write(
    _ network: SpectrumNetwork, provenance: Provenance, to folder: URL
  ) throws {
    try RunFolder(creating: folder).write(files(network, provenance: provenance))
  }

  /// The files of a network, to be written in this order with the others of a run.
  public static func files(
    _ network: SpectrumNetwork, provenance: Provenance
  ) -> [OutputFile] {
    let parameters = network.architecture.parameters
    let numbers = zip(parameters, network.scalars).map { parameter, scalars in
      OutputFile(file(parameter.name)) { try bytes(of: scalars).write(to: $0) }
    }
    let description = OutputFile(name) { url in
      // The files of numbers have been written to this folder already.
      let folder = url.deletingLastPathComponent()
      var content = Content(
        schema: network.architecture.isAmplitudeFree || provenance.calibration != nil
          ? schema : schemaWithAmplitude,
        model: SpectrumModel.name, architecture: network.architecture,
        parameters: try parameters.map { parameter in
          let file = file(parameter.name)
          return Blob(
            name: parameter.name, shape: parameter.shape, file: file,
            sha256: try sha256(of: folder.appending(path: file)))
        }, provenance: provenance)
      content.sha256 = try content.digest()
      try encoder.encode(content).write(to: url)
    }
    return numbers + [description]
  }

  private static func file(_ parameter: String) -> String { "\(parameter).f64" }

  /// Reads a network from a folder.
  ///
  /// - Throws: `DataError` when a file is missing or unreadable, `weights.json` is of another schema or does not
  ///   describe a network, a checksum does not agree, or a number is not finite.
  public static func read(
    from folder: URL
  ) throws(DataError) -> (network: SpectrumNetwork, provenance: Provenance) {
    try read(from: folder.relativePath) { name in
      (try? Data(contentsOf: folder.appending(path: name))).map { [UInt8]($0) }
    }
  }

  /// Reads a network from the contents of its files, such as those embedded in a program.
  ///
  /// - Parameters:
  ///   - place: The name of the folder in messages.
  ///   - bytes: The bytes of the file of a name; nil if there is none.
  /// - Throws: As `read(from:)`.
  public static func read(
    from place: String, _ bytes: @escaping (_ name: String) -> [UInt8]?
  ) throws(DataError) -> (network: SpectrumNetwork, provenance: Provenance) {
    let folder = Folder(place: place, bytes: bytes)
    let content = try folder.content()
    let architecture = content.architecture
    try check(architecture, folder)
    let expected = architecture.parameters
    guard content.parameters.map(\.name) == expected.map(\.name),
      content.parameters.map(\.shape) == expected.map(\.shape)
    else {
      throw DataError(
        file: folder.path(name), found: "the parameters are not those of the architecture",
        remedy: "train the network again")
    }
    var scalars: [[Double]] = []
    for blob in content.parameters { scalars.append(try folder.numbers(blob)) }
    guard content.schema == schemaWithoutChecksum || content.sha256 == (try? content.digest())
    else {
      throw DataError(
        file: folder.path(name), found: "the checksum does not match the content",
        remedy: "the file has changed since it was written; copy it again or train again")
    }
    let layers = (0..<architecture.layerCount).map { layer in
      SpectrumNetwork.Layer(
        weights: Matrix(
          rows: expected[2 * layer].shape[0], columns: expected[2 * layer].shape[1],
          scalars[2 * layer]), biases: scalars[2 * layer + 1])
    }
    return (SpectrumNetwork(architecture, layers: layers), content.provenance)
  }

  private static func check(
    _ architecture: SpectrumArchitecture, _ folder: Folder
  ) throws(DataError) {
    // A million units are more than any such network has, and their products do not overflow.
    let isSound =
      architecture.widths.allSatisfy { (1...1_000_000).contains($0) }
      && architecture.divisors.allSatisfy { $0 > 0 && $0.isFinite }
    if !isSound {
      throw DataError(
        file: folder.path(name), found: "a width or a divisor is not positive, or too large",
        remedy: "train the network again")
    }
  }

  private static func bytes(of scalars: [Double]) -> Data {
    Data(
      scalars.flatMap { scalar in
        (0..<8).map { UInt8(truncatingIfNeeded: scalar.bitPattern >> UInt64(8 * $0)) }
      })
  }
}

/// The place of the files of a network.
private struct Folder {
  let place: String
  let bytes: (_ name: String) -> [UInt8]?

  func path(_ name: String) -> String { "\(place)/\(name)" }

  func data(_ name: String) throws(DataError) -> [UInt8] {
    guard let data = bytes(name) else {
      throw DataError(
        file: path(name), found: "the file cannot be read",
        remedy: "name the folder that a training has written")
    }
    return data
  }

  func content() throws(DataError) -> SpectrumNetworkFiles.Content {
    let name = SpectrumNetworkFiles.name
    let data = Data(try data(name))
    struct Head: Decodable { var schema: String }
    let schema = SpectrumNetworkFiles.schema
    if let head = try? JSONDecoder().decode(Head.self, from: data),
      !SpectrumNetworkFiles.schemas.contains(head.schema)
    {
      throw DataError(
        file: path(name), found: "the schema is \"\(head.schema)\"",
        remedy: "this program reads \"\(schema)\"; train the network again")
    }
    do {
      return try JSONDecoder().decode(SpectrumNetworkFiles.Content.self, from: data)
    } catch {
      throw DataError(
        file: path(name), found: "this is not the description of a network",
        remedy: "name the folder that a training has written")
    }
  }

  func numbers(_ blob: SpectrumNetworkFiles.Blob) throws(DataError) -> [Double] {
    let data = blob.file.contains("/") ? [] : try data(blob.file)
    guard try sha256(of: data, of: path(blob.file)) == blob.sha256 else {
      throw DataError(
        file: path(blob.file), found: "the checksum is not the one in \(SpectrumNetworkFiles.name)",
        remedy: "the file has changed since it was written; copy it again or train again")
    }
    let count = blob.shape.reduce(1, *)
    guard data.count == 8 * count else {
      throw DataError(
        file: path(blob.file), found: "\(data.count) bytes for \(count) numbers",
        remedy: "copy the file again or train again")
    }
    let numbers = (0..<count).map { k in
      Double(
        bitPattern: (0..<8).reduce(0) { $0 | UInt64(data[8 * k + $1]) << UInt64(8 * $1) })
    }
    guard numbers.allSatisfy(\.isFinite) else {
      throw DataError(
        file: path(blob.file), found: "a number is not finite", remedy: "train the network again")
    }
    return numbers
  }
}
