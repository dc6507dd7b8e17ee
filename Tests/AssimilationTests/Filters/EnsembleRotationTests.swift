import Autodiff
import LinearAlgebra
import TestSupport
import Testing

@testable import Assimilation

@Suite struct EnsembleRotationTests {
  @Test(arguments: [2, 3, 10, 41]) func rotationsAreOrthogonalAndKeepTheMean(_ count: Int) {
    let rotation = meanPreservingRotation(count, key: RandomKey(1))
    var identity = Matrix(rows: count, columns: count)
    identity.addToDiagonal(Array(repeating: 1, count: count))
    // Rounding of a product of that many terms.
    expectClose(
      Matrix.product(rotation, rotation, transposingSecond: true).scalars, identity.scalars,
      relative: 0, absolute: 1e-13)
    expectClose(
      rotation.multiplied(by: Array(repeating: 1, count: count)),
      Array(repeating: 1, count: count), relative: 1e-13)
  }

  @Test func rotationsHaveNoPreferredDirection() {
    // Entries of uniform rotations in the space beside (1, ..., 1): the mean is the projection on (1, ..., 1), 1/N everywhere.
    let (count, draws) = (4, 4_000)
    var mean = Matrix(rows: count, columns: count)
    for k in 0..<draws {
      mean.add(
        meanPreservingRotation(count, key: RandomKey(UInt64(k))), scaledBy: 1 / Double(draws))
    }
    // Entries have a deviation of at most 1/2; four standard errors of their mean.
    expectClose(
      mean.scalars, Array(repeating: 0.25, count: 16), relative: 0, absolute: 4 * 0.5 / 63)
  }

  @Test func rotatedMembersHaveTheSameMeanAndCovariance() throws {
    let states = Matrix(rows: 6, columns: 3, RandomKey(2).normal([6, 3]).scalars)
    var members = states
    let zero = [0.0, 0, 0]
    members.shiftRows(from: states.columnMeans, to: zero)
    let before = Matrix.product(members, members, transposingFirst: true)
    EnsembleRotation.random.apply(to: &members, key: RandomKey(3))
    expectClose(members.columnMeans, zero, relative: 0, absolute: 1e-14)
    expectClose(
      Matrix.product(members, members, transposingFirst: true).scalars, before.scalars,
      relative: 1e-12)
  }
}
