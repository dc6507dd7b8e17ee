import Autodiff
import LinearAlgebra
import Preconditions

/// A model with its parameters in the state, so that a filter estimates both: the state augmented by parameters.
///
///     let model = AugmentedModel(parameters: [8], walkVariances: [1e-4]) { Lorenz96(forcing: $0[0]) }
///
/// Parameters follow the variables of the state. They stay as they are, up to a random walk, without which an ensemble loses
/// its spread in them and the filter no longer changes them. Observations are of the variables alone; `areas` keeps parameters
/// out of the errors of a `TwinExperiment`, and `parameters(of:)` reads their estimate.
///
/// - Reference: Anderson (2001), *An ensemble adjustment Kalman filter for data assimilation*, section 5; Annan, Lunt, Hargreaves
///   and Valdes (2005), *Parameter estimation in an atmospheric GCM using the ensemble Kalman filter*.
public struct AugmentedModel<Base: DynamicalModel>: AdditiveNoiseModel {
  /// The number n of variables without the parameters.
  public let variableCount: Int
  /// The number of parameters.
  public let parameterCount: Int
  /// The variances of the parameters' random walk in each step.
  public let walkVariances: [Double]
  private let ownErrors: Matrix?
  private let model: @Sendable (_ parameters: [Double]) -> Base

  /// A model whose parameters are estimated.
  ///
  /// - Parameters:
  ///   - parameters: Usual values of the parameters, which decide the number of variables and the covariance of the model's own
  ///     errors, but nothing else.
  ///   - walkVariances: The variance of each parameter's random walk in a step, not negative.
  ///   - model: The model with given parameters.
  /// - Precondition: Each parameter has a variance.
  public init(
    parameters: [Double], walkVariances: [Double],
    model: @escaping @Sendable (_ parameters: [Double]) -> Base
  ) {
    require(
      parameters.count == walkVariances.count && walkVariances.allSatisfy { $0 >= 0 },
      "AugmentedModel: \(parameters.count) parameters and the variances \(walkVariances).")
    let usual = model(parameters)
    (variableCount, parameterCount) = (usual.dimension, parameters.count)
    ownErrors = (usual as? any AdditiveNoiseModel)?.errorCovariance
    (self.walkVariances, self.model) = (walkVariances, model)
  }

  public var dimension: Int { variableCount + parameterCount }

  /// The weights of domain means: 1 for each variable and 0 for each parameter, `[dimension]`.
  public var areas: [Double] {
    (0..<dimension).map { $0 < variableCount ? 1 : 0 }
  }

  /// The parameters of a state.
  public func parameters(of state: [Double]) -> [Double] { Array(state.suffix(parameterCount)) }

  /// Advances each row by the model of its own parameters, which then take a step of their walk.
  public func advance(_ states: inout Matrix, to step: Int, noise key: RandomKey?) {
    let (rows, n) = (states.rows, variableCount)
    for row in 0..<rows {
      let numbers = Array(states.row(row))
      var own = Matrix(rows: 1, columns: n, Array(numbers.prefix(n)))
      model(parameters(of: numbers)).advance(&own, to: step, noise: key?.foldIn(UInt32(row)))
      for i in 0..<n { states[row, i] = own[0, i] }
    }
    guard let key else { return }
    // Beyond the keys of the rows.
    let walk = key.foldIn(UInt32(rows)).normal([rows, parameterCount]).scalars
    for row in 0..<rows {
      for k in 0..<parameterCount {
        states[row, n + k] += walkVariances[k].squareRoot() * walk[row * parameterCount + k]
      }
    }
  }

  /// The covariance of the walk and of the model's own errors with its usual parameters, `[dimension, dimension]`; nil without
  /// both.
  public var errorCovariance: Matrix? {
    guard ownErrors != nil || walkVariances.contains(where: { $0 > 0 }) else { return nil }
    var result = Matrix(rows: dimension, columns: dimension)
    if let ownErrors {
      for i in 0..<variableCount {
        for j in 0..<variableCount { result[i, j] = ownErrors[i, j] }
      }
    }
    for (k, variance) in walkVariances.enumerated() {
      result[variableCount + k, variableCount + k] = variance
    }
    return result
  }
}
