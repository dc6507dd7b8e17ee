import Testing

@testable import LSEF

struct ScoreTableTests {
  @Test func columnsStandUnderEachOtherAndWhatIsMissingIsADash() {
    var table = ScoreTable("filter", "RMSE", "score")
    table.append("KF", 3.25, 0)
    table.append("a longer name", -12.5, nil)
    #expect(
      "\(table)" == """
        filter           RMSE      score
        KF             3.2500     0.0000
        a longer name   -12.5000          -
        """)
  }

  @Test func numbersTooLongForTheirColumnAreKeptApart() {
    var table = ScoreTable("filter", "RMSE", "score")
    table.append("KF", 1_234_567.25, 12_345_678)
    #expect("\(table)".hasSuffix("KF         1234567.2500 12345678.0000"))
  }
}
