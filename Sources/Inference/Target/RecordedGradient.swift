import PPL

/// A scalar function of a vector, recorded once with its gradient.
///
/// The function may have several terms, each with a gradient, which are combined by their values.
struct RecordedGradient: Sendable {
  /// The values of the terms `[T]` and their gradients `[T, n]`, at a vector `[n]`.
  typealias Terms = @Sendable (Tensor) throws -> (values: Tensor, gradients: Tensor)
  /// The value of the function and the weight of each term's gradient in its gradient.
  typealias Combination = @Sendable ([Double]) -> (value: Double, weights: [Double])

  /// Asked before each evaluation, which throws `CancellationError` where it says so; nil for no question.
  var isInterrupted: (@Sendable () -> Bool)?
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

  /// Throws if the user has interrupted.
  func checkInterruption() throws {
    if let isInterrupted, isInterrupted() { throw CancellationError() }
  }

  fileprivate func recorded(at point: [Double]) throws -> Program {
    try Self.recorded(terms, at: point)
  }

  /// The program of the values of the terms alone: without the operations that only the gradients need.
  fileprivate func recordedValues(at point: [Double]) throws -> Program {
    try throwingMistakesAsErrors {
      try Program(recording: { [try terms($0[0]).values] }, on: [Tensor(point)])
    }
  }
}

/// The evaluator of a recorded function and its gradient; each thread needs its own.
///
///     let evaluator = density.evaluator()
///     var gradient = Array(repeating: 0.0, count: density.count)
///     let value = try evaluator.value(at: x, gradient: &gradient)
public struct GradientEvaluator: ~Copyable {
  private let function: RecordedGradient
  private let memory: EvaluatorMemory
  /// The place of the argument in the vector of the function; nil if it is the whole vector.
  private let part: VectorPart?

  init(_ function: RecordedGradient) {
    (self.function, memory, part) = (function, EvaluatorMemory(function.program), nil)
  }

  private init(_ function: RecordedGradient, _ memory: EvaluatorMemory, _ part: VectorPart?) {
    (self.function, self.memory, self.part) = (function, memory, part)
  }

  /// The function of a part of the vector, with the other numbers held.
  ///
  /// - Parameters:
  ///   - indices: The places of the part in the vector, `[k]`.
  ///   - point: The whole vector `[n]`.
  /// - Returns: An evaluator of vectors `[k]` in the memory of this one.
  /// - Complexity: O(n); an evaluation costs as much as one of the whole vector.
  public func part(_ indices: [Int], of point: [Double]) -> GradientEvaluator {
    let whole = part.map { part in
      part.set(point)
      return (indices.map { part.indices[$0] }, part.point)
    }
    let (indices, point) = whole ?? (indices, point)
    return GradientEvaluator(function, memory, VectorPart(indices, of: point))
  }

  /// The value at a point.
  ///
  /// - Parameter point: The vector `[n]`.
  /// - Throws: What the function throws while it is recorded without its gradient, at the first call, or again at each
  ///   point because its control flow reads values.
  /// - Complexity: One replay without the operations that only the gradient needs.
  public func value(at point: [Double]) throws -> Double {
    if let part {
      part.set(point)
      return try GradientEvaluator(function, memory, nil).value(at: part.point)
    }
    try function.checkInterruption()
    guard function.reads.isEmpty else {
      var gradient = point
      return try value(at: point, gradient: &gradient)
    }
    let values = try memory.values { try function.recordedValues(at: point) }
    values.execution.setInput(0, point)
    values.execution.run()
    guard let combination = function.combination else {
      return values.execution.withOutput(0) { $0[0] }
    }
    return combination(values.execution.output(0)).value
  }

  /// The value at a point, with the gradient written in place.
  ///
  /// - Parameters:
  ///   - point: The vector `[n]`.
  ///   - gradient: The gradient `[n]`, which is overwritten.
  /// - Throws: What the function throws, if it is recorded again because its control flow reads values.
  /// - Complexity: One replay, which allocates nothing if the function has one term.
  public func value(at point: [Double], gradient: inout [Double]) throws -> Double {
    if let part {
      part.set(point)
      let whole = GradientEvaluator(function, memory, nil)
      let value = try whole.value(at: part.point, gradient: &part.gradient)
      part.get(&gradient)
      return value
    }
    try function.checkInterruption()
    guard function.reads.isEmpty else {
      let again = Execution(try function.recorded(at: point))
      return value(of: again, at: point, &gradient)
    }
    return value(of: memory.execution, at: point, &gradient)
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

/// The executions that an evaluator shares with those of its parts.
private final class EvaluatorMemory {
  let execution: Execution
  private var values: EvaluatorMemory?

  init(_ program: Program) { execution = Execution(program) }

  /// The execution of the values alone, recorded at the first call.
  func values(_ program: () throws -> Program) rethrows -> EvaluatorMemory {
    if let values { return values }
    let recorded = EvaluatorMemory(try program())
    values = recorded
    return recorded
  }
}

/// A part of a vector whose other numbers are held.
private final class VectorPart {
  /// The places of the part, `[k]`.
  let indices: [Int]
  /// The whole vector and the gradient by it, `[n]`.
  private(set) var point: [Double]
  var gradient: [Double]

  init(_ indices: [Int], of point: [Double]) {
    (self.indices, self.point, gradient) = (indices, point, point)
  }

  func set(_ values: [Double]) { for (k, i) in indices.enumerated() { point[i] = values[k] } }
  func get(_ values: inout [Double]) {
    for (k, i) in indices.enumerated() { values[k] = gradient[i] }
  }
}
