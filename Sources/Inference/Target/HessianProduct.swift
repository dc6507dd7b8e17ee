import PPL

/// The Hessian of a log density at one point, as a linear map; each thread needs its own.
///
///     let hessian = try density.hessianProduct(at: mode)
///     var product = Array(repeating: 0.0, count: density.count)
///     hessian.apply(to: direction, &product)
public struct HessianProduct: ~Copyable {
  /// A scalar function of a vector `[n]`.
  typealias Function = @Sendable (Tensor) throws -> Tensor

  private let function: Function
  private let count: Int
  private var execution: Execution

  /// The Hessian of a density, recorded.
  ///
  /// - Parameters:
  ///   - logJoint: The density by the names of the sites.
  ///   - point: The vector `[n]` at which the Hessian is taken.
  /// - Throws: `ModelError` from the run; `InferenceError.expression` for invalid tensor expressions.
  public init(_ logJoint: LogJoint, at point: [Double]) throws {
    let vector = LatentVector(logJoint.sites)
    try self.init(of: { try logJoint(vector.named($0)) }, at: point)
  }

  /// The Hessian of any scalar function, recorded.
  ///
  /// - Throws: What the function throws; `InferenceError.expression` for invalid tensor expressions.
  init(of function: @escaping Function, at point: [Double]) throws {
    let program = try Self.recorded(function, at: point)
    (self.function, count) = (function, point.count)
    execution = Execution(program)
    execution.setInput(0, point)
  }

  /// Moves to another point `[n]`.
  ///
  /// - Throws: What the model throws, if it is recorded again because its control flow reads values.
  public mutating func move(to point: [Double]) throws {
    if !execution.program.isReplayable {
      let program = try Self.recorded(function, at: point)
      execution = Execution(program)
    }
    execution.setInput(0, point)
  }

  /// The product of the Hessian with a vector `[n]`, written in place.
  ///
  /// - Complexity: A small multiple of an evaluation of the gradient; allocates nothing.
  public func apply(to direction: [Double], _ product: inout [Double]) {
    execution.setInput(1, direction)
    execution.run()
    execution.withOutput(0) { for i in $0.indices { product[i] = $0[i] } }
  }

  /// The whole matrix `[n, n]`, symmetric to the last digit.
  ///
  /// - Complexity: n products with unit vectors.
  public func matrix() -> Tensor { matrix {} }

  /// The whole matrix, with a call of `check` before each product, which throws to end the work.
  func matrix(_ check: () throws -> Void) rethrows -> Tensor {
    var unit = Array(repeating: 0.0, count: count)
    var column = unit
    var columns: [Double] = []
    columns.reserveCapacity(count * count)
    for i in 0..<count {
      unit[i] = 1
      try check()
      apply(to: unit, &column)
      unit[i] = 0
      columns += column
    }
    let matrix = Tensor(columns, shape: [count, count])
    return 0.5 * (matrix + matrix.transposed())
  }

  /// The program of the derivative of the gradient along a direction, on point and direction.
  private static func recorded(
    _ function: Function, at point: [Double]
  ) throws -> Program {
    try throwingMistakesAsErrors {
      try Program(
        recording: { inputs in
          let direction = inputs[1]
          return try valueWithGradient(
            of: { inner in
              let gradient = try valueWithGradient(
                of: { try function($0[0]) }, at: inner
              ).gradient[0]
              return (gradient * direction).sum()
            }, at: [inputs[0]]
          ).gradient
        }, on: [Tensor(point), Tensor(point)])
    }
  }
}
