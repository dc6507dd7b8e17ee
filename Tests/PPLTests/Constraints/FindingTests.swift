import Distributions
import PPL
import Testing

/// What a message says of a vector or matrix that breaks its constraint: the index, and what is there.
struct FindingTests {
  struct Row: Sendable {
    let support: Support
    let value: Tensor
    let words: String
  }

  @Test(arguments: [
    Row(support: .simplex, value: Tensor([0.5, 0.25]), words: " sums to 0.75"),
    Row(support: .simplex, value: Tensor(rows: [[1, 0], [1.5, -0.5]]), words: "[1, 1] is -0.5"),
    Row(support: .simplex, value: Tensor(rows: [[1, 0], [.nan, 1]]), words: "[1, 0] is nan"),
    Row(support: .orderedVector, value: Tensor([1, 3, 2]), words: "[2] is 2.0 after 3.0"),
    Row(support: .positiveOrderedVector, value: Tensor([0, 3]), words: "[0] is 0.0"),
    Row(support: .l1Ball, value: Tensor([1, -0.5]), words: " has the absolute sum 1.5"),
    Row(support: .zeroSum(), value: Tensor([1, -0.5]), words: " sums to 0.5"),
    Row(
      support: .zeroSum(2), value: Tensor(rows: [[1, -1], [1, -1]]),
      words: " sums to 2.0 along its axis 0"),
    Row(support: .sphere, value: Tensor([3, 4]), words: " has length 5.0"),
    Row(support: .complex, value: Tensor([1, 2, 3]), words: " has 3 numbers in its last axis"),
    Row(
      support: .positiveDefiniteCirculant, value: Tensor([1, 0.5, 0.25]),
      words: "[1] is 0.5 where [2] is 0.25"),
    Row(
      support: .lowerCholesky, value: Tensor(rows: [[1, 2], [0, 1]]),
      words: "[0, 1] is 2.0 above the diagonal"),
    Row(
      support: .lowerCholesky, value: Tensor(rows: [[1, 0], [0, -1]]), words: "[1, 1] is -1.0"),
    Row(
      support: .correlationCholesky, value: Tensor(rows: [[1, 0], [3, 4]]),
      words: "[1] has length 5.0"),
    Row(
      support: .positiveDefinite, value: Tensor(rows: [[1, 2], [2, 1]]),
      words: " has the eigenvalue -1.0"),
    Row(
      support: .positiveDefinite, value: Tensor(rows: [[1, 0.5], [0.25, 1]]),
      words: "[1, 0] is 0.25 where [0, 1] is 0.5"),
    Row(
      support: .correlationMatrix, value: Tensor(rows: [[1, 0], [0, 2]]), words: "[1, 1] is 2.0"),
    Row(support: .multinomial(3), value: Tensor([1, 1]), words: " sums to 2"),
    Row(support: .multinomial(3), value: Tensor([1.5, 1.5]), words: "[0] is 1.5"),
    Row(
      support: .independent(.positive, 1), value: Tensor(rows: [[1, 1], [1, -2]]),
      words: "[1, 1] is -2.0"),
    Row(
      support: .independent(.simplex, 1), value: Tensor(rows: [[1, 0], [0.5, 0]]),
      words: "[1] sums to 0.5"),
  ])
  func namesTheIndexAndWhatIsThere(_ row: Row) {
    #expect(row.support.offender(in: row.value)?.description == row.words)
  }

  @Test func aConstraintThatSaysNothingShowsTheNumbers() {
    struct Equal: Constraint {
      var name: String { "of equal numbers" }
      var eventRank: Int { 1 }
      func contains(_ x: Tensor) -> Tensor { x[.ellipsis, 0] .== x[.ellipsis, 1] }
      var bijection: any Transform { IdentityTransform() }
    }
    let offender = Support(Equal()).offender(in: Tensor(rows: [[1, 1], [1, 2]]))
    #expect(offender?.description == "[1] is [1.0, 2.0]")
  }
}
