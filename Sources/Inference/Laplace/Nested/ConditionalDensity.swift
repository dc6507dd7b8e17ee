import LinearAlgebra
import PPL

/// The compiled log density log p(x, θ, y) as a function of the Gaussian part x, with its gradient and Hessian in x.
///
/// Everything is recorded once; θ is an input that nothing is differentiated with respect to, so that what depends on it
/// alone, such as the factor of a covariance, is computed once for many columns of the Hessian.
struct ConditionalDensity: Sendable {
  let split: LatentSplit
  /// The number of columns of the Hessian that one replay gives.
  let width: Int
  /// Asked while a Hessian is computed, which is not finite where it says so.
  var isInterrupted: @Sendable () -> Bool = { false }
  fileprivate let valueProgram, gradientProgram, hessianProgram: Program

  /// The density of a model with these Gaussian sites, recorded at a vector of all sites.
  ///
  /// - Throws: `NestedLaplaceError.reads` for a model that reads values; `InferenceError.expression` for invalid tensor
  ///   expressions; `ModelError` from a run of the model.
  init(_ logJoint: LogJoint, _ split: LatentSplit, at point: [Double]) throws {
    self.split = split
    let count = split.latent.count
    // As few passes as there can be of at most 48 columns, of one size.
    let passes = (count + 47) / 48
    let width = (count + passes - 1) / passes
    self.width = width
    let (x, theta) = split.parts(of: point)
    let names = split.latent.sites.map(\.name)
    @Sendable func value(_ parts: [Tensor], _ theta: Tensor) throws -> Tensor {
      let own = Dictionary(uniqueKeysWithValues: zip(names, parts))
      return try logJoint(split.hyper.named(theta).merging(own) { $1 })
    }
    // With respect to each site, since the gradient of a part of a vector has as many numbers as the vector.
    @Sendable func slopes(_ parts: [Tensor], _ theta: Tensor) throws -> (Tensor, [Tensor]) {
      try valueWithGradient(of: { try value($0, theta) }, at: parts)
    }
    func recorded(
      _ examples: [Tensor], _ body: ([Tensor], _ inputs: [Tensor]) throws -> [Tensor]
    ) throws -> Program {
      let program = try throwingMistakesAsErrors {
        try Program(
          recording: { try body(split.latent.split($0[0]).map(\.value), $0) }, on: examples)
      }
      if let read = program.reads.first { throw NestedLaplaceError.reads(read) }
      return program
    }
    let point = [Tensor(x), Tensor(theta)]
    valueProgram = try recorded(point) { [try value($0, $1[1])] }
    gradientProgram = try recorded(point) {
      let (value, gradient) = try slopes($0, $1[1])
      return [value, flattened(gradient)]
    }
    hessianProgram = try recorded(point + [.zeros([width, count])]) { parts, inputs in
      let columns = try gradients(
        of: {
          let gradient = flattened(try slopes($0, inputs[1]).1)
          return (0..<width).map { (gradient * inputs[2][.at($0)]).sum() }
        }, at: parts)
      return [stack(columns.map(flattened))]
    }
  }

  /// The memory for evaluations by one thread.
  func evaluator() -> ConditionalEvaluator { ConditionalEvaluator(self) }
}

/// The evaluator of a conditional density; each thread needs its own.
struct ConditionalEvaluator: ~Copyable {
  let density: ConditionalDensity
  private let valueExecution, gradientExecution, hessianExecution: Execution

  fileprivate init(_ density: ConditionalDensity) {
    self.density = density
    valueExecution = Execution(density.valueProgram)
    gradientExecution = Execution(density.gradientProgram)
    hessianExecution = Execution(density.hessianProgram)
  }

  /// Sets the hyperparameters of all later evaluations.
  func setTheta(_ theta: [Double]) {
    valueExecution.setInput(1, theta)
    gradientExecution.setInput(1, theta)
    hessianExecution.setInput(1, theta)
  }

  /// The log density at x.
  func value(at x: [Double]) -> Double {
    valueExecution.setInput(0, x)
    valueExecution.run()
    return valueExecution.withOutput(0) { $0[0] }
  }

  /// The log density at x, with its gradient in x written in place.
  func value(at x: [Double], gradient: inout [Double]) -> Double {
    gradientExecution.setInput(0, x)
    gradientExecution.run()
    gradientExecution.withOutput(1) { for i in $0.indices { gradient[i] = $0[i] } }
    return gradientExecution.withOutput(0) { $0[0] }
  }

  /// The precision −H of the Gaussian approximation at x, `[n, n]`, symmetric to the last digit.
  ///
  /// - Complexity: n / 48 replays of 48 reverse passes through the gradient.
  func precision(at x: [Double]) -> Matrix {
    let (count, width) = (x.count, density.width)
    var precision = Matrix(rows: count, columns: count)
    hessianExecution.setInput(0, x)
    for first in stride(from: 0, to: count, by: width) {
      if density.isInterrupted() {
        return Matrix(
          rows: count, columns: count, Array(repeating: .infinity, count: count * count))
      }
      let last = min(first + width, count)
      hessianExecution.withInput(2) { directions in
        for i in directions.indices { directions[i] = 0 }
        for row in first..<last { directions[(row - first) * count + row] = 1 }
      }
      hessianExecution.run()
      hessianExecution.withOutput(0) { products in
        for row in first..<last {
          for column in 0..<count {
            let entry = -0.5 * products[(row - first) * count + column]
            precision[row, column] += entry
            precision[column, row] += entry
          }
        }
      }
    }
    return precision
  }
}
