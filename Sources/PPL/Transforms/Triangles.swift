import Preconditions

// Packing of lower triangles, row by row: (1,0), (2,0), (2,1), (3,0), …

/// The two parts of a vector: the packed entries below the diagonal, and the diagonal.
func split(_ x: Tensor) -> (below: Tensor, diagonal: Tensor) {
  let x = vector(x)
  let count = x.shape[x.rank - 1]
  let n = triangleSize(count)
  let below = x[.ellipsis, .range(0..<count - n)]
  return (below, x[.ellipsis, .range(count - n..<count)])
}

/// The size of the matrix whose strictly lower triangle, or lower triangle with `offset` 0, has `count` entries.
///
/// - Precondition: `count` is a triangular number.
func triangleSize(_ count: Int, offset: Int = 0) -> Int {
  let n = Int((Double(1 + 8 * count).squareRoot() - 1) / 2 + 0.5)
  holds(n * (n + 1) / 2 == count, "\(count) numbers do not fill a triangular matrix")
  return n + offset
}

func triangleShape(_ shape: [Int], offset: Int = 0) -> [Int] {
  guard holds(!shape.isEmpty, "a triangular matrix is made from a vector, not from a scalar")
  else { return [1, 1] }
  let n = triangleSize(shape[shape.count - 1], offset: offset)
  return shape.dropLast() + [n, n]
}

func packedShape(_ shape: [Int], offset: Int = 0) -> [Int] {
  guard isSquare(shape) else { return [1] }
  let n = shape[shape.count - 1] - offset
  return shape.dropLast(2) + [n * (n + 1) / 2]
}

/// Whether the last two axes are those of a square matrix; otherwise a mistake is reported.
private func isSquare(_ shape: [Int]) -> Bool {
  holds(
    shape.count > 1 && shape[shape.count - 1] == shape[shape.count - 2],
    "a square matrix is needed, not one of shape \(shape)")
}

/// The argument, which must be a square matrix or a batch of them; otherwise a placeholder.
func squareMatrix(_ x: Tensor) -> Tensor {
  isSquare(x.shape) ? x : .full(.nan, [1, 1])
}

/// The matrix with these packed entries below its diagonal, and zeros elsewhere.
package func strictLowerTriangle(_ packed: Tensor) -> Tensor {
  let packed = vector(packed)
  let batch = Array(packed.shape.dropLast())
  let count = packed.shape[packed.rank - 1]
  let n = triangleSize(count, offset: 1)
  // Entries on and above the diagonal come from one zero behind the packed ones.
  let source = (0..<n * n).map { flat in
    let (i, j) = (flat / n, flat % n)
    return Double(j < i ? i * (i - 1) / 2 + j : count)
  }
  let padded = concatenate([packed, .zeros(batch + [1])], along: packed.rank - 1)
  return padded.taking(indices: Tensor(source), along: packed.rank - 1).reshaped(
    to: batch + [n, n])
}

/// The entries below the diagonal, row by row.
func packedStrictLower(_ matrix: Tensor) -> Tensor {
  let matrix = squareMatrix(matrix)
  let n = matrix.shape[matrix.rank - 1]
  let places = (0..<n).flatMap { i in (0..<i).map { j in Double(i * n + j) } }
  let batch = Array(matrix.shape.dropLast(2))
  let flat = matrix.reshaped(to: batch + [n * n])
  return flat.taking(indices: Tensor(places), along: batch.count)
}

/// The exclusive running sum of each row: of the entries to the left of each.
func exclusiveRunningSum(_ matrix: Tensor) -> Tensor {
  let n = matrix.shape[matrix.rank - 1]
  let before = Tensor.arange(n).reshaped(to: [n, 1]) .< Tensor.arange(n)
  return matmul(matrix, before)
}

/// The exclusive trailing sum of each row: of the entries to the right of each.
func exclusiveTrailingSum(_ matrix: Tensor) -> Tensor {
  let n = matrix.shape[matrix.rank - 1]
  let behind = Tensor.arange(n) .< Tensor.arange(n).reshaped(to: [n, 1])
  return matmul(matrix, behind)
}

func swappingLastAxes(_ x: Tensor) -> Tensor {
  var axes = Array(0..<x.rank)
  axes.swapAt(x.rank - 1, x.rank - 2)
  return x.transposed(axes)
}
