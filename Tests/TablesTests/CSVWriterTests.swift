import Foundation
import Tables
import Testing

@Suite struct CSVWriterTests {
  @Test func rowsAreWrittenUnderTheHeader() {
    var csv = CSVWriter(header: ["station", "year", "tmax"])
    csv.append(["0016A", 1985, 34.2])
    csv.append([.text("0076"), .integer(1986), .missing])
    #expect(csv.text == "station,year,tmax\n0016A,1985,34.2\n0076,1986,\n")
  }

  @Test(arguments: ["a,b", "say \"so\"", "two\nlines", "plain", "carriage\rreturn", "Coruña 37°"])
  func textReadsBackTheSame(text: String) throws {
    var csv = CSVWriter(header: ["name", "n"])
    csv.append([.text(text), 1])
    let table = try CSVTable(parsing: csv.text, file: "t.csv")
    #expect(table.text(0, table.header[0]) == text)
  }

  @Test(arguments: [
    0.1, 0.1 + 0.2, -1.0 / 3, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e22, 36,
  ])
  func numbersReadBackToTheSameBits(value: Double) throws {
    var csv = CSVWriter(header: ["x"])
    csv.append([.number(value)])
    let table = try CSVTable(parsing: csv.text, file: "t.csv")
    #expect(try table.double(0, table.header[0]).bitPattern == value.bitPattern)
  }

  @Test func numbersHaveNoMoreDigitsThanTheyNeed() {
    var csv = CSVWriter(header: ["x", "y"])
    csv.append([0.1, .number(1.0 / 3)])
    #expect(csv.text == "x,y\n0.1,0.3333333333333333\n")
  }

  @Test func numbersThatAreNotFiniteAreWrittenAsSuch() {
    var csv = CSVWriter(header: ["x", "y", "z"])
    csv.append([.number(.infinity), .number(-.infinity), .number(.nan)])
    #expect(csv.text == "x,y,z\ninf,-inf,nan\n")
  }

  @Test func aRowOfAnotherWidthIsAMistakeInTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var csv = CSVWriter(header: ["x", "y"])
      csv.append([1])
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("CSVWriter: a row of 1 cells under a header of 2"))
  }
}
