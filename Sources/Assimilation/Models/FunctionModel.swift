import Autodiff
import LinearAlgebra
import Preconditions

/// A dynamical model given by a function from one state to the next.
///
///     let model = FunctionModel(dimension: 3, timeStep: 0.01) { x in
///       [10 * (x[1] - x[0]), x[0] * (28 - x[2]) - x[1], x[0] * x[1] - 8 * x[2] / 3]
///     }
///
/// Each member is passed as a separate array; for large ensembles conform to `DynamicalModel` and change the rows in
/// place.
public struct FunctionModel: TangentLinearModel {
  public let dimension: Int
  /// The noise that is added after each step; nil for none.
  public let noise: NormalNoise?
  private let step: @Sendable (_ state: inout [Double], _ step: Int) -> Void
  private let tangent: @Sendable (_ change: inout [Double], _ state: [Double], _ step: Int) -> Void

  /// A model given by its step.
  ///
  /// - Parameters:
  ///   - dimension: The state dimension n.
  ///   - noise: The noise that is added after each step; nil for none.
  ///   - tangent: The tangent linear model, which advances a small change of a state by the same step; central differences if
  ///     not given.
  ///   - step: The model, which advances a state to the step of this number, in place.
  public init(
    dimension: Int, noise: NormalNoise? = nil,
    tangent: (
      @Sendable (_ change: inout [Double], _ state: [Double], _ step: Int) -> Void
    )? = nil,
    step: @escaping @Sendable (_ state: inout [Double], _ step: Int) -> Void
  ) {
    (self.dimension, self.noise, self.step) = (dimension, noise, step)
    self.tangent = tangent ?? { centralDifference(of: step, &$0, at: $1, to: $2) }
  }

  /// An autonomous model given by its tendency, integrated by the classical Runge-Kutta method.
  ///
  /// - Parameters:
  ///   - dimension: The state dimension n.
  ///   - timeStep: The length of a step, in the time unit of the tendency.
  ///   - noise: The noise that is added after each step; nil for none.
  ///   - tendency: The rates of change of a state.
  public init(
    dimension: Int, timeStep: Double, noise: NormalNoise? = nil,
    tendency: @escaping @Sendable (_ state: [Double]) -> [Double]
  ) {
    self.init(dimension: dimension, noise: noise) { state, _ in
      rungeKuttaStep(&state, timeStep, tendency)
    }
  }

  /// Advances each row by the model's step of this number, then adds its noise.
  public func advance(_ states: inout Matrix, to number: Int, noise key: RandomKey?) {
    each(&states) { step(&$0, number) }
    if let noise, let key { noise.add(to: &states, key: key) }
  }

  public func advanceTangent(_ changes: inout Matrix, at state: [Double], to number: Int) {
    each(&changes) { tangent(&$0, state, number) }
  }

  public var errorCovariance: Matrix? { noise?.covariance }

  private func each(_ states: inout Matrix, _ body: (inout [Double]) -> Void) {
    let (rows, columns) = (states.rows, states.columns)
    for row in 0..<rows {
      var state = Array(states.row(row))
      body(&state)
      require(
        state.count == columns, "FunctionModel: \(state.count) numbers for a state of \(columns).")
      states.withMutableScalars { numbers in
        for k in 0..<columns { numbers[row * columns + k] = state[k] }
      }
    }
  }
}

/// One step of the classical Runge-Kutta method, of fourth order.
///
/// - Parameters:
///   - state: The state, advanced in place.
///   - timeStep: The length of the step, in the time of the rates.
///   - tendency: The rates of change of a state.
/// - Reference: Kutta (1901), *Beitrag zur näherungsweisen Integration totaler Differentialgleichungen*.
public func rungeKuttaStep(
  _ state: inout [Double], _ timeStep: Double, _ tendency: ([Double]) -> [Double]
) {
  let x = state
  let moved = { (slope: [Double], time: Double) in zip(x, slope).map { $0 + time * $1 } }
  let k1 = tendency(x)
  let k2 = tendency(moved(k1, timeStep / 2))
  let k3 = tendency(moved(k2, timeStep / 2))
  let k4 = tendency(moved(k3, timeStep))
  for i in state.indices {
    let slopes = k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]
    state[i] += timeStep / 6 * slopes
  }
}

/// The product M d of the tangent with a change d, by central differences along d.
private func centralDifference(
  of step: @Sendable (inout [Double], Int) -> Void, _ change: inout [Double], at state: [Double],
  to number: Int
) {
  let length = change.reduce(0) { max($0, $1.magnitude) }
  guard length > 0 else { return }
  let size = state.reduce(1) { max($0, $1.magnitude) }
  // The cube root of the rounding error balances it with the error of the difference.
  let h = 6e-6 * size / length
  var (ahead, behind) = (state, state)
  for i in state.indices {
    ahead[i] += h * change[i]
    behind[i] -= h * change[i]
  }
  step(&ahead, number)
  step(&behind, number)
  for i in change.indices { change[i] = (ahead[i] - behind[i]) / (2 * h) }
}
