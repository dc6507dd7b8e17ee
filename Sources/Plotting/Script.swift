/// A gnuplot script, line by line.
struct Script {
  private(set) var text: String

  /// A script for a drawing of this size in pixels.
  init(width: Int, height: Int) {
    // Without `noenhanced`, underscores and braces in names would be markup.
    text = """
      set terminal svg size \(width),\(height) noenhanced font 'sans-serif,14' background rgb 'white'
      set encoding utf8
      set tics nomirror out
      set format '%g'
      set border lc rgb '#444444'

      """
  }

  mutating func add(_ lines: String...) { add(lines) }

  mutating func add(_ lines: [String]) {
    for line in lines { text += line + "\n" }
  }

  /// Adds a named block of data, a line for each row; an empty row is an empty line, which breaks lines and polygons.
  mutating func add(data name: String, rows: [[Double]]) {
    add("$\(name) << EOD")
    for row in rows { add(row.map { $0.isNaN ? "NaN" : "\($0)" }.joined(separator: " ")) }
    add("EOD")
  }

  /// The title part of `set multiplot`; empty without a title, because an empty title would take up space.
  static func title(_ text: String) -> String { text.isEmpty ? "" : " title \(quoted(text))" }

  /// Text quoted for gnuplot: in single quotes nothing is expanded or substituted. Line ends and characters that
  /// XML does not allow become spaces.
  static func quoted(_ text: String) -> String {
    let characters = text.unicodeScalars.map { scalar -> Character in
      switch scalar.value {
      case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029, 0xfffe, 0xffff: " "
      default: Character(scalar)
      }
    }
    return "'" + characters.reduce(into: "") { $0 += $1 == "'" ? "''" : String($1) } + "'"
  }
}
