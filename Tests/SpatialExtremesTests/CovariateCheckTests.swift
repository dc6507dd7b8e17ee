import Testing

@testable import SpatialExtremes

/// The years whose covariate cannot be right.
struct CovariateCheckTests {
  /// A warming of 0.02 a year with changes of some hundredths, 1985 to 2018.
  private static let warming: [Int: Double] = {
    let changes = [0.03, -0.05, 0.06, -0.02, 0.04]
    var covariate: [Int: Double] = [:]
    for i in 0..<34 { covariate[1985 + i] = 0.3 + 0.02 * Double(i) + changes[i % 5] }
    return covariate
  }()

  private func years(_ covariate: [Int: Double]) -> [Int] {
    CheckedData.outlyingYears(covariate.keys.sorted(), covariate)
  }

  @Test func aRecordOfWarmingHasNone() { #expect(years(Self.warming) == []) }

  @Test(arguments: [2, 3, -0.62, 99.9], [1985, 1986, 2001, 2018])
  func aWrongValueOfOneYearIsFoundAnywhereInTheRecord(value: Double, year: Int) {
    var covariate = Self.warming
    covariate[year] = value
    #expect(years(covariate) == [year])
  }

  @Test func anIndicatorHasNone() {
    let indicator = Dictionary(
      uniqueKeysWithValues: (1985...2018).map { ($0, $0 < 2000 ? 0.0 : 1) })
    #expect(years(indicator) == [])
  }

  @Test func aStrongYearOfElNinoIsNone() {
    var covariate = Self.warming
    covariate[1998]? += 0.25
    #expect(years(covariate) == [])
  }
}
