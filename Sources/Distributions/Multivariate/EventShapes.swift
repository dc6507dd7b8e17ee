import Autodiff
import PPL
import Preconditions

/// The common batch shape of the parameters of a distribution of vectors or matrices, and the sizes of its events.
///
///     eventShapes(of: "MultivariateNormal", [("mean", [5, 3], "n"), ("choleskyFactor", [3, 3], "nn")])
///     // batch [5], sizes ["n": 3]
///
/// - Parameter parameters: The name and shape of each parameter, and a letter for each of its trailing dimensions;
///   equal letters stand for equal sizes.
///
/// Reports a mistake unless the shapes have these dimensions, and the remaining ones broadcast.
func eventShapes(
  of family: String, _ parameters: [(name: String, shape: [Int], event: String)]
) -> (batch: [Int], sizes: [Character: Int]) {
  var sizes: [Character: Int] = [:]
  var agree = true
  for (_, shape, event) in parameters {
    agree = agree && shape.count >= event.count
    for (letter, size) in zip(event, shape.suffix(event.count)) {
      agree = agree && sizes[letter, default: size] == size
      sizes[letter] = size
    }
    // Every letter has a size, even after a report.
    for letter in event { sizes[letter] = sizes[letter, default: 1] }
  }
  holds(agree, "\(family): \(mismatch(parameters)).")
  let batches = parameters.map { (key: $0.name, value: Array($0.shape.dropLast($0.event.count))) }
  return (batchShape(of: family, batches), sizes)
}

/// The description of shapes that do not fit, such as `mean [2] and factor [3, 3] are not [..., n], [..., n, n]`.
private func mismatch(_ parameters: [(name: String, shape: [Int], event: String)]) -> String {
  let given = parameters.map { "\($0.name) \($0.shape)" }
  let wanted = parameters.map { parameter in
    "[" + (["..."] + parameter.event.map(String.init)).joined(separator: ", ") + "]"
  }.joined(separator: ", ")
  guard given.count > 1 else { return "\(given[0]) is not \(wanted)" }
  let list = given.dropLast().joined(separator: ", ")
  return "\(list) and \(given[given.count - 1]) are not \(wanted)"
}

/// Applies `f` at once to all vectors that share a matrix, as the columns of one matrix.
///
/// - Parameters:
///   - x: The vectors, `[S..., F..., n]`, with F the batch of the matrix.
///   - matrix: The matrix, `[F..., m, n]`.
///   - f: A function from `[F..., n, S]` to `[F..., m, S]`.
/// - Returns: The results, `[S..., F..., m]`.
func asColumns(_ x: Tensor, sharing matrix: Tensor, _ f: (Tensor) -> Tensor) -> Tensor {
  let last = matrix.rank - 1  // of [S, F..., n]
  let each = Array(x.shape.suffix(last))
  let columns = x.reshaped(to: [x.shape.dropLast(last).reduce(1, *)] + each)
    .transposed(Array(1...last) + [0])
  let images = f(columns)
  return images.transposed([last] + Array(0..<last))
    .reshaped(to: x.shape.dropLast() + [images.shape[last - 1]])
}

/// The product `matrix x` for each vector of `x`, `[S..., F..., n]`.
func product(_ matrix: Tensor, _ x: Tensor) -> Tensor {
  asColumns(x, sharing: matrix) { matmul(matrix, $0) }
}

/// The solution `L⁻¹ x` for each vector of `x`, `[S..., F..., n]`.
func solution(_ L: Tensor, _ x: Tensor, transposed: Bool = false) -> Tensor {
  asColumns(x, sharing: L) { triangularSolve(L, $0, transposed: transposed) }
}

/// The log determinant of a lower triangular matrix.
func logTriangularDeterminant(_ L: Tensor) -> Tensor { log(L.diagonal()).sum(along: [-1]) }

extension Tensor {
  /// This tensor with `rank` new axes after its batch, to broadcast with the events of another one.
  func withEventAxes(_ rank: Int) -> Tensor {
    reshaped(to: shape + Array(repeating: 1, count: rank))
  }
}

/// `onSupport` for distributions of vectors and matrices: an event outside the support is replaced as a whole.
func onSupport(_ support: Support, _ x: Tensor, _ formula: (Tensor) -> Tensor) -> Tensor {
  let inside = support.contains(x)
  let safe = select(inside.withEventAxes(support.eventRank), x, support.feasible(x.shape))
  return select(inside, formula(safe), Tensor(-.infinity))
}
