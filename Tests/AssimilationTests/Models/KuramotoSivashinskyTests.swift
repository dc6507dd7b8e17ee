import Autodiff
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Assimilation

struct KuramotoSivashinskyTests {
  private func wave(_ points: Int, _ l: Int, _ amplitude: Double) -> [Double] {
    (0..<points).map { amplitude * cos(2 * .pi * Double(l * $0) / Double(points)) }
  }

  @Test func exponentialFunctionsMeetAtTheEndOfTheSeries() {
    // Below 1 by the series, from 1 on by the recurrence.
    let (a, b) = (
      ExponentialFunctions.values(at: 1 - 1e-12), ExponentialFunctions.values(at: 1)
    )
    expectClose([a.1, a.2, a.3], [b.1, b.2, b.3], relative: 1e-11)
    let e = exp(1.0)
    expectClose([b.1, b.2, b.3], [e - 1, e - 2, e - 2.5], relative: 1e-14)
    let zero = ExponentialFunctions.values(at: 0)
    #expect(zero == (1, 1, 0.5, 1 / 6.0))
  }

  /// Of small waves each grows as the linear terms say, exactly, in any step.
  @Test func smallWavesGrowAsTheLinearTermsSay() {
    let model = KuramotoSivashinsky(points: 32, length: 32, timeStep: 0.7)
    for l in [1, 3, 7] {
      var state = Matrix(rows: 1, columns: 32, wave(32, l, 1e-9))
      model.advance(&state, to: 1, noise: nil)
      let k = 2 * Double.pi * Double(l) / 32
      let growth = exp(0.7 * (k * k - k * k * k * k))
      // Waves of 1e-9 change each other by their square.
      expectClose(state.scalars, wave(32, l, 1e-9 * growth), relative: 1e-7, absolute: 1e-17)
    }
  }

  @Test func theMeanDoesNotChange() {
    let model = KuramotoSivashinsky()
    let noise = RandomKey(2).normal([128]).scalars
    var state = Matrix(rows: 1, columns: 128, noise.map { 0.3 + $0 })
    let mean = state.scalars.reduce(0, +) / 128
    for step in 1...20 { model.advance(&state, to: step, noise: nil) }
    expectClose([state.scalars.reduce(0, +) / 128], [mean], relative: 1e-11)
  }

  /// By an independent NumPy program with contour integrals for the exponential functions.
  @Test func fourStepsAreThoseOfTheScheme() {
    let end = Self.advanced(steps: 4)
    expectClose(
      Array(end[..<4]),
      [1.9096989113333431, 1.5076158117327723, 3.796924506266988, 0.8859865321459769],
      relative: 1e-11)
  }

  /// Two waves at time 2. On a fine grid the order is lower, as the authors of the scheme say: these 16 points are not stiff.
  private static func advanced(steps: Int) -> [Double] {
    let model = KuramotoSivashinsky(points: 16, length: 30, timeStep: 2 / Double(steps))
    let start = (0..<16).map { i in
      1.5 * cos(2 * .pi * Double(i) / 16) + cos(4 * .pi * Double(i) / 16)
    }
    var state = Matrix(rows: 1, columns: 16, start)
    for step in 1...steps { model.advance(&state, to: step, noise: nil) }
    return state.scalars
  }

  @Test func halfTheTimeStepHasASixteenthOfTheError() {
    let end = Self.advanced
    let exact = end(640)
    let error = { (steps: Int) in zip(end(steps), exact).map { abs($0 - $1) }.max() ?? .nan }
    let ratio = error(20) / error(40)
    #expect(ratio > 15 && ratio < 17, "\(ratio)")
  }

  /// The equation with u(x + s) has the solution moved by s.
  @Test func itIsTheSameFromEveryPoint() {
    let model = KuramotoSivashinsky(points: 32, length: 40)
    var state = Matrix(rows: 1, columns: 32, RandomKey(4).normal([32]).scalars)
    var shifted = state
    shifted.rotateRows()
    for step in 1...5 {
      model.advance(&state, to: step, noise: nil)
      model.advance(&shifted, to: step, noise: nil)
    }
    state.rotateRows()
    expectClose(state.scalars, shifted.scalars, relative: 1e-10, absolute: 1e-10)
  }

  /// The climatological standard deviation is 1.3: the error of the climatology in DAPPER, `mods/KS/bocquet2019.py`.
  @Test func theAttractorHasTheKnownVariance() {
    let model = KuramotoSivashinsky()
    var states = Matrix(rows: 8, columns: 128, RandomKey(1).normal([8, 128]).scalars)
    states.shiftRows(
      from: Array(repeating: 0, count: 128), to: Array(repeating: 0, count: 128), scaledBy: 1)
    for row in 0..<8 {
      let mean = states.row(row).reduce(0, +) / 128
      for i in 0..<128 { states[row, i] -= mean }
    }
    for step in 1...300 { model.advance(&states, to: step, noise: nil) }
    var sum = 0.0
    for step in 1...40 {
      for part in 1...5 { model.advance(&states, to: 5 * step + part, noise: nil) }
      sum += states.scalars.reduce(0) { $0 + $1 * $1 } / (8 * 128)
    }
    // Eight states of about ten independent waves at 40 times: some per cent.
    expectClose([(sum / 40).squareRoot()], [1.3], relative: 0.05)
  }

  @Test func sizesThatDoNotFitAreNamed() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = KuramotoSivashinsky(points: 9, length: 10) }
    expectMessage(
      "KuramotoSivashinsky: 9 points on a ring of length 10.0 in steps of 0.5; the number must be even and at least 8, the others positive.",
      of: result)
  }
}
