import Autodiff
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Assimilation

struct ShallowWaterTests {
  /// A bump of depth with a current, of amplitudes relative to a depth of 1000 m.
  private func state(_ n: Int, amplitude: Double = 1) -> [Double] {
    let phase = { (i: Int) in 2 * Double.pi * Double(i) / Double(n) }
    return (0..<n).map { 1_000 + amplitude * 60 * cos(phase($0)) }
      + (0..<n).map { amplitude * 4 * sin(2 * phase($0)) }
      + (0..<n).map { amplitude * 6 * sin(phase($0)) }
  }

  private func advanced(_ model: ShallowWater, _ start: [Double], steps: Int) -> [Double] {
    var states = Matrix(rows: 1, columns: start.count, start)
    for step in 1...steps { model.advance(&states, to: step, noise: nil) }
    return states.scalars
  }

  @Test func massIsKeptToRoundingAndEnergyToTheOrderOfTheTimeStep() {
    let start = state(60)
    let changes = [1_200.0, 600].map { (step: Double) -> Double in
      let model = ShallowWater(points: 60, timeStep: step)
      let end = advanced(model, start, steps: Int(48_000 / step))
      expectClose([model.mass(end)], [model.mass(start)], relative: 1e-13)
      // Without the energy of rest, which does not change.
      let rest = model.energy(
        Array(repeating: 1_000, count: 60) + Array(repeating: 0.0, count: 120))
      return abs(model.energy(end) - model.energy(start)) / (model.energy(start) - rest)
    }
    #expect(changes[0] < 1e-4)
    // The energy of the fourth-order method drifts at the fifth order: by 32 for half the step.
    #expect(changes[0] / changes[1] > 20 && changes[0] / changes[1] < 45, "\(changes)")
  }

  @Test func halfTheTimeStepHasASixteenthOfTheError() {
    let start = state(30)
    let end = { (step: Double) in
      advanced(ShallowWater(points: 30, timeStep: step), start, steps: Int(19_200 / step))
    }
    let exact = end(37.5)
    let error = { (step: Double) in zip(end(step), exact).map { abs($0 - $1) }.max() ?? .nan }
    let ratio = error(600) / error(300)
    #expect(ratio > 13 && ratio < 19, "\(ratio)")
  }

  /// A current across the ring whose Coriolis force balances the slope of the surface does not change.
  @Test func geostrophicBalanceIsSteadyUpToTheErrorOfTheGrid() {
    let change = [40, 80].map { n in
      let spacing = 24_000_000.0 / Double(n)
      let model = ShallowWater(points: n, spacing: spacing)
      let phase = { (i: Int) in 2 * Double.pi * Double(i) / Double(n) }
      let height = (0..<n).map { 1_000 + 50 * sin(phase($0)) }
      // f v = g dh/dx.
      let slope = 50 * 2 * Double.pi / 24_000_000
      let current = (0..<n).map { 9.81 / 1e-4 * slope * cos(phase($0)) }
      let start = height + Array(repeating: 0, count: n) + current
      let end = advanced(model, start, steps: 100)
      return (n..<2 * n).map { abs(end[$0]) }.max() ?? .nan
    }
    // Velocities across are 1.3 m/s; the scheme is of second order in space.
    #expect(change[0] < 0.03)
    #expect(change[0] / change[1] > 3.5 && change[0] / change[1] < 4.5, "\(change)")
  }

  /// Small waves without rotation move at sqrt(g h).
  @Test func smallWavesHaveTheirSpeed() {
    let n = 120
    let model = ShallowWater(
      points: n, spacing: 100_000, coriolis: 0, timeStep: 500)
    let phase = { (x: Double) in 2 * Double.pi * x / Double(n) }
    let speed = (9.81 * 1_000).squareRoot()
    // A wave to the right: u = c h' / H, with u half a point ahead.
    let start =
      (0..<n).map { 1_000 + 0.01 * cos(phase(Double($0))) }
      + (0..<n).map { speed * 1e-5 * cos(phase(Double($0) + 0.5)) }
      + Array(repeating: 0, count: n)
    let end = advanced(model, start, steps: 60)
    let moved = speed * 30_000 / 100_000
    let expected = (0..<n).map { 0.01 * cos(phase(Double($0) - moved)) }
    // The grid slows the wave by (k dx)² / 24 = 1.1e-4 of its 30 points: phase 2e-4.
    expectClose((0..<n).map { end[$0] - 1_000 }, expected, relative: 0, absolute: 5e-6)
  }

  @Test func dampingSlowsACurrentAtItsRate() {
    let n = 12
    let start =
      Array(repeating: 500, count: n) + Array(repeating: 2, count: n)
      + Array(repeating: 0.0, count: n)
    let model = ShallowWater(points: n, coriolis: 0, damping: 1e-5, timeStep: 600)
    let end = advanced(model, start, steps: 100)
    expectClose(
      Array(end[n..<2 * n]), Array(repeating: 2 * exp(-0.6), count: n), relative: 1e-11)
  }

  @Test func sizesThatDoNotFitAreNamed() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = ShallowWater(points: 2) }
    expectMessage(
      "ShallowWater: 2 points 200000.0 apart, 1 Runge-Kutta steps a step; there must be three points and a step at least, and the distance must be positive.",
      of: result)
  }
}
