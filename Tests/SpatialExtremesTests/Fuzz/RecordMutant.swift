import Foundation
import NetCDF
import Tables

@testable import SpatialExtremes

/// A file of records in some format, damaged by what a seed decides.
struct RecordMutant {
  /// The name of the damaged file, its bytes, and the other files of the folder.
  let name: String
  private(set) var bytes: [UInt8]
  let others: [String: String]
  /// What happened, for messages.
  private(set) var story: [String] = []

  init(seed: UInt64, netCDF: [(name: String, bytes: [UInt8])]) {
    var generator = MutantGenerator(seed: seed)
    let stations = "station,lon,lat\nA1,1.5,41\n230,-3.5,40.5\n"
    switch generator.below(6) {
    case 0: (name, bytes, others) = ("A1.csv", Array(Self.daily.utf8), ["stations.csv": stations])
    case 1: (name, bytes, others) = ("A1.dly", Array(Self.dly.utf8), ["stations.csv": stations])
    case 2:
      (name, bytes, others) = (
        "TX_STAID000230.txt", Array(Self.eca.utf8), ["stations.csv": stations]
      )
    default:
      let file = generator.pick(netCDF)
      (name, bytes, others) = (file.name, file.bytes, [:])
    }
    for _ in 0...generator.below(4) { mutate(&generator) }
  }

  private mutating func mutate(_ generator: inout MutantGenerator) {
    guard !bytes.isEmpty else { return }
    // Half of the places are in the first part, where the headers are.
    let place = generator.below(generator.isHeads() ? bytes.count : min(bytes.count, 2000))
    switch generator.below(9) {
    case 0, 1:
      bytes[place] ^= 1 << UInt8(generator.below(8))
      story.append("a bit of byte \(place) flipped")
    case 2, 3:
      bytes[place] = UInt8(generator.below(256))
      story.append("byte \(place) replaced")
    case 4:
      let value = UInt8(generator.pick([0, 127, 255]))
      for index in place..<min(place + 4, bytes.count) { bytes[index] = value }
      story.append("bytes \(place) to \(place + 3) set to \(value)")
    case 5:
      bytes.remove(at: place)
      story.append("byte \(place) lost")
    case 6:
      bytes = Array(bytes.prefix(generator.isHeads() ? place : generator.below(bytes.count + 1)))
      story.append("cut off after \(bytes.count) bytes")
    case 7:
      let other = generator.below(bytes.count)
      let count = min(8, bytes.count - max(place, other))
      for offset in 0..<count { bytes.swapAt(place + offset, other + offset) }
      story.append("bytes at \(place) and \(other) swapped")
    default: swapFields(&generator)
    }
  }

  /// Swaps two fields of a line, or in a file without lines two bytes.
  private mutating func swapFields(_ generator: inout MutantGenerator) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      bytes.swapAt(0, generator.below(bytes.count))
      story.append("the first byte swapped")
      return
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let line = generator.below(lines.count)
    var cells = lines[line].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    cells.swapAt(generator.below(cells.count), generator.below(cells.count))
    lines[line] = cells.joined(separator: ",")
    bytes = Array(lines.joined(separator: "\n").utf8)
    story.append("fields of line \(line + 1) swapped")
  }

  /// What is wrong with what is read; nil where it is an error that is told, or data that a model can use.
  func problem(in folder: URL) throws -> String? {
    for (name, text) in others { try Data(text.utf8).write(to: folder.appending(path: name)) }
    try Data(bytes).write(to: folder.appending(path: name))
    var options = ReadingOptions(
      requirements: DataRequirements(minimumStations: 1, minimumYears: 2, covariates: []))
    options.coverage = 0.5
    do {
      let data = try StationMaxima(paths: [folder.path], options: options)
      let values = data.maxima.compactMap(\.self)
      guard data.maxima.count == data.stations.count * data.years.count, !values.isEmpty,
        values.allSatisfy(\.isFinite),
        data.stations.allSatisfy({ $0.longitude.isFinite && $0.latitude.isFinite })
      else { return "the data are not those of a model" }
      return nil
    } catch {
      let text = "\(error)"
      return text.hasSuffix(".") && text.contains("; ") ? nil : "the error is no sentence: \(text)"
    }
  }
}

// MARK: - Sound files

extension RecordMutant {
  private static let dates = RecordFolder.days(2000...2002) { _, month, day in
    "\(15 + month).\(day % 10)"
  }

  private static let daily = "date,tmax_c\n" + dates.map { "\($0.date),\($0.value)\n" }.joined()

  private static let eca: String = {
    let rows = dates.map { date -> String in
      let (day, value) = (date.date.replacing("-", with: ""), date.value.replacing(".", with: ""))
      return "   230,100001,\(day),  \(value),    0\n"
    }
    return "STAID, SOUID,    DATE,   TX, Q_TX\n" + rows.joined()
  }()

  private static let dly = (0..<36).map { index -> String in
    let values = String(repeating: "  211  S", count: 28) + String(repeating: "-9999   ", count: 3)
    return String(format: "A1         %04d%02dTMAX", 2000 + index / 12, index % 12 + 1) + values
      + "\n"
  }.joined()

  /// A NetCDF-4 file of two stations and six years.
  static func netCDF4() throws -> [UInt8] {
    var content = NetCDFContent(attributes: ["Conventions": "CF-1.8"])
    content.addDimension("station", 2)
    content.addDimension("time", 6)
    content.addVariable("station_id", dimensions: ["station"], texts: ["A1", "B2"])
    content.addVariable(
      "lon", dimensions: ["station"], numbers: [1, 2], attributes: ["units": "degrees_east"])
    content.addVariable(
      "lat", dimensions: ["station"], numbers: [40, 41], attributes: ["units": "degrees_north"])
    content.addVariable(
      "time", dimensions: ["time"], numbers: (0..<6).map { 365.25 * Double($0) + 180 },
      attributes: ["units": "days since 2001-01-01"])
    content.addVariable(
      "tx", dimensions: ["station", "time"], numbers: (0..<12).map(Double.init), storage: .int16,
      attributes: ["units": "degC", "scale_factor": 0.1])
    let place = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).nc")
    defer { try? FileManager.default.removeItem(at: place) }
    try content.write(to: place.path)
    return try [UInt8](Data(contentsOf: place))
  }
}
