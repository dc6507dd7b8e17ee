import CNumerics
import Preconditions

/// An operation of the table.
///
/// The derivative rule is written in tensor operations, so it can be recorded and differentiated again.
protocol Operation: Sendable, Hashable {
  /// The name of the operation in profiles and messages.
  var name: String { get }

  /// The shape of the result.
  ///
  /// - Throws: `Mistake` where the operands do not fit; the result is then NaN throughout.
  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int]

  /// The kernel for operands of these shapes.
  func kernel(_ operands: [[Int]]) -> Kernel

  /// The cotangents of the operands, given that of the result; `nil` where there is no derivative.
  func pullback(_ cotangent: Tensor, _ operands: [Tensor], _ result: Tensor) -> [Tensor?]

  /// The number of elements of scratch memory that the kernel needs, after the result.
  func workspace(_ operands: [[Int]]) -> Int

  /// Whether the result has the numbers of the first operand, or a contiguous part of them, in another shape, so
  /// that no kernel runs.
  var isAlias: Bool { get }

  /// The start of an alias in the numbers of its operand.
  func aliasOffset(_ operands: [[Int]]) -> Int

  /// Whether the result may overwrite an operand of its own shape.
  var isElementwise: Bool { get }

  /// The code of the operation in a chain of elementwise operations; nil if it cannot be part of one.
  var chainCode: ppl_code? { get }
}

extension Operation {
  /// The shape for operands that are known to fit.
  func knownShape(_ operands: [[Int]]) -> [Int] { (try? shape(operands)) ?? [] }

  func workspace(_ operands: [[Int]]) -> Int { 0 }
  var isAlias: Bool { false }
  func aliasOffset(_ operands: [[Int]]) -> Int { 0 }
  var isElementwise: Bool { false }
  var chainCode: ppl_code? { nil }
}

/// A compiled operation: a function of the C calling convention, and the integers that it reads.
///
/// The argument `operands` holds a pointer for each operand, then the result, then the workspace if there is one.
/// A kernel has no state and owns nothing, so that a replay is a loop over plain memory.
struct Kernel: Sendable {
  typealias Function =
    @convention(c) (
      _ operands: UnsafePointer<UnsafeMutablePointer<Double>>, _ integers: UnsafePointer<Int>
    ) -> Void

  let function: Function
  let integers: [Int]
}

extension Tensor {
  /// Runs or records an operation: the only path from tensors to the table.
  static func apply(_ operation: some Operation, _ operands: Tensor...) -> Tensor {
    apply(operation, operands)
  }

  static func apply(_ operation: some Operation, _ operands: [Tensor]) -> Tensor {
    let shapes = operands.map(\.shape)
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
    let values = operands.map(\.scalars)
    return Tensor(shape: shape, storage: .values(compute(operation, values, shapes, shape)))
  }
}

/// Computes one operation on plain arrays.
func compute(
  _ operation: some Operation, _ operands: [[Double]], _ shapes: [[Int]], _ shape: [Int]
) -> [Double] {
  let count = elementCount(shape)
  if operation.isAlias {
    let start = operation.aliasOffset(shapes)
    return count == operands[0].count ? operands[0] : Array(operands[0][start..<start + count])
  }
  let kernel = operation.kernel(shapes)
  // The arrays share one block so that their addresses hold together for the call.
  return [Double](unsafeUninitializedCapacity: count) { result, initialized in
    withPointers(operands[...], []) { pointers in
      // A result without elements has no address; a kernel that writes nothing may have any.
      let scratch = max(operation.workspace(shapes), 1)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: scratch) { spare in
        let spare = spare.baseAddress!
        let all = pointers.map { $0 ?? spare } + [result.baseAddress ?? spare, spare]
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
  _ arrays: ArraySlice<[Double]>, _ pointers: [UnsafeMutablePointer<Double>?],
  _ body: ([UnsafeMutablePointer<Double>?]) -> Void
) {
  guard let array = arrays.first else { return body(pointers) }
  guard arrays.count <= 32 else { return withCopies(arrays) { body(pointers + $0) } }
  array.withUnsafeBufferPointer {
    withPointers(
      arrays.dropFirst(), pointers + [UnsafeMutablePointer(mutating: $0.baseAddress)], body)
  }
}

private func withCopies(
  _ arrays: ArraySlice<[Double]>, _ body: ([UnsafeMutablePointer<Double>?]) -> Void
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
