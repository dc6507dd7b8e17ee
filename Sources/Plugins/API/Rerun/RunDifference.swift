import Foundation
import NetCDF
import Runs

/// The comparison of a file of a run with that of its repetition: equal, or where it differs first.
///
/// Times, dates and numbers of threads are not compared, since no digit of a result depends on them.
struct RunDifference: Equatable {
  /// The name of the file.
  let name: String
  /// The first difference, a sentence; nil for equal files.
  let difference: String?

  /// The comparison of a file that two folders hold.
  ///
  /// - Parameters:
  ///   - name: The name of the file.
  ///   - first: The folder of the run.
  ///   - second: The folder of its repetition.
  ///   - folder: The folder from which relative paths of the run are; absolute ones of the repetition are equal to them.
  init(_ name: String, in first: URL, and second: URL, pathsFrom folder: String? = nil) {
    self.name = name
    let paths = PathsOfRun(folder: folder)
    let a = try? Data(contentsOf: first.appending(path: name))
    let b = try? Data(contentsOf: second.appending(path: name))
    switch (a, b) {
    case (nil, nil): difference = nil
    case (nil, _): difference = "it is no longer in the folder of the run"
    case (_, nil): difference = "the repeated run has not written it"
    case (let a?, let b?):
      difference =
        a == b
        ? nil
        : name.hasSuffix(".nc")
          ? Self.difference(first.appending(path: name), second.appending(path: name), paths)
          : Self.difference(name, a, b, paths)
    }
  }

  private static func difference(
    _ name: String, _ a: Data, _ b: Data, _ paths: PathsOfRun
  ) -> String? {
    if name.hasSuffix(".json") {
      let decoder = JSONDecoder()
      guard let a = try? decoder.decode(RecordValue.self, from: a),
        let b = try? decoder.decode(RecordValue.self, from: b)
      else { return "it is no JSON" }
      return difference(a, b, at: "", paths)
    }
    let lines = [a, b].map { timeless(paths.relative(String(decoding: $0, as: UTF8.self))) }
    guard lines[0] != lines[1] else { return nil }
    let count = min(lines[0].count, lines[1].count)
    let place = (0..<count).first { lines[0][$0] != lines[1][$0] } ?? count
    func line(_ lines: [Substring]) -> String {
      place < lines.count ? "\"\(lines[place].prefix(60))\"" : "its end"
    }
    return "line \(place + 1) was \(line(lines[0])) and is \(line(lines[1]))"
  }

  /// The keys of JSON that tell how long a run took, when and by which program, or what the checksums of its parts are.
  private static let timeKeys: Set = [
    "seconds", "date", "threads", "program", "inputs", "sha256", "started", "created_at",
  ]

  /// The first difference of two values; nil if there is none but in times.
  private static func difference(
    _ a: RecordValue, _ b: RecordValue, at path: String, _ paths: PathsOfRun
  ) -> String? {
    switch (a, b) {
    case (.object(let first), .object(let second)):
      for key in Set(first.keys).union(second.keys).sorted() where !timeKeys.contains(key) {
        let place = path.isEmpty ? key : "\(path).\(key)"
        guard let x = first[key] else { return "\(place) is new" }
        guard let y = second[key] else { return "\(place) is missing" }
        if let found = difference(x, y, at: place, paths) { return found }
      }
      return nil
    case (.list(let first), .list(let second)):
      guard first.count == second.count else {
        return "\(path) had \(first.count) elements and has \(second.count)"
      }
      for (index, pair) in zip(first, second).enumerated() {
        if let found = difference(pair.0, pair.1, at: "\(path)[\(index)]", paths) { return found }
      }
      return nil
    case (.text(let first), .text(let second))
    where paths.relative(first) == paths.relative(second):
      return nil
    default:
      return a == b ? nil : "\(path) was \(text(a)) and is \(text(b))"
    }
  }

  private static func text(_ value: RecordValue) -> String {
    if case .number(let number) = value { return "\(number)" }
    return value.plainText ?? "of another kind"
  }

  /// The first difference of two NetCDF files; nil if there is none but in times.
  private static func difference(
    _ first: URL, _ second: URL, _ paths: PathsOfRun
  ) -> String? {
    do {
      let (a, b) = (
        try NetCDFFile(reading: first.path), try NetCDFFile(reading: second.path)
      )
      let names = a.variables.map(\.name)
      guard names == b.variables.map(\.name) else { return "it has other variables" }
      for (x, y) in zip(a.variables, b.variables) {
        guard x == y else { return "\(x.name) has other dimensions or attributes" }
        if x.storage.isNumeric {
          let (old, new) = (try a.numbers(x.name), try b.numbers(x.name))
          if let place = old.indices.first(where: { old[$0].bitPattern != new[$0].bitPattern }) {
            return "\(x.name), number \(place), was \(old[place]) and is \(new[place])"
          }
        } else if try a.texts(x.name) != b.texts(x.name) {
          return "\(x.name) has other texts"
        }
      }
      for (path, own) in [("", a.attributes)] + a.groupAttributes.sorted(by: { $0.key < $1.key }) {
        let other = path.isEmpty ? b.attributes : b.groupAttributes[path] ?? [:]
        for name in Set(own.names + other.names).sorted() where !timeAttributes.contains(name) {
          if paths.relative(own[name]) != paths.relative(other[name]) {
            return "attribute \(name) is another"
          }
        }
      }
      return nil
    } catch {
      return "it cannot be read: \(error)"
    }
  }

  private static let timeAttributes: Set = [
    "created_at", "sampling_time", "inference_library_version",
  ]

  /// The lines of a text with times, rates and dates replaced.
  private static func timeless(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      // Lines of numbers have none of these, and are the most.
      guard
        line.contains(" s") || line.contains(" a second") || line.contains("T")
          || line.contains("wall time") || line.contains("threads")
      else { return line }
      return line.replacing(/[0-9.e+-]+( s\b| a second)/, with: "0 s")
        .replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z/, with: "date")
        .replacing(/(wall time, s|threads)<\/th><td[^>]*>[0-9.]+/, with: "0")[...]
    }
  }
}

/// The paths in the files of a run, relative to the folder where its command was typed.
private struct PathsOfRun {
  /// The folder with a slash at its end, as it is written in text and in HTML; none where it is not known.
  private let prefixes: [String]

  init(folder: String?) {
    let prefix = folder.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? ""
    prefixes = prefix.count < 2 ? [] : [prefix, HTMLText.escaped(prefix)]
  }

  func relative(_ text: String) -> String {
    prefixes.reduce(text) { $0.replacing($1, with: "") }
  }

  func relative(_ value: NetCDFAttributes.Value?) -> NetCDFAttributes.Value? {
    if case .text(let text) = value { return .text(relative(text)) }
    return value
  }
}
