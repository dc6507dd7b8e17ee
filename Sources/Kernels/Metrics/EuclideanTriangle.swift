import PPL

/// The lower triangle of the Euclidean distances of the rows of `x` from each other, row by row: `[N (N + 1) / 2]`.
///
/// It has the same digits as `distance(x, x).packedLowerTriangle()`. For known inputs on one or two axes it is
/// computed without the arrays of differences, `[N, N, D]`, which take most of the time before the first step of a
/// fit with thousands of inputs.
///
/// - Complexity: O(*N*² *D*).
func euclideanTriangle(_ x: Tensor) -> Tensor {
  let usual = { distance(x, x).packedLowerTriangle() }
  guard !x.isRecorded, x.rank == 2, x.shape[0] > 1, (1...2).contains(x.shape[1]) else {
    return usual()
  }
  let (n, isPlane) = (x.shape[0], x.shape[1] == 2)
  let values = x.scalars
  let first = isPlane ? (0..<n).map { values[2 * $0] } : values
  let second = isPlane ? (0..<n).map { values[2 * $0 + 1] } : Array(repeating: 0, count: n)
  // The value used for the distance of a point from itself.
  let point = x[.range(0..<1)]
  let none = distance(point, point).scalar

  var triangle = Array(repeating: none, count: n * (n + 1) / 2)
  var place = 0
  var isUsual = false
  for row in 0..<n {
    let (a, b) = (first[row], second[row])
    for column in 0..<row {
      let (da, db) = (a - first[column], b - second[column])
      let square = da * da + db * db
      // Squares near the ends of the range have lost digits.
      if square > 1e-280, square < 1e280 {
        triangle[place + column] = square.squareRoot()
      } else if da != 0 || db != 0 {
        isUsual = true
      }
    }
    place += row + 1
  }
  return isUsual ? usual() : Tensor(triangle)
}
