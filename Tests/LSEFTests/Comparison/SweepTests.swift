import ArgumentParser
import Testing

@testable import LSEF

@Suite struct SweepTests {
  @Test func aSweepVariesItsParameterAloneAndHasTheDefaultAmongItsPoints() {
    expectSweeps(from: StaticPoint())
    expectSweeps(from: CyclePoint(regime: 2, members: 10))
  }

  private func expectSweeps<Point: SweepPoint>(from departure: Point) {
    for sweep in Point.sweeps {
      let points = sweep.points(from: departure)
      #expect(points.map(sweep.value) == sweep.values && sweep.values == sweep.values.sorted())
      #expect(points.contains(departure), "\(sweep.name)")
      for other in Point.sweeps where other.name != sweep.name {
        #expect(points.allSatisfy { other.value(of: $0) == other.value(of: departure) })
      }
      #expect(Set(points.map(\.label)).count == points.count)
      #expect(points.allSatisfy { $0.cells.count == Point.columns.count })
    }
  }

  @Test func figuresHaveTheNumbersOfThePaper() {
    #expect(StaticPoint.sweeps.map(\.figure) == [2, 3, 4])
    #expect(CyclePoint.sweeps.map(\.figure) == [5, 6])
  }

  @Test func sweepsAreFoundByTheirNames() throws {
    #expect(StaticPoint.sweep(named: "length")?.axis == "length of non-stationarity")
    #expect(StaticPoint.sweep(named: nil)?.name == nil)
    #expect(CyclePoint.sweep(named: "length")?.name == nil)
    try CyclePoint.check(sweep: nil)
    try CyclePoint.check(sweep: "regime")
    #expect(throws: ValidationError.self) { try CyclePoint.check(sweep: "strength") }
  }
}
