import CNumerics
import Preconditions

/// The storage of symmetric matrices: full, `[..., n, n]`, or as packed lower triangles, `[..., n (n + 1) / 2]`.
enum SymmetricStorage: Sendable, Hashable {
  case full, packed

  /// The flag of the storage that kernels read.
  var flag: Int { self == .packed ? 1 : 0 }

  func shape(rows n: Int) -> [Int] { self == .packed ? [n * (n + 1) / 2] : [n, n] }

  /// The axes before the matrices.
  func batch(of shape: [Int]) -> [Int] { shape.dropLast(self == .packed ? 1 : 2) }

  /// The number of rows of the matrices in a shape.
  ///
  /// - Throws: `Mistake` where the last axis is not a packed triangle.
  func rows(of shape: [Int], for operation: String) throws(Mistake) -> Int {
    guard self == .packed else { return shape[shape.count - 1] }
    guard let count = shape.last else { throw Mistake("\(operation): a number is not a triangle.") }
    let n = knownRows(of: shape)
    guard n * (n + 1) / 2 == count else {
      throw Mistake("\(operation): \(count) elements are not a triangle of whole rows.")
    }
    return n
  }

  /// The number of rows of a shape that is known to hold matrices.
  func knownRows(of shape: [Int]) -> Int {
    let last = shape[shape.count - 1]
    return self == .packed ? Int((Double(8 * last + 1).squareRoot() - 1) / 2) : last
  }
}

extension Tensor {
  /// The packed lower triangle: the elements on and below the diagonal of the last two axes, row by row;
  /// `[..., n, n]` to `[..., n (n + 1) / 2]`.
  public func packedLowerTriangle() -> Tensor { Tensor.apply(PackTriangle(), self) }

  /// The symmetric matrices with the packed lower triangles of the last axis: `[..., n (n + 1) / 2]` to `[..., n, n]`.
  ///
  /// - Precondition: The last axis holds whole rows of a triangle.
  public func symmetricMatrix() -> Tensor {
    let lower = Tensor.apply(UnpackTriangle(), self)
    return lower + lower.transposed() - lower.diagonal().diagonalMatrix()
  }
}

/// The packing of the lower triangles of the last two axes.
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

/// The unpacking of lower triangles to matrices with zeros above the diagonal: the adjoint of `PackTriangle`.
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
