import CNumerics
import Preconditions

/// A differentiable operation on tensors: its shape rule, its kernel and its derivative rule.
///
///     struct Doubling: TensorOperation {
///       var name: String { "doubling" }
///       func shape(_ operands: [[Int]]) -> [Int] { operands[0] }
///       func kernel(_ operands: [[Int]]) -> OperationKernel {
///         OperationKernel(
///           function: { x, n in for i in 0..<n[0] { x[1][i] = 2 * x[0][i] } },
///           integers: [operands[0].reduce(1, *)])
///       }
///       func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] { [2 * g] }
///     }
///     let y = Tensor.apply(Doubling(), x)
///
/// The derivative rule is written in tensor operations, so that it is recorded like any other computation and has
/// derivatives itself. Operations that are equal, on equal operands, are computed once in a recorded program: what
/// distinguishes two of them is a stored property. An elementwise function with costly derivatives is rather a
/// ``OnePassFunction``.
public protocol TensorOperation: Sendable, Hashable {
  /// The name of the operation in profiles and messages.
  var name: String { get }

  /// The shape of the result.
  ///
  /// - Throws: `Mistake` where the operands do not fit; the result is then NaN throughout.
  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int]

  /// The kernel for operands of these shapes, which are known to fit.
  func kernel(_ operands: [[Int]]) -> OperationKernel

  /// The cotangents of the operands, each of its operand's shape; `nil` where there is no derivative.
  ///
  /// - Parameters:
  ///   - cotangent: The cotangent of the result, of its shape.
  ///   - operands: The operands.
  ///   - result: The result.
  func pullback(_ cotangent: Tensor, _ operands: [Tensor], _ result: Tensor) -> [Tensor?]

  /// The number of elements of scratch memory that the kernel needs; 0 by default.
  func workspace(_ operands: [[Int]]) -> Int

  /// Whether the kernel reads each element of an operand of the result's shape before it writes that of the result,
  /// and none after, so that the result may overwrite such an operand; false by default.
  var isElementwise: Bool { get }
}

// The names inside this module, where neither Foundation's operations nor covariance functions are meant.
typealias Operation = TensorOperation
typealias Kernel = OperationKernel

extension TensorOperation {
  /// The size of the scratch memory: none.
  public func workspace(_ operands: [[Int]]) -> Int { 0 }
  /// Whether the result may overwrite an operand: it may not.
  public var isElementwise: Bool { false }

  /// The shape for operands that are known to fit.
  func knownShape(_ operands: [[Int]]) -> [Int] { (try? shape(operands)) ?? [] }
}

/// An operation whose result has the numbers of the first operand, or a contiguous part of them, in another shape,
/// so that no kernel runs.
protocol AliasOperation: Operation {
  /// The start of the result in the numbers of its operand.
  func aliasOffset(_ operands: [[Int]]) -> Int
}

extension AliasOperation {
  func aliasOffset(_ operands: [[Int]]) -> Int { 0 }

  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(function: ppl_copy, integers: [elementCount(knownShape(operands))])
  }
}

/// An elementwise operation that can be part of a chain.
protocol ChainOperation: Operation {
  /// The code of the operation for the interpreter of chains; nil if it has none.
  var chainCode: ppl_code? { get }
}

/// A compiled operation: a function of the C calling convention, and the integers that it reads.
///
/// A kernel has no state and owns nothing, so that a replay of a program is a loop over plain memory: a function in
/// C, or a closure that captures nothing.
public struct OperationKernel: Sendable {
  /// The memory of a call: a pointer for each operand, then the result, then the workspace if there is one; each is
  /// contiguous and in row-major order.
  public typealias Operands = UnsafePointer<UnsafeMutablePointer<Double>>

  /// The integers of a call, such as counts and strides, as `integers` gives them.
  public typealias Integers = UnsafePointer<Int>

  /// A function that writes the result, all of it, and the workspace, and nothing else.
  public typealias Function =
    @convention(c) (_ operands: Operands, _ integers: Integers) -> Void

  let function: Function
  let integers: [Int]

  /// A kernel of a function and the integers that it reads, which must describe the memory that it may touch.
  public init(function: @escaping Function, integers: [Int]) {
    (self.function, self.integers) = (function, integers)
  }
}

extension Tensor {
  /// The result of an operation: computed at once from plain tensors, recorded where one of the operands is.
  ///
  /// - Precondition: The shapes fit (`TensorOperation.shape(_:)`).
  public static func apply(_ operation: some TensorOperation, _ operands: Tensor...) -> Tensor {
    apply(operation, operands)
  }

  /// The result of an operation on an array of operands.
  ///
  /// - Precondition: The shapes fit (`TensorOperation.shape(_:)`).
  public static func apply(_ operation: some TensorOperation, _ operands: [Tensor]) -> Tensor {
    // Loops, not `map`, which in debug builds takes longer than a small operation.
    var shapes: [[Int]] = []
    for operand in operands { shapes.append(operand.shape) }
    let shape: [Int]
    do throws(Mistake) {
      shape = try operation.shape(shapes)
      try checkSize(shape, of: operation.name)
    } catch {
      return .mistaken("\(error)", shapes.max { elementCount($0) < elementCount($1) } ?? [])
    }
    for operand in operands {
      if case .node(let recorder, _) = operand.storage {
        return recorder.record(operation, operands, shape: shape)
      }
    }
    var values: [[Double]] = []
    for operand in operands { values.append(operand.scalars) }
    return Tensor(shape: shape, storage: .values(compute(operation, values, shapes, shape)))
  }
}

/// Computes one operation on plain arrays.
func compute(
  _ operation: some Operation, _ operands: [[Double]], _ shapes: [[Int]], _ shape: [Int]
) -> [Double] {
  let count = elementCount(shape)
  if let alias = operation as? any AliasOperation {
    let start = alias.aliasOffset(shapes)
    return count == operands[0].count ? operands[0] : Array(operands[0][start..<start + count])
  }
  let kernel = operation.kernel(shapes)
  // The arrays share one block so that their addresses hold together for the call.
  return [Double](unsafeUninitializedCapacity: count) { result, initialized in
    withPointers(operands, []) { pointers in
      // A result without elements has no address; a kernel that writes nothing may have any.
      let scratch = max(operation.workspace(shapes), 1)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: scratch) { spare in
        let spare = spare.baseAddress!
        var all: [UnsafeMutablePointer<Double>] = []
        for pointer in pointers { all.append(pointer ?? spare) }
        all.append(result.baseAddress ?? spare)
        all.append(spare)
        all.withUnsafeBufferPointer { operands in
          kernel.integers.withUnsafeBufferPointer { integers in
            kernel.function(operands.baseAddress!, integers.baseAddress!)
          }
        }
      }
    }
    initialized = count
  }
}

/// Opens the arrays in nested closures, or copies of them if there are many, to keep the stack shallow. Kernels
/// only read their operands.
private func withPointers(
  _ arrays: [[Double]], _ pointers: [UnsafeMutablePointer<Double>?],
  _ body: ([UnsafeMutablePointer<Double>?]) -> Void
) {
  guard pointers.count < arrays.count else { return body(pointers) }
  guard arrays.count <= 32 else { return withCopies(arrays, body) }
  arrays[pointers.count].withUnsafeBufferPointer {
    var pointers = pointers
    pointers.append(UnsafeMutablePointer(mutating: $0.baseAddress))
    withPointers(arrays, pointers, body)
  }
}

private func withCopies(
  _ arrays: [[Double]], _ body: ([UnsafeMutablePointer<Double>?]) -> Void
) {
  var all = Array(arrays.joined())
  all.withUnsafeMutableBufferPointer { all in
    var start = 0
    body(
      arrays.map { array in
        defer { start += array.count }
        return all.baseAddress.map { $0 + start }
      })
  }
}
