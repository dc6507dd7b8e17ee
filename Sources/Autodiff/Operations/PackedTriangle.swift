import CNumerics
import Preconditions

/// How symmetric matrices are kept: whole, `[..., n, n]`, or as packed lower triangles, `[..., n (n + 1) / 2]`.
enum SymmetricStorage: Sendable, Hashable {
  case full, packed

  /// What kernels read.
  var flag: Int { self == .packed ? 1 : 0 }

  func shape(rows n: Int) -> [Int] { self == .packed ? [n * (n + 1) / 2] : [n, n] }

  /// The axes before the matrices.
  func batch(of shape: [Int]) -> [Int] { shape.dropLast(self == .packed ? 1 : 2) }

  /// - Throws: A sentence where the last axis holds no triangle.
  func rows(of shape: [Int], for operation: String) throws(Mistake) -> Int {
    guard self == .packed else { return shape[shape.count - 1] }
    guard let count = shape.last else { throw Mistake("\(operation): a number is no triangle.") }
    let n = knownRows(of: shape)
    guard n * (n + 1) / 2 == count else {
      throw Mistake("\(operation): \(count) elements are no triangle of whole rows.")
    }
    return n
  }

  /// The rows of a shape that is known to hold matrices.
  func knownRows(of shape: [Int]) -> Int {
    let last = shape[shape.count - 1]
    return self == .packed ? Int((Double(8 * last + 1).squareRoot() - 1) / 2) : last
  }
}

extension Tensor {
  /// The elements on and below the diagonal of the last two axes, row by row: `[..., n, n]` to `[..., n (n + 1) / 2]`.
  public func packedLowerTriangle() -> Tensor { Tensor.apply(PackTriangle(), self) }

  /// The symmetric matrices whose lower triangles the last axis holds, row by row: `[..., n (n + 1) / 2]` to
  /// `[..., n, n]`.
  ///
  /// - Precondition: The last axis holds whole rows of a triangle.
  public func symmetricMatrix() -> Tensor {
    let lower = Tensor.apply(UnpackTriangle(), self)
    return lower + lower.transposed() - lower.diagonal().diagonalMatrix()
  }
}

/// The lower triangles of the last two axes, packed.
struct PackTriangle: Operation {
  var name: String { "packedLowerTriangle" }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    let K = operands[0]
    try requireSquare(K, for: name)
    return K.dropLast(2) + SymmetricStorage.packed.shape(rows: K[K.count - 1])
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    let K = operands[0]
    return Kernel(
      function: { x, n in
        var (from, to) = (x[0], x[1])
        for _ in 0..<n[1] {
          for row in 0..<n[0] {
            to.update(from: from, count: row + 1)
            (from, to) = (from + n[0], to + row + 1)
          }
        }
      }, integers: [K[K.count - 1], elementCount(Array(K.dropLast(2)))])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    [Tensor.apply(UnpackTriangle(), g)]
  }
}

/// Packed lower triangles as matrices with zeros above the diagonal: the adjoint of `PackTriangle`.
struct UnpackTriangle: Operation {
  var name: String { "symmetricMatrix" }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    let n = try SymmetricStorage.packed.rows(of: operands[0], for: name)
    return operands[0].dropLast() + [n, n]
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    let shape = knownShape(operands)
    return Kernel(
      function: { x, n in
        var (from, to) = (x[0], x[1])
        for _ in 0..<n[1] {
          for row in 0..<n[0] {
            to.update(from: from, count: row + 1)
            (to + row + 1).update(repeating: 0, count: n[0] - row - 1)
            (from, to) = (from + row + 1, to + n[0])
          }
        }
      }, integers: [shape[shape.count - 1], elementCount(Array(shape.dropLast(2)))])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    [Tensor.apply(PackTriangle(), g)]
  }
}
