import Foundation
import Testing

@testable import Tables

/// The message of the error that the closure throws, or "no error".
private func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}

/// The message of the error that a text gives, read as `t.csv`.
private func message(parsing text: String) -> String {
  message { _ = try CSVTable(parsing: text, file: "t.csv") }
}

private func cells(_ text: String) throws -> [[String]] {
  let table = try CSVTable(parsing: text, file: "t.csv")
  return table.rows.map { row in table.header.map { table.text(row, $0) } }
}

@Suite struct CSVTableTests {
  @Test func quotedCellsMayHoldCommasQuotesAndLineEnds() throws {
    #expect(
      try cells("a,b\n\"x, y\",\"say \"\"so\"\"\"\n\"two\nlines\",\"\"\n") == [
        ["x, y", "say \"so\""], ["two\nlines", ""],
      ])
  }

  @Test(arguments: [
    "a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4", "\u{FEFF}a,b\n1,2\n3,4",
  ])
  func lineEndsAndByteOrderMarkMakeNoDifference(text: String) throws {
    let table = try CSVTable(parsing: text, file: "t.csv")
    #expect(table.header.map(\.name) == ["a", "b"])
    #expect(try cells(text) == [["1", "2"], ["3", "4"]])
  }

  @Test func blankLinesAreSkippedAndLinesCountedAsInTheFile() throws {
    let table = try CSVTable(parsing: "\na,b\n\n\"1\n1\",2\n  \n3,4\n\n", file: "t.csv")
    #expect(table.rows.map(table.line(ofRow:)) == [4, 7])
  }

  @Test func aHeaderAloneIsATableWithoutRows() throws {
    #expect(try CSVTable(parsing: "a,b\n", file: "t.csv").rows.isEmpty)
  }

  @Test func columnsAreFoundByAnyNameAndTheSameCaseFirst() throws {
    let table = try CSVTable(parsing: "Year, LON ,year\n1,2,3\n", file: "t.csv")
    #expect(table.column("longitude", "lon")?.index == 1)
    #expect(table.column("year")?.index == 2)
    #expect(table.column("YEAR")?.index == 0)
    #expect(table.column("lat") == nil)
  }

  @Test func cellsAreReadByType() throws {
    let table = try CSVTable(parsing: "n,x,y\n1985, -1.5e-3 ,NA\n-2,4,\n", file: "t.csv")
    let (n, x, y) = (table.header[0], table.header[1], table.header[2])
    #expect(try table.int(0, n) == 1985 && table.int(1, n) == -2)
    #expect(try table.double(0, x) == -0.0015)
    #expect(try table.optionalDouble(0, y) == nil && table.optionalDouble(1, y) == nil)
    #expect(table.isMissing(0, y) && table.isMissing(1, y) && !table.isMissing(0, x))
  }
}

@Suite struct CSVTableErrorTests {
  @Test func aFileThatIsNotThereIsNamedWithItsFolder() {
    #expect(
      message { _ = try CSVTable(contentsOf: URL(filePath: "/nowhere/at/all/gmst.csv")) }
        == "/nowhere/at/all/gmst.csv: there is no such file; "
        + "put it there, or name the folder that has it.")
  }

  @Test func aFolderIsNotATable() {
    #expect(
      message { _ = try CSVTable(contentsOf: URL(filePath: "/usr/lib")) }
        == "/usr/lib: this is a folder; put a file in its place.")
  }

  /// `/proc/self/mem` is a file that nobody can read from its beginning, not even the superuser.
  @Test func aFileThatCannotBeReadIsNamed() {
    #expect(
      message { _ = try CSVTable(contentsOf: URL(filePath: "/proc/self/mem")) }
        == "/proc/self/mem: the file cannot be read; check its permissions.")
  }

  @Test(arguments: ["", "\n\n", "\u{FEFF}", "  \r\n"])
  func anEmptyFileIsRefused(text: String) {
    #expect(
      message(parsing: text)
        == "t.csv: the file is empty; it needs a header line with the names of the columns and a "
        + "line for each row.")
  }

  @Test(arguments: [[0x61, 0x0A, 0x62, 0x0A, 0xE9, 0x0A], [0x61, 0x0A, 0x62, 0x0A, 0x00]])
  func textThatIsNotUTF8IsPlaced(bytes: [UInt8]) {
    #expect(
      message { _ = try CSVTable(parsing: bytes, file: "t.csv") }
        == "t.csv, line 3: the text is not UTF-8; save the file as plain UTF-8 text.")
  }

  @Test func aRaggedRowIsPlaced() {
    #expect(
      message(parsing: "a,b\n1,2\n\n1,2,3\n")
        == "t.csv, line 4: the row has 3 cells, but the header has 2; "
        + "give every row one cell a column, and quote cells that hold a comma.")
  }

  @Test func twoColumnsOfOneNameAreRefused() {
    #expect(
      message(parsing: "a,b, a\n")
        == "t.csv, line 1: two columns are called \"a\"; give every column a name of its own.")
  }

  @Test(arguments: [("a;b\n1,5;2\n", "semicolons"), ("a\tb\n1\t2\n", "tabs")])
  func anotherSeparatorIsRecognised(text: String, separator: String) {
    #expect(
      message(parsing: text)
        == "t.csv, line 1: the columns seem to be separated by \(separator); "
        + "save the table with commas between the columns and \".\" in decimal numbers.")
  }

  @Test func quotingMistakesArePlaced() {
    #expect(
      message(parsing: "a,b\n1,\"2\n3,4\n")
        == "t.csv, line 2: a quote is opened and never closed; "
        + "close it, or write a quote that belongs to the text twice.")
    #expect(
      message(parsing: "a,b\n1,\"2\"x\n")
        == "t.csv, line 2: text follows the closing quote of a cell; "
        + "put the whole cell in quotes and write a quote inside it twice.")
    #expect(
      message(parsing: "a,b\n1,2\"\n")
        == "t.csv, line 2: a quote stands inside a cell that is not quoted; "
        + "put the whole cell in quotes and write the inner quote twice.")
  }

  @Test func aMissingColumnIsNamedBesideThoseThatAreThere() throws {
    let table = try CSVTable(parsing: "a,b\n", file: "t.csv")
    #expect(
      message { _ = try table.requireColumn("lon", "longitude") }
        == "t.csv: there is no column \"lon\" or \"longitude\"; "
        + "add it to the header, which has \"a\", \"b\".")
    let wide = try CSVTable(
      parsing: (1...10).map { "c\($0)" }.joined(separator: ","), file: "w.csv")
    #expect(message { _ = try wide.requireColumn("a") }.hasSuffix("\"c8\" and 2 more."))
  }

  @Test(arguments: ["3a.5", "1,5", "0x1p3", "1 2", "--1", "N/A"])
  func aCellThatIsNoNumberIsPlaced(cell: String) throws {
    let table = try CSVTable(parsing: "year,tmax\n1985,\"\(cell)\"\n", file: "t.csv")
    #expect(
      message { _ = try table.optionalDouble(0, table.header[1]) }
        == "t.csv, line 2, column \"tmax\": \"\(cell)\" is not a number; "
        + "give a decimal number with \".\" or leave the cell empty for a missing value.")
  }

  @Test(arguments: ["inf", "-Infinity", "1e999"])
  func aNumberThatIsNotFiniteIsRefused(cell: String) throws {
    let table = try CSVTable(parsing: "year,tmax\n1985,\(cell)\n", file: "t.csv")
    #expect(
      message { _ = try table.optionalDouble(0, table.header[1]) }
        == "t.csv, line 2, column \"tmax\": \"\(cell)\" is not a finite number; "
        + "give a decimal number, or leave the cell empty for a missing value.")
  }

  @Test func aMissingCellIsAnErrorWhereAValueIsNeeded() throws {
    let table = try CSVTable(parsing: "year,tmax\n,NA\n", file: "t.csv")
    #expect(
      message { _ = try table.double(0, table.header[1]) }
        == "t.csv, line 2, column \"tmax\": \"NA\" is a missing value; give a decimal number, as in "
        + "12.5.")
    #expect(
      message { _ = try table.int(0, table.header[0]) }
        == "t.csv, line 2, column \"year\": the cell is empty; give a whole number, as in 1985.")
  }

  @Test(arguments: ["3a.5", "inf"])
  func theRemedyOfANumberThatIsNeededIsNotToLeaveItOut(cell: String) throws {
    let table = try CSVTable(parsing: "lon\n\(cell)\n", file: "t.csv")
    let remedy =
      cell == "inf"
      ? "a finite number; give a decimal number" : "a number; give a decimal number with \".\""
    #expect(
      message { _ = try table.double(0, table.header[0]) }
        == "t.csv, line 2, column \"lon\": \"\(cell)\" is not \(remedy), as in 12.5.")
  }

  @Test(arguments: ["nan", "NaN", "NAN"])
  func aCellThatIsNotANumberInAnyCaseIsMissing(cell: String) throws {
    let table = try CSVTable(parsing: "year,tmax\n1985,\(cell)\n", file: "t.csv")
    #expect(try table.optionalDouble(0, table.header[1]) == nil)
    #expect(table.isMissing(0, table.header[1]))
    #expect(
      message { _ = try table.double(0, table.header[1]) }
        == "t.csv, line 2, column \"tmax\": \"\(cell)\" is a missing value; give a decimal number, "
        + "as in 12.5.")
  }

  @Test(arguments: ["1985.0", "MCMLXXXV", "NA"])
  func aCellThatIsNoIntegerIsPlaced(cell: String) throws {
    let table = try CSVTable(parsing: "year,tmax\n\(cell),1\n", file: "t.csv")
    #expect(
      message { _ = try table.int(0, table.header[0]) }
        == "t.csv, line 2, column \"year\": \"\(cell)\" is not an integer; "
        + "give a whole number, as in 1985.")
  }
}
