import Foundation
import SpatialExtremes

/// A data folder that was sound until one to three things happened to it, all decided by a seed.
struct Mutant {
  /// The bytes of each file by name; a file that is gone has none.
  var files: [String: [UInt8]]
  /// Where the folder lies below the one for the run.
  var path = "data"
  /// A file in whose place there is a folder.
  var folderInPlaceOf: String?
  /// What happened, for messages.
  private(set) var story: [String] = []
  /// Further flags of the command.
  private(set) var flags: [String] = []

  static let names = ["stations.csv", "gmst.csv", "maxima.csv"]

  init(seed: UInt64) {
    var generator = MutantGenerator(seed: seed)
    files = Self.sound(layout: generator.below(3))
    for _ in 0...generator.below(3) { mutate(&generator) }
    // Half of them get past the checks, so that the fit itself meets the data.
    if generator.isHeads() {
      flags = DataCheck.allowable.flatMap { ["--allow", $0.rawValue] }
    }
    chooseFlags(&generator)
  }

  /// Four stations, seven years, one maximum missing, in one of the three layouts.
  private static func sound(layout: Int) -> [String: [UInt8]] {
    let stations = ["0016A", "0076", "3195", "\"X, y\""]
    let maxima = (0..<4).map { station in
      (0..<7).map { "\(36 + station).\((station * 5 + $0 * 3) % 10)" }
    }
    let years = Array(2013...2019)
    var table: String
    switch layout {
    case 0:
      table = "year," + stations.joined(separator: ",") + "\n"
      for (j, year) in years.enumerated() {
        table += "\(year)," + maxima.map { $0[j] }.joined(separator: ",") + "\n"
      }
    case 1:
      table = "station," + years.map { "\($0)" }.joined(separator: ",") + "\n"
      for (i, station) in stations.enumerated() {
        table += "\(station)," + maxima[i].joined(separator: ",") + "\n"
      }
    default:
      table = "station,year,tmax,complete\n"
      for (i, station) in stations.enumerated() {
        for (j, year) in years.enumerated() { table += "\(station),\(year),\(maxima[i][j]),1\n" }
      }
    }
    let places = [
      "1.18,41.15,71,Reus", "2.07,41.29,4,", "-3.68,40.41,667,\"Madrid, Retiro\"",
      "0.5,40.8,,Tortosa",
    ]
    let rows = zip(stations, places).map { "\($0),\($1)\n" }.joined()
    let gmst = years.map { "\($0),0.\(80 + ($0 * 7) % 19)\n" }.joined()
    return [
      "stations.csv": Array(("station,lon,lat,elevation_m,name\n" + rows).utf8),
      "gmst.csv": Array(("year,gmst\n" + gmst).utf8), "maxima.csv": Array(table.utf8),
    ]
  }

  private mutating func mutate(_ generator: inout MutantGenerator) {
    let name = generator.pick(Self.names)
    switch generator.below(12) {
    case 0, 1: changeBytes(name, &generator)
    case 2, 3, 4, 5: changeCell(name, &generator)
    case 6, 7: changeRows(name, &generator)
    case 8, 9: changeColumns(name, &generator)
    case 10: scaleNumbers(name, &generator)
    default: changeFile(name, &generator)
    }
  }

  fileprivate mutating func tell(_ name: String, _ what: String) {
    story.append("\(name): \(what)")
  }
}

// MARK: - What can happen

extension Mutant {
  /// Three in eight are read with a flag that may leave too little of them.
  private mutating func chooseFlags(_ generator: inout MutantGenerator) {
    let (year, column) = (
      2009 + generator.below(14), generator.pick(["gmst", "year", "gsmt", "", "0x10", "é"])
    )
    switch generator.below(8) {
    case 0: flags += ["--first-year", "\(year)"]
    case 1: flags += ["--last-year", "\(year)"]
    case 2: flags += ["--gmst-column", column]
    default: return
    }
    story.append(flags.suffix(2).joined(separator: " "))
  }

  private mutating func changeBytes(_ name: String, _ generator: inout MutantGenerator) {
    guard var bytes = files[name], !bytes.isEmpty else { return }
    let place = generator.below(bytes.count)
    switch generator.below(5) {
    case 0:
      bytes[place] ^= 1 << UInt8(generator.below(8))
      tell(name, "a bit of byte \(place) flipped")
    case 1:
      bytes.remove(at: place)
      tell(name, "byte \(place) lost")
    case 2:
      bytes.insert(UInt8(generator.below(256)), at: place)
      tell(name, "a byte put in at \(place)")
    case 3:
      bytes = Array(bytes.prefix(place))
      tell(name, "cut off after \(place) bytes")
    default:
      let end = min(bytes.count, place + 1 + generator.below(40))
      bytes.insert(contentsOf: bytes[place..<end], at: generator.below(bytes.count))
      tell(name, "bytes \(place) to \(end) repeated elsewhere")
    }
    files[name] = bytes
  }

  private static let cells = [
    "", "NA", "nan", "-inf", "1e308", "-1e308", "1e-320", "1e400", "0x1p4", "9223372036854775807",
    "-9223372036854775808", "99999999999999999999", "３８", "38,1", "\"38", "\"3\"\"8\"", "--5",
    "+38.1",
    " 38.1 ", "1985-07-01", "448", "-99.9", "0", "-0.0", "\u{1F321}", "e\u{301}", "\u{0}",
    String(repeating: "7", count: 400), "38.1°C", "\u{FEFF}", "1", "-1", "2013", "year", "station",
    "0016A", "38;1", "\t", "TRUE", "38.100000000000000000001", "1e5", "1e-5",
  ]

  private mutating func changeCell(_ name: String, _ generator: inout MutantGenerator) {
    var table = rows(name)
    let row = generator.below(table.count)
    guard table.indices.contains(row), !table[row].isEmpty else { return }
    let column = generator.below(table[row].count)
    let old = table[row][column]
    var new = generator.pick(Self.cells)
    if let number = Double(old), generator.isHeads() {
      new =
        "\(generator.pick([-number, 10 * number, number / 10, 1.8 * number + 32, number + 273.15]))"
    }
    table[row][column] = new
    tell(name, "\"\(old)\" in line \(row + 1) became \"\(new.prefix(40))\"")
    set(name, table)
  }

  private mutating func changeRows(_ name: String, _ generator: inout MutantGenerator) {
    var table = rows(name)
    let (row, other) = (generator.below(table.count), generator.below(table.count))
    guard !table.isEmpty else { return }
    switch generator.below(6) {
    case 0: table.remove(at: row)
    case 1: table.insert(table[row], at: other)
    case 2: table.swapAt(row, other)
    case 3: table.insert([], at: row)
    case 4: table[row].append("")
    default: table.removeLast(table.count - row)
    }
    tell(name, "rows changed about line \(row + 1)")
    set(name, table)
  }

  private mutating func changeColumns(_ name: String, _ generator: inout MutantGenerator) {
    var table = rows(name)
    guard let width = table.first?.count, width > 0 else { return }
    let (column, other) = (generator.below(width), generator.below(width))
    let what = generator.below(5)
    for row in table.indices where table[row].count == width {
      switch what {
      case 0: table[row].remove(at: column)
      case 1: table[row].insert(table[row][column], at: other)
      case 2: table[row].swapAt(column, other)
      case 3: if row == 0 { table[0][column] = "column" }
      default: if row > 0 { table[row][column] = table[row][other] }
      }
    }
    tell(name, "column \(column + 1) changed in way \(what)")
    set(name, table)
  }

  /// As a station, or a whole table, in another unit.
  private mutating func scaleNumbers(_ name: String, _ generator: inout MutantGenerator) {
    var table = rows(name)
    let (column, isWhole) = (generator.below(table.first?.count ?? 0), generator.below(4) == 0)
    let (factor, offset) = generator.pick([
      (10.0, 0.0), (1.8, 32), (1, 273.15), (-1, 0), (0, 40), (1e6, 0),
    ])
    for row in table.indices.dropFirst() {
      for index in table[row].indices where isWhole || index == column {
        if let number = Double(table[row][index]) {
          table[row][index] = "\(factor * number + offset)"
        }
      }
    }
    tell(name, "numbers times \(factor) plus \(offset)")
    set(name, table)
  }

  private mutating func changeFile(_ name: String, _ generator: inout MutantGenerator) {
    let other = generator.pick(Self.names)
    let text = String(decoding: files[name] ?? [], as: UTF8.self)
    let what = generator.below(11)
    switch what {
    case 0: files[name] = []
    case 1: files[name] = nil
    case 2: (files[name], files[other]) = (files[other], files[name])
    case 3: files[name] = (files[name] ?? []) + (files[other] ?? [])
    case 4: files[name] = Array(text.replacing("\n", with: "\r\n").utf8)
    case 5: files[name] = Array(text.replacing("\n", with: "\r").utf8)
    case 6: files[name] = [0xEF, 0xBB, 0xBF] + (files[name] ?? [])
    case 7: files[name] = text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    case 8: while files[name]?.last == 10 { files[name]?.removeLast() }
    case 9: path = "données \u{1F321}/" + String(repeating: "deep/", count: 40) + "data"
    default: folderInPlaceOf = name
    }
    tell(name, "file changed in way \(what)")
  }

  private func rows(_ name: String) -> [[String]] {
    String(decoding: files[name] ?? [], as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  private mutating func set(_ name: String, _ rows: [[String]]) {
    files[name] = Array(
      (rows.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n").utf8)
  }
}
