import Foundation
import Preconditions

/// A tensor: an array of `Double`s of any rank in row-major order.
///
///     let x: Tensor = 2
///     let y = Tensor([1, 2, 3])          // shape [3]
///     exp(x * y)[.range(0..<2)].scalars  // [e², e⁴]
///
/// Operators and functions broadcast as NumPy's do. A tensor is a value: it holds either its numbers or a node of
/// the current recording (`Program`, `gradient(of:at:)`); code that does not read numbers cannot tell the
/// difference.
public struct Tensor: Sendable {
  enum Storage: Sendable {
    case values([Double])
    case node(Recorder, Int)
  }

  /// The extent of each axis; `[]` for a single number.
  public let shape: [Int]
  let storage: Storage
}

// MARK: Making tensors

extension Tensor {
  /// A scalar tensor, of shape `[]`.
  public init(_ value: Double) {
    self.init(shape: [], storage: .values([value]))
  }

  /// A vector, of shape `[values.count]`.
  public init(_ values: [Double]) {
    self.init(shape: [values.count], storage: .values(values))
  }

  /// A tensor of the given numbers in row-major order.
  ///
  /// - Precondition: `values.count` is the product of `shape`.
  public init(_ values: [Double], shape: [Int]) {
    guard
      holds(
        values.count == elementCount(shape) && shape.allSatisfy { $0 >= 0 },
        "Tensor: \(values.count) values cannot fill shape \(shape), which needs \(elementCount(shape))."
      )
    else {
      self = .unknown(shape)
      return
    }
    self.init(shape: shape, storage: .values(values))
  }

  /// A matrix from its rows, of shape `[rows.count, rows[0].count]`.
  ///
  /// - Precondition: All rows have the same length.
  public init(rows: [[Double]]) {
    let width = rows.first?.count ?? 0
    guard holds(rows.allSatisfy { $0.count == width }, "Tensor: the rows differ in length.") else {
      self = .unknown([rows.count, width])
      return
    }
    self.init(shape: [rows.count, width], storage: .values(rows.flatMap { $0 }))
  }

  /// A tensor of this shape with `value` in every element.
  public static func full(_ value: Double, _ shape: [Int]) -> Tensor {
    do throws(Mistake) { try checkSize(shape, of: "Tensor") } catch {
      return mistaken("\(error)", [])
    }
    return Tensor(
      shape: shape, storage: .values(Array(repeating: value, count: elementCount(shape))))
  }
  /// A tensor of this shape filled with 0.
  public static func zeros(_ shape: [Int]) -> Tensor { full(0, shape) }
  /// A tensor of this shape filled with 1.
  public static func ones(_ shape: [Int]) -> Tensor { full(1, shape) }

  /// The identity matrix, of shape `[n, n]`.
  public static func identity(_ n: Int) -> Tensor { ones([n]).diagonalMatrix() }

  /// The vector `0, 1, ..., n - 1`; `[n]`.
  public static func arange(_ n: Int) -> Tensor {
    do throws(Mistake) { try checkSize([n], of: "arange") } catch {
      return mistaken("\(error)", [0])
    }
    return Tensor((0..<n).map(Double.init))
  }

  /// The number of elements of a tensor that fit into the memory of this machine.
  package static let largestCount = Int(
    clamping: ProcessInfo.processInfo.physicalMemory / UInt64(MemoryLayout<Double>.stride))

  /// A tensor of NaN in place of one that a mistake has prevented, of this shape if that is possible.
  package static func unknown(_ shape: [Int]) -> Tensor {
    let isShape = shape.allSatisfy { $0 >= 0 } && elementCount(shape) <= largestCount
    let count = isShape ? elementCount(shape) : 1
    return Tensor(
      shape: isShape ? shape : [], storage: .values(Array(repeating: .nan, count: count)))
  }

  /// Reports a mistake, and gives NaN in place of the result.
  static func mistaken(_ message: String, _ shape: [Int]) -> Tensor {
    reportMistake(message)
    return unknown(shape)
  }
}

extension Tensor: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral
{
  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(Double(value)) }
  public init(arrayLiteral elements: Double...) { self.init(elements) }
}

// MARK: Reading tensors

extension Tensor {
  /// The number of axes; 0 for a scalar.
  public var rank: Int { shape.count }
  /// The number of elements, the product of the shape.
  public var count: Int { elementCount(shape) }

  /// Whether this tensor is a node of the current recording.
  public var isRecorded: Bool {
    if case .node = storage { true } else { false }
  }

  /// The numbers in row-major order.
  ///
  /// Inside a recording the read is answered with the value at the example inputs, and noted: later operations
  /// may depend on it, so that the program can no longer be replayed with other inputs (`Program.reads`).
  public var scalars: [Double] {
    switch storage {
    case .values(let values): values
    case .node(let recorder, let id): recorder.read(id)
    }
  }

  /// The only number of a tensor with one element.
  ///
  /// - Precondition: `count == 1`.
  public var scalar: Double {
    holds(count == 1, "scalar: shape \(shape) holds \(count) numbers, not one.")
      ? scalars[0] : .nan
  }

  /// The same tensor, named in the diagnostics of a recording.
  public func named(_ name: String) -> Tensor {
    if case .node(let recorder, let id) = storage { recorder.label(id, name) }
    return self
  }
}

extension Tensor: CustomStringConvertible {
  public var description: String {
    guard case .values(let values) = storage else { return "Tensor(recorded, shape: \(shape))" }
    let shown = values.prefix(12).map { "\($0)" } + (values.count > 12 ? ["..."] : [])
    return "Tensor([\(shown.joined(separator: ", "))], shape: \(shape))"
  }
}
