import PPL

/// A scalar function of a vector, recorded once with its gradient.
///
/// The function may have several terms, each with a gradient, which are combined by their values.
struct RecordedGradient: Sendable {
  /// The values of the terms `[T]` and their gradients `[T, n]`, at a vector `[n]`.
  typealias Terms = @Sendable (Tensor) throws -> (values: Tensor, gradients: Tensor)
  /// The value of the function and the weight of each term's gradient in its gradient.
  typealias Combination = @Sendable ([Double]) -> (value: Double, weights: [Double])

  private let terms: Terms
  fileprivate let combination: Combination?
  fileprivate let program: Program

  /// The descriptions of values that the function read while it was recorded; with any, it is recorded at each point.
  var reads: [String] { program.reads }

  /// Records a function of one term.
  ///
  /// - Parameters:
  ///   - point: The vector `[n]` at which the function is recorded.
  ///   - terms: The value, a scalar, and the gradient `[n]`.
  /// - Throws: What `terms` throws; `InferenceError.expression` for shapes that do not fit.
  init(at point: [Double], _ terms: @escaping Terms) throws {
    try self.init(at: point, combining: nil, terms)
  }

  /// Records a function of several terms.
  init(at point: [Double], combining combination: Combination?, _ terms: @escaping Terms) throws {
    (self.terms, self.combination) = (terms, combination)
    program = try Self.recorded(terms, at: point)
  }

  private static func recorded(_ terms: Terms, at point: [Double]) throws -> Program {
    try throwingMistakesAsErrors {
      try Program(
        recording: { inputs in
          let (values, gradients) = try terms(inputs[0])
          return [values, gradients]
        }, on: [Tensor(point)])
    }
  }

  fileprivate func recorded(at point: [Double]) throws -> Program {
    try Self.recorded(terms, at: point)
  }
}

/// The evaluator of a recorded function and its gradient; each thread needs its own.
///
///     let evaluator = density.evaluator()
///     var gradient = Array(repeating: 0.0, count: density.count)
///     let value = try evaluator.value(at: x, gradient: &gradient)
public struct GradientEvaluator: ~Copyable {
  private let function: RecordedGradient
  private let execution: Execution

  init(_ function: RecordedGradient) {
    self.function = function
    execution = Execution(function.program)
  }

  /// The value at a point, with the gradient written in place.
  ///
  /// - Parameters:
  ///   - point: The vector `[n]`.
  ///   - gradient: The gradient `[n]`, which is overwritten.
  /// - Throws: What the function throws, if it is recorded again because its control flow reads values.
  /// - Complexity: One replay, which allocates nothing if the function has one term.
  public func value(at point: [Double], gradient: inout [Double]) throws -> Double {
    guard function.reads.isEmpty else {
      let again = Execution(try function.recorded(at: point))
      return value(of: again, at: point, &gradient)
    }
    return value(of: execution, at: point, &gradient)
  }

  private func value(
    of execution: borrowing Execution, at point: [Double], _ gradient: inout [Double]
  ) -> Double {
    execution.setInput(0, point)
    execution.run()
    guard let combination = function.combination else {
      execution.withOutput(1) { for i in $0.indices { gradient[i] = $0[i] } }
      return execution.withOutput(0) { $0[0] }
    }
    let (value, weights) = combination(execution.output(0))
    for i in gradient.indices { gradient[i] = 0 }
    let count = gradient.count
    execution.withOutput(1) { gradients in
      for (term, weight) in weights.enumerated() {
        for i in 0..<count { gradient[i] += weight * gradients[term * count + i] }
      }
    }
    return value
  }
}
