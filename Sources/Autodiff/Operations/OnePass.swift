import Preconditions

/// An elementwise function whose value and derivatives share costly terms and are computed in one pass, such as a
/// log density.
///
///     struct LogLorentzian: OnePassFunction {
///       var name: String { "log Lorentzian" }
///       var derivatives: [Int] { [0, 1] }
///       var kernel: OperationKernel.Function {
///         { x, n in
///           OperationKernel.forEachElement(x, n, arguments: 2, results: 3) { (a: SIMD2) -> SIMD4 in
///             let (z, scale) = (a[0] / a[1], a[1])
///             let d = 2 * z / (1 + z * z)
///             return [-log(.pi * scale) - log1p(z * z), -d / scale, (d * z - 1) / scale, 0]
///           }
///         }
///       }
///       func formula(_ x: [Tensor]) -> Tensor {
///         -log(Tensor(Double.pi) * x[1]) - log1p(square(x[0] / x[1]))
///       }
///     }
///     let logDensity = LogLorentzian()([x, scale])
///
/// The formula gives derivatives of the derivatives. Values, gradients and second derivatives must agree with it: a
/// test compares them with finite differences.
public protocol OnePassFunction: Sendable, Hashable {
  /// The name of the function in profiles and messages.
  var name: String { get }

  /// The kernel, which writes the value, then the derivative in each of `derivatives`, elementwise after
  /// broadcasting: `[1 + derivatives, ...]`.
  ///
  /// Its integers are: rank, the count of the result's elements, the extents, and the strides of each argument;
  /// neighbouring axes are merged where that is possible, and the rank is at least 1. `OperationKernel.forEachElement` is the
  /// loop over these for a function in Swift.
  var kernel: OperationKernel.Function { get }

  /// The indices of the arguments in which the kernel computes the derivative, in the order of its results.
  var derivatives: [Int] { get }

  /// The derivative in an argument, elementwise; by default that of the kernel.
  ///
  /// - Parameters:
  ///   - argument: The index of the argument.
  ///   - part: The results of the kernel: the value for 0, then the derivatives.
  func derivative(in argument: Int, _ part: (Int) -> Tensor) -> Tensor

  /// The value by tensor operations.
  func formula(_ arguments: [Tensor]) -> Tensor
}

extension OnePassFunction {
  /// The derivative that the kernel computes in this argument.
  ///
  /// - Precondition: `derivatives` contains the argument.
  public func derivative(in argument: Int, _ part: (Int) -> Tensor) -> Tensor {
    guard let index = derivatives.firstIndex(of: argument) else {
      requirementFailed("\(name): no derivative in argument \(argument).")
    }
    return part(index + 1)
  }

  /// The value, of the shape to which the arguments broadcast.
  ///
  /// A recorded value and its gradient share one pass, because equal operations are one in a recording.
  public func callAsFunction(_ arguments: [Tensor]) -> Tensor {
    let all = Tensor.apply(OnePass(function: self), arguments)
    return Tensor.apply(OnePassPart(function: self, index: 0), [all] + arguments)
  }
}

extension OperationKernel {
  /// The loop of a `OnePassFunction` in Swift over the elements of its result.
  ///
  /// - Parameters:
  ///   - operands: The operands of the kernel.
  ///   - integers: The integers of the kernel.
  ///   - arguments: The number of arguments of the function, up to 8.
  ///   - results: The number of its results: one more than `derivatives`.
  ///   - function: The function of one element: its arguments to its value and derivatives. Vectors longer than the
  ///     two numbers are filled with zeros.
  @inlinable @inline(__always)
  public static func forEachElement<Arguments: SIMD<Double>, Results: SIMD<Double>>(
    _ operands: Operands, _ integers: Integers, arguments: Int, results: Int,
    _ function: (Arguments) -> Results
  ) {
    let (rank, count) = (integers[0], integers[1])
    let extents = integers + 2
    let strides = extents + rank
    let length = extents[rank - 1]
    var (element, row) = (0, 0)
    while element < count {
      // The start of the row in each argument, from the indices of the outer axes.
      var (offsets, rest) = (SIMD8<Int>(), row)
      for axis in stride(from: rank - 2, through: 0, by: -1) {
        let index = rest % extents[axis]
        rest /= extents[axis]
        for k in 0..<arguments { offsets[k] += index * strides[k * rank + axis] }
      }
      for column in 0..<length {
        var values = Arguments()
        for k in 0..<arguments {
          values[k] = operands[k][offsets[k] + column * strides[k * rank + rank - 1]]
        }
        let found = function(values)
        for k in 0..<results { operands[arguments][k * count + element] = found[k] }
        element += 1
      }
      row += 1
    }
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
struct OnePassPart<Function: OnePassFunction>: AliasOperation {
  let function: Function
  /// The index of the result: 0 for the value, then the derivatives.
  let index: Int
  var name: String { "\(function.name) \(index)" }

  func shape(_ operands: [[Int]]) -> [Int] { Array(operands[0].dropFirst()) }

  func aliasOffset(_ operands: [[Int]]) -> Int { index * elementCount(shape(operands)) }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let arguments = Array(operands.dropFirst())
    guard index > 0 else {
      let part = { Tensor.apply(OnePassPart(function: function, index: $0), operands) }
      return [nil]
        + arguments.indices.map {
          weightedSum(g, function.derivative(in: $0, part), arguments[$0].shape)
        }
    }
    let curvatures = secondDerivatives(arguments, of: y.shape)
    return [nil]
      + arguments.indices.map { argument in
        curvatures[argument].map { weightedSum(g, $0, arguments[argument].shape) }
      }
  }

  /// The derivatives of this derivative in each argument, of the full shape; nil for an argument that is a constant.
  ///
  /// They come from the formula and do not depend on a cotangent, so that equal ones are recorded once: many products of a
  /// Hessian share them.
  private func secondDerivatives(_ arguments: [Tensor], of shape: [Int]) -> [Tensor?] {
    // Nodes of their own, so that an argument that is given twice has two derivatives.
    let full = arguments.enumerated().map { index, argument in
      Tensor.apply(OnePassArgument(index: index), argument).broadcast(to: shape)
    }
    let slopes = Autodiff.pullback(of: function.formula(full).sum(), toward: full)
    let slope = slopes[function.derivatives[index - 1]]
    let curvatures = Autodiff.pullback(of: slope.sum(), toward: full)
    return zip(curvatures, full).map { $1.isRecorded ? $0 : nil }
  }
}

/// The argument of a formula: an identity that is merged only with that of the same argument.
private struct OnePassArgument: AliasOperation {
  let index: Int
  var name: String { "argument" }
  func shape(_ operands: [[Int]]) -> [Int] { operands[0] }
  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] { [g] }
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
