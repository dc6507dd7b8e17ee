import CNumerics
import Preconditions

/// An elementwise operation: a function of numbers, applied to each element of its operands.
///
/// The public function that a user calls is the whole declaration, with name, kernel and derivative:
///
///     public func atan(_ x: Tensor) -> Tensor {
///       elementwise("atan", x, { loop($0, $1, Double.atan) }) { x, _ in reciprocal(1 + square(x)) }
///     }
///
/// A kernel in C has a code as well, by which a chain of operations runs it on blocks in the cache; it broadcasts its
/// operands. A kernel that loops over a Swift function has operands of one shape.
struct Elementwise: ChainOperation {
  /// The derivative, from the operands and the result.
  enum Derivative: Sendable {
    /// The derivative of a function of one number; nil where there is none.
    case slope(@Sendable (_ x: Tensor, _ y: Tensor) -> Tensor?)
    /// The derivative in each operand.
    case slopes(@Sendable (_ x: [Tensor], _ y: Tensor) -> [Tensor])
    /// The cotangent of each operand before it is summed to the shape of the operand, from that of the result.
    case pullback(@Sendable (_ g: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?])
  }

  let label: StaticString
  let function: Kernel.Function
  let chainCode: ppl_code?
  /// The integer that the kernel reads after the count, such as the order of a derivative; nil where it reads none.
  let parameter: Int?
  let derivative: Derivative

  var name: String { parameter.map { "\(label)(\($0))" } ?? "\(label)" }
  var isElementwise: Bool { true }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    if operands.count == 1 { return operands[0] }
    if chainCode != nil { return try commonShape(operands, for: name) }
    guard operands.allSatisfy({ $0 == operands[0] }) else {
      throw Mistake("\(name): operands of different shapes.")
    }
    return operands[0]
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    guard operands.count > 1, chainCode != nil else {
      return Kernel(function: function, integers: [elementCount(operands[0]), parameter ?? 0])
    }
    // Rank, extents, and the strides of each operand.
    let shape = knownShape(operands)
    let nest = LoopNest(
      extents: shape,
      strides: operands.map { broadcastStrides($0, to: shape) } + [contiguousStrides(shape)])
    return Kernel(
      function: function,
      integers: [nest.rank] + nest.extents + nest.strides.dropLast().flatMap { $0 })
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    switch derivative {
    case .slope(let slope): [slope(operands[0], y).map { g * $0 }]
    case .slopes(let slopes): slopes(operands, y).map { g * $0 }
    case .pullback(let pullback):
      zip(pullback(g, operands, y), operands).map { $0?.sum(to: $1.shape) }
    }
  }

  // MARK: Identity: one kernel under one name, with one parameter

  static func == (a: Self, b: Self) -> Bool {
    a.address == b.address && a.parameter == b.parameter
      && a.label.utf8Start == b.label.utf8Start
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(address)
    hasher.combine(parameter)
  }

  private var address: UInt { unsafeBitCast(function, to: UInt.self) }
}

/// A function of one number.
///
/// - Parameters:
///   - name: The name in messages and profiles.
///   - x: The operand.
///   - kernel: The kernel: one of C, or `loop` over a Swift function.
///   - code: The code of a kernel in C.
///   - parameter: The integer that the kernel reads after the count.
///   - slope: The derivative from the operand and the result; nil where there is none.
func elementwise(
  _ name: StaticString, _ x: Tensor, _ kernel: @escaping Kernel.Function, _ code: ppl_code? = nil,
  parameter: Int? = nil,
  slope: @escaping @Sendable (_ x: Tensor, _ y: Tensor) -> Tensor? = { _, _ in nil }
) -> Tensor {
  Tensor.apply(
    Elementwise(
      label: name, function: kernel, chainCode: code, parameter: parameter,
      derivative: .slope(slope)), x)
}

/// A function of several numbers with a kernel in C, which broadcasts its operands.
func elementwise(
  _ name: StaticString, _ x: [Tensor], _ kernel: @escaping Kernel.Function, _ code: ppl_code,
  pullback: @escaping @Sendable (_ g: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] =
    { _, x, _ in x.map { _ in nil } }
) -> Tensor {
  Tensor.apply(
    Elementwise(
      label: name, function: kernel, chainCode: code, parameter: nil,
      derivative: .pullback(pullback)), x)
}

/// A function of several numbers with a kernel that is a `loop`, on operands that are broadcast together first.
func elementwise(
  _ name: StaticString, _ x: [Tensor], _ kernel: @escaping Kernel.Function, parameter: Int? = nil,
  slopes: @escaping @Sendable (_ x: [Tensor], _ y: Tensor) -> [Tensor]
) -> Tensor {
  Tensor.apply(
    Elementwise(
      label: name, function: kernel, chainCode: nil, parameter: parameter,
      derivative: .slopes(slopes)), broadcasted(x, for: "\(name)"))
}

/// Zero derivatives of a function that has none, after a report.
func missingSlopes(_ operands: [Tensor], _ message: String) -> [Tensor] {
  reportMistake(message)
  return operands.map { .unknown($0.shape) }
}

// MARK: Loops of Swift functions; a parameter is n[1]

@inline(__always)
func loop(
  _ x: UnsafePointer<UnsafeMutablePointer<Double>>, _ n: UnsafePointer<Int>,
  _ function: (Double) -> Double
) {
  for i in 0..<n[0] { x[1][i] = function(x[0][i]) }
}

@inline(__always)
func loop(
  _ x: UnsafePointer<UnsafeMutablePointer<Double>>, _ n: UnsafePointer<Int>,
  _ function: (Double, Double) -> Double
) {
  for i in 0..<n[0] { x[2][i] = function(x[0][i], x[1][i]) }
}

@inline(__always)
func loop(
  _ x: UnsafePointer<UnsafeMutablePointer<Double>>, _ n: UnsafePointer<Int>,
  _ function: (Double, Double, Double) -> Double
) {
  for i in 0..<n[0] { x[3][i] = function(x[0][i], x[1][i], x[2][i]) }
}
