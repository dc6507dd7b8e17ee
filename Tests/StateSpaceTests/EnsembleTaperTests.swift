import Assimilation
import PPL
import TestSupport
import Testing

@testable import StateSpace

struct EnsembleTaperTests {
  @Test func theTensorTaperIsTheTaperOfAnalyses() {
    let distances = (0...60).map { Double($0) / 20 }
    let found = gaspariCohn(Tensor(distances))
    // Other orders of the same terms, which cancel to 0 near 2.
    expectClose(
      found.scalars, distances.map(Taper.gaspariCohn(1).callAsFunction), relative: 1e-12,
      absolute: 1e-14)
  }

  @Test func itsGradientByTheLengthIsThatOfDifferences() {
    let distances = Tensor([0, 0.4, 0.9, 1.3, 1.9, 2.5, 7], shape: [7, 1])
    // 0.9 and 1.3 lie on the two sides of the branch, 1.9 and 2.5 on those of the end.
    expectGradient(
      of: { x in EnsembleTaper(distances: distances, length: x[0]).correlations() }, at: [1.1])
  }

  @Test func theGradientIsContinuousWhereBranchesMeet() {
    func slope(_ z: Double) -> Double {
      valueWithGradient(of: { x in gaspariCohn(x[0]).sum() }, at: [Tensor(z)]).1[0].scalar
    }
    for knot in [1.0, 2.0] {
      // The second derivative is at most 10/3.
      #expect(abs(slope(knot) - slope(knot + 1e-9)) < 1e-8)
      #expect(abs(slope(knot) - slope(knot - 1e-9)) < 1e-8)
    }
    #expect(slope(0) == 0)
  }

  private let message = """
    the taper gaspariCohn(18.2) of distances along a ring of 40 points is not a covariance, with the eigenvalue -0.469
    """

  @Test func aFilterInsideAModelRefusesALengthThatWraps() {
    let ring = Ring(points: 40)
    let space = EnsembleStateSpace(members: RandomKey(1).normal([5, 40])) { x, _, _ in x }
    let time = TimedObservations(step: 1, [1], points: [0], variance: 1)
    let model = Model<Void> { p in
      p.filtered(
        "x", space, observing: [time],
        updatedBy: EnsembleUpdate(localization: EnsembleTaper(ring, length: 18.2)),
        key: RandomKey(2))
    }
    let error = #expect(throws: ModelError.self) { try model.trace() }
    #expect(
      error?.description.hasPrefix("site \"x\": " + message) == true, "\(String(describing: error))"
    )
  }
}
