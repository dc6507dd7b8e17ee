import PPL
import Plugins
import Tables
import Testing

@testable import EightSchools

@Suite struct SchoolTableTests {
  @Test func theExampleIsRubins() throws {
    let table = try SchoolTable.example()
    #expect(table.schools == ["A", "B", "C", "D", "E", "F", "G", "H"])
    #expect(table.effects == [28, 8, -3, 7, -1, 1, 18, 12])
    #expect(table.errors == [15, 10, 16, 11, 9, 11, 10, 18])
  }

  @Test(arguments: [
    (
      "school,effect\nA,1\n",
      ": there is no column \"standard_error\"; add it to the header, "
        + "which has \"school\", \"effect\"."
    ),
    (
      "school,effect,standard_error\nA,1,2\n", ": there are 1 schools; give at least 2, a row each."
    ),
    (
      "school,effect,standard_error\nA,1,2\nA,2,2\n",
      ", line 3, column \"school\": "
        + "school \"A\" is on line 2 already; keep one of the two."
    ),
    (
      "school,effect,standard_error\nA,1,2\nB,2,0\n",
      ", line 3, column \"standard_error\": "
        + "0.0 is no standard error; give a positive number."
    ),
    (
      "school,effect,standard_error\nA,big,2\nB,2,1\n",
      ", line 2, column \"effect\": "
        + "\"big\" is not a number; give a decimal number with \".\", as in 12.5."
    ),
  ])
  func badTablesAreAnErrorWithPlaceAndRemedy(text: String, message: String) {
    let error = #expect(throws: DataError.self) {
      try SchoolTable(CSVTable(parsing: text, file: "schools.csv"))
    }
    #expect(error?.description == "schools.csv" + message)
  }
}

@Suite struct EightSchoolsModelTests {
  private let model = EightSchoolsModel()

  @Test func theEffectsDependOnMeanAndSpread() throws {
    let posterior = try model.problem(.parse([])).posterior
    #expect(
      try ModelGraph(posterior).edges.map { "\($0.from) -> \($0.to)" }
        == ["mu -> theta", "tau -> theta", "z -> theta", "theta -> y"])
  }

  @Test func aSpreadThatIsNotPositiveIsRefused() {
    let error = #expect(throws: (any Error).self) {
      try EightSchoolsModel.Options.parse(["--prior-spread", "-1"])
    }
    let message = error.map(EightSchoolsModel.Options.message(for:))
    #expect(message == "--prior-spread is -1.0, but must be positive.")
  }

  @Test func aFitReportsTheSitesAndLeavesItsFiles() throws {
    let report = try model.fit(["--steps", "300", "--draws", "50"])
    for row in ["mu ", "tau ", "theta[7] "] { #expect(report.table.contains("\n\(row)"), "\(row)") }
    #expect(!report.table.contains("\nz["))
    #expect(
      report.files.map(\.name)
        == [
          "run.json", "results.json", "losses.csv", "draws.csv", "posterior.nc", "checkpoint.json",
        ])
  }
}
