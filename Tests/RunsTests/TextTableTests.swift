import Runs
import Testing

struct TextTableTests {
  @Test func columnsAreAlignedAndAsWideAsTheySay() {
    var table = TextTable([.leading(6), .trailing(8), .trailing(8)])
    table.append(["", "mean", "sd"])
    table.append(["mu", "4.5800", "3.2900"])
    #expect(table.lines == ["          mean      sd", "mu      4.5800  3.2900"])
  }

  /// A name or a number that is longer than its column is neither cut off nor run together with its neighbour.
  @Test func aLongCellMovesTheRestOfItsRow() {
    var table = TextTable([.leading(2), .trailing(4), .trailing(4)])
    table.append(["lengthscale", "1", "2"])
    table.append(["b", "-12345.6", "2"])
    #expect(table.lines == ["lengthscale   1   2", "b  -12345.6   2"])
  }

  @Test func columnsWithoutAWidthHaveAGapBetweenThem() {
    var table = TextTable([.leading(), .leading()], gap: 2)
    table.append(["site", "kind"])
    table.append(["alpha", "latent"])
    table.append(["mu"])
    #expect(table.description == "site   kind\nalpha  latent\nmu")
  }

  @Test func aLineOfTextIsInNoColumn() {
    var table = TextTable([.leading(), .trailing()])
    table.append(line: "a heading that is longer than the columns")
    table.append(["a", "1"])
    table.append(["b", "-12"])
    #expect(table.lines == ["a heading that is longer than the columns", "a   1", "b -12"])
  }
}
