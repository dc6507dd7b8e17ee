import LinearAlgebra
import PPL

/// The value of a function of a vector at one point, and its Jacobian.
struct Jacobian {
  /// The numbers of the value, row-major, `[m]`.
  let value: [Double]
  /// The shape of the value.
  let shape: [Int]
  /// The derivative of each number of the value by each of the vector, `[m, n]`.
  let matrix: Matrix

  /// The Jacobian of a function from a vector `[n]`.
  ///
  /// - Throws: What the function throws; `InferenceError.expression` for invalid tensor expressions.
  /// - Complexity: One reverse pass for each of the m numbers.
  init(of f: (Tensor) throws -> Tensor, at point: [Double]) throws {
    let value = try throwingMistakesAsErrors { try f(Tensor(point)) }
    let count = value.count
    // The weighted sum of the numbers: its gradient by the point for unit weights is a row.
    let program = try throwingMistakesAsErrors {
      try Program(
        recording: { inputs in
          try valueWithGradient(
            of: { (try f($0[0]).reshaped(to: [-1]) * inputs[1]).sum() }, at: [inputs[0]]
          ).gradient
        }, on: [Tensor(point), .zeros([count])])
    }
    let execution = Execution(program)
    execution.setInput(0, point)
    var weights = Array(repeating: 0.0, count: count)
    var rows: [Double] = []
    rows.reserveCapacity(count * point.count)
    for i in 0..<count {
      weights[i] = 1
      execution.setInput(1, weights)
      execution.run()
      rows += execution.output(0)
      weights[i] = 0
    }
    (self.value, shape) = (value.scalars, value.shape)
    matrix = Matrix(rows: count, columns: point.count, rows)
  }
}
