import Autodiff
import LinearAlgebra
import TestSupport
import Testing

@testable import Assimilation

struct Lorenz2005Tests {
  private func start(_ points: Int, _ key: UInt64 = 3) -> [Double] {
    RandomKey(key).normal([points]).scalars.map { 4 + 3 * $0 }
  }

  /// The sums of the paper, term by term: a modified sum over -J...J, whose ends count half if K is even.
  private func bracket(_ x: [Double], _ y: [Double], _ K: Int, _ n: Int) -> Double {
    let (N, J) = (x.count, K / 2)
    let at = { (f: [Double], i: Int) in f[((i % N) + N) % N] }
    let weight = { (j: Int) in K.isMultiple(of: 2) && abs(j) == J ? 0.5 : 1.0 }
    var sum = 0.0
    for j in -J...J {
      for i in -J...J {
        let term =
          -at(x, n - 2 * K - i) * at(y, n - K - j) + at(x, n - K + j - i) * at(y, n + K + j)
        sum += weight(i) * weight(j) * term
      }
    }
    return sum / Double(K * K)
  }

  @Test func withMeansOverOnePointItIsLorenz96() {
    let state = start(20)
    var (own, other) = (
      Matrix(rows: 1, columns: 20, state), Matrix(rows: 1, columns: 20, state)
    )
    Lorenz2005.two(points: 20, width: 1, forcing: 8, substeps: 1).advance(&own, to: 1, noise: nil)
    Lorenz96(points: 20).advance(&other, to: 1, noise: nil)
    expectClose(own.scalars, other.scalars, relative: 1e-13)
  }

  @Test(arguments: [2, 3, 6, 7]) func modelTwoIsItsDoubleSum(_ K: Int) {
    let state = start(32)
    let found = Lorenz2005.two(points: 32, width: K, forcing: 15).tendency(state)
    let expected = state.indices.map { bracket(state, state, K, $0) - state[$0] + 15 }
    expectClose(found, expected, relative: 1e-11, absolute: 1e-11)
  }

  @Test func modelThreeIsItsDoubleSums() {
    let (state, I) = (start(60), 4)
    let scales = Lorenz2005.SmallScales(radius: I, speed: 10, coupling: 2.5)
    let found = Lorenz2005.three(points: 60, width: 6, smallScales: scales).tendency(state)
    let radius = Double(I)
    let alpha = (3 * radius * radius + 3) / (2 * radius * radius * radius + 4 * radius)
    let beta =
      (2 * radius * radius + 1) / (radius * radius * radius * radius + 2 * radius * radius)
    let x = state.indices.map { n in
      (-I...I).reduce(0) { sum, i in
        sum + (abs(i) == I ? 0.5 : 1) * (alpha - beta * Double(abs(i))) * state[(n + i + 60) % 60]
      }
    }
    let y = zip(state, x).map { $0 - $1 }
    let expected = state.indices.map { n in
      bracket(x, x, 6, n) + 100 * bracket(y, y, 1, n) + 2.5 * bracket(y, x, 1, n) - x[n]
        - 10 * y[n] + 15
    }
    expectClose(found, expected, relative: 1e-10, absolute: 1e-9)
  }

  /// The mean X keeps quadratic fields: its weights have moments 1, 0 and 0.
  @Test(arguments: [1, 5, 12]) func theLargeScalesKeepParabolas(_ radius: Int) {
    let weights = Lorenz2005.SmallScales(radius: radius).weights
    let moment = { (f: (Double) -> Double) in
      weights.enumerated().reduce(0) { $0 + $1.element * f(Double($1.offset - radius)) }
    }
    expectClose([moment { _ in 1 }], [1], relative: 1e-13)
    expectClose([moment { $0 * $0 }], [0], relative: 0, absolute: 1e-12)
  }

  /// With forcing and damping away the advection keeps the energy, the mean of X².
  @Test(arguments: [4, 5]) func theAdvectionKeepsTheEnergy(_ K: Int) {
    let state = start(40)
    let rates = Lorenz2005.two(points: 40, width: K, forcing: 0).tendency(state)
    let change = zip(state, rates).reduce(0) { $0 + $1.0 * ($1.1 + $1.0) }
    let size = zip(state, rates).reduce(0) { $0 + abs($1.0 * ($1.1 + $1.0)) }
    #expect(abs(change) < 1e-12 * size)
  }

  @Test func theRestingStateRests() {
    for model in [Lorenz2005.two(), Lorenz2005.three()] {
      var state = Matrix(rows: 1, columns: model.dimension, repeating: 15)
      model.advance(&state, to: 1, noise: nil)
      // The mean of the small scales' weights is 1 up to rounding, times b = 10.
      expectClose(state.scalars, state.scalars.map { _ in 15 }, relative: 1e-12)
    }
  }

  @Test func halfTheTimeStepHasASixteenthOfTheError() {
    let end = { (substeps: Int) in
      var state = Matrix(rows: 1, columns: 24, start(24))
      Lorenz2005.two(points: 24, width: 3, timeStep: 0.2, substeps: substeps)
        .advance(&state, to: 1, noise: nil)
      return state.scalars
    }
    let exact = end(128)
    let error = { (steps: Int) in zip(end(steps), exact).map { abs($0 - $1) }.max() ?? .nan }
    let ratio = error(4) / error(8)
    #expect(ratio > 12 && ratio < 20, "\(ratio)")
  }

  @Test func sizesThatDoNotFitAreNamed() async {
    let points = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Lorenz2005.two(points: 31, width: 8) }
    expectMessage(
      "Lorenz2005: 31 points, but must be at least 32 for means over 8 points, and more than twice the radius of small scales.",
      of: points)
    let substeps = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Lorenz2005.two(substeps: 0) }
    expectMessage("Lorenz2005: 0 Runge-Kutta steps in a step.", of: substeps)
    let radius = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Lorenz2005.SmallScales(radius: 0) }
    expectMessage("Lorenz2005: small scales of radius 0.", of: radius)
  }
}
