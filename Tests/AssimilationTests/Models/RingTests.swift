import Assimilation
import Testing

struct RingTests {
  @Test func distancesGoTheShortWayRound() {
    let ring = Ring(points: 10)
    #expect(ring.distance(1, 9) == 2 && ring.distance(9, 1) == 2 && ring.distance(0, 5) == 5)
    #expect(ring.distance(3, 3) == 0)
  }

  @Test func chordsCutTheCircle() {
    let ring = Ring(points: 6, metric: .chord(radius: 2))
    #expect(abs(ring.distance(0, 1) - 2) < 1e-15)
    #expect(abs(ring.distance(5, 2) - 4) < 1e-15)
  }
}
