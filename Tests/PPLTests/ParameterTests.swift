import PPL
import Testing

@Suite struct ParameterTests {
  @Test func aBadScalarIsNamedWithItsValue() {
    let violation = Gaussian(0, -0.2).parameterViolation
    #expect(violation?.description == "Gaussian deviation is -0.2, but must be positive")
  }

  @Test func aBadElementIsNamedWithItsIndex() {
    let violation = Gaussian(0, Tensor([1, 2, 3, -0.2])).parameterViolation
    #expect(violation?.description == "Gaussian deviation[3] is -0.2, but must be positive")
    let matrix = Gaussian(0, Tensor(rows: [[1, 2], [0, 1]])).parameterViolation
    #expect(matrix?.description == "Gaussian deviation[1, 0] is 0.0, but must be positive")
  }

  @Test func aMissingNumberIsRefused() {
    let violation = Gaussian(Tensor(Double.nan), 1).parameterViolation
    #expect(violation?.description == "Gaussian center is nan, but must be a finite number")
  }

  @Test func goodParametersPass() {
    #expect(Gaussian(Tensor([1, 2]), 3).parameterViolation == nil)
  }

  @Test func wrappersNameTheDistributionInside() {
    let wrapped = Gaussian(0, -1).expanded(to: [3]).toEvent(1)
    #expect(
      wrapped.parameterViolation?.description == "Gaussian deviation is -1.0, but must be positive")
  }

  @Test func aConstraintOnAWholeEventNamesTheEventAndWhatItFound() {
    let offender = Support.simplex.offender(in: Tensor(rows: [[0.5, 0.5], [0.5, 0.75]]))
    #expect(offender == Offender(index: [1], value: nil))
    #expect(offender?.description == "[1] sums to 1.25")
  }

  @Test func maskedElementsAreNotChecked() {
    let value = Tensor([1, .nan, 3])
    #expect(Support.positive.offender(in: value)?.index == [1])
    #expect(Support.positive.offender(in: value, mask: Tensor([1, 0, 1])) == nil)
  }

  @Test func boundsOfABatchGiveTheIndexOfTheBatch() {
    let support = Support.greaterThan(Tensor([0, 5]))
    let offender = support.offender(in: 3)
    #expect(offender == Offender(index: [1], value: 3))
  }

  @Test func recordedParametersAreNotRead() {
    let gradient = PPL.gradient(
      of: { deviation in
        #expect(Gaussian(0, deviation).parameterViolation == nil)
        return deviation
      }, at: -1)
    #expect(gradient.scalar == 1)
  }
}
