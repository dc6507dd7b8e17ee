import CNumerics
import Preconditions

/// A function of tensors whose value and derivatives share costly terms and are computed in one pass.
///
/// A conforming type provides its kernel and, for derivatives of its derivatives, its formula in tensor operations.
protocol OnePassFunction: Sendable, Hashable {
  var name: String { get }

  /// Writes the value, then the derivative in each of `derivatives`, elementwise after broadcasting.
  ///
  /// The integers are: rank, the count of the result's elements, the extents, and the steps of each argument.
  var kernel: Kernel.Function { get }

  /// The arguments in which the kernel computes the derivative, in the order of its results.
  var derivatives: [Int] { get }

  /// The derivative in an argument, from those of the kernel; 1 is the first.
  func derivative(in argument: Int, _ part: (Int) -> Tensor) -> Tensor

  /// The value by tensor operations.
  func formula(_ arguments: [Tensor]) -> Tensor
}

extension OnePassFunction {
  func derivative(in argument: Int, _ part: (Int) -> Tensor) -> Tensor {
    guard let index = derivatives.firstIndex(of: argument) else {
      requirementFailed("\(name): no derivative in argument \(argument).")
    }
    return part(index + 1)
  }

  /// The value. A recorded value and its gradient share one pass, because equal nodes are one node.
  func callAsFunction(_ arguments: [Tensor]) -> Tensor {
    let all = Tensor.apply(OnePass(function: self), arguments)
    return Tensor.apply(OnePassPart(function: self, index: 0), [all] + arguments)
  }
}

/// The operation with all results of the pass, `[1 + derivatives, ...]`.
struct OnePass<Function: OnePassFunction>: Operation {
  let function: Function
  var name: String { function.name }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    [1 + function.derivatives.count] + (try commonShape(operands, for: name))
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    let shape = Array(knownShape(operands).dropFirst())
    let nest = LoopNest(
      extents: shape,
      strides: operands.map { broadcastStrides($0, to: shape) } + [contiguousStrides(shape)])
    return Kernel(
      function: function.kernel,
      integers: [nest.rank, elementCount(shape)] + nest.extents
        + nest.strides.dropLast().flatMap { $0 })
  }

  /// The cotangents pass through the parts, which also know the arguments.
  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    operands.map { _ in nil }
  }
}

/// One result of the pass, in place. The operands are the pass and its arguments.
struct OnePassPart<Function: OnePassFunction>: Operation {
  let function: Function
  /// The index of the result: 0 for the value, then the derivatives.
  let index: Int
  var name: String { "\(function.name) \(index)" }
  var isAlias: Bool { true }

  func shape(_ operands: [[Int]]) -> [Int] { Array(operands[0].dropFirst()) }

  func aliasOffset(_ operands: [[Int]]) -> Int { index * elementCount(shape(operands)) }

  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(function: ppl_copy, integers: [elementCount(shape(operands))])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let arguments = Array(operands.dropFirst())
    guard index > 0 else {
      let part = { Tensor.apply(OnePassPart(function: function, index: $0), operands) }
      return [nil]
        + arguments.indices.map {
          weightedSum(g, function.derivative(in: $0, part), arguments[$0].shape)
        }
    }
    // Derivatives of a derivative use the formula, on arguments of the full shape, so that a gradient is elementwise.
    let (_, gradient) = valueWithGradient(
      of: { arguments in
        let full = arguments.map { $0.broadcast(to: y.shape) }
        let (_, slopes) = valueWithGradient(of: { function.formula($0).sum() }, at: full)
        return (g * slopes[function.derivatives[index - 1]]).sum()
      }, at: arguments)
    return [nil] + gradient
  }
}

/// The sum of `g slope` over the axes that `target` lacks.
///
/// Below the sum of a log density the weights are all 1 or all -1; these need no products, and give the same digits.
private func weightedSum(_ g: Tensor, _ slope: Tensor, _ target: [Int]) -> Tensor {
  if !g.isRecorded, let sign = g.scalars.first, Swift.abs(sign) == 1,
    g.shape == slope.shape, g.scalars.allSatisfy({ $0 == sign })
  {
    let sum = slope.sum(to: target)
    return sign == 1 ? sum : -sum
  }
  return (g * slope).sum(to: target)
}
