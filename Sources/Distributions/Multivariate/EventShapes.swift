import Autodiff
import PPL
import Preconditions

/// The common batch of the parameters of a law of vectors or matrices, and the sizes of its events.
///
///     eventShapes(of: "MultivariateNormal", [("mean", [5, 3], "n"), ("choleskyFactor", [3, 3], "nn")])
///     // batch [5], sizes ["n": 3]
///
/// - Parameter parameters: The name of each, its shape, and its trailing dimensions, a letter each; equal letters stand
///   for equal sizes.
///
/// Reports a mistake unless the shapes have these dimensions, and what is left of them broadcasts.
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
    // After a report, every letter has a size all the same.
    for letter in event { sizes[letter] = sizes[letter, default: 1] }
  }
  holds(agree, "\(family): \(mismatch(parameters)).")
  let batches = parameters.map { (key: $0.name, value: Array($0.shape.dropLast($0.event.count))) }
  return (batchShape(of: family, batches), sizes)
}

/// `mean [2] and factor [3, 3] are not [..., n], [..., n, n]`.
private func mismatch(_ parameters: [(name: String, shape: [Int], event: String)]) -> String {
  let given = parameters.map { "\($0.name) \($0.shape)" }
  let wanted = parameters.map { parameter in
    "[" + (["..."] + parameter.event.map(String.init)).joined(separator: ", ") + "]"
  }.joined(separator: ", ")
  guard given.count > 1 else { return "\(given[0]) is not \(wanted)" }
  let list = given.dropLast().joined(separator: ", ")
  return "\(list) and \(given[given.count - 1]) are not \(wanted)"
}

/// Applies `f` to all vectors that share a matrix at once, as the columns of one matrix.
///
/// - Parameters:
///   - x: `[S..., F..., n]`, F the batch of the matrix.
///   - f: Takes `[F..., n, S]` to `[F..., m, S]`.
/// - Returns: `[S..., F..., m]`.
func asColumns(_ x: Tensor, sharing matrix: Tensor, _ f: (Tensor) -> Tensor) -> Tensor {
  let last = matrix.rank - 1  // of [S, F..., n]
  let each = Array(x.shape.suffix(last))
  let columns = x.reshaped(to: [x.shape.dropLast(last).reduce(1, *)] + each)
    .transposed(Array(1...last) + [0])
  let images = f(columns)
  return images.transposed([last] + Array(0..<last))
    .reshaped(to: x.shape.dropLast() + [images.shape[last - 1]])
}

/// `matrix x` for each vector of `x`, `[S..., F..., n]`.
func product(_ matrix: Tensor, _ x: Tensor) -> Tensor {
  asColumns(x, sharing: matrix) { matmul(matrix, $0) }
}

/// `L⁻¹ x` for each vector of `x`, `[S..., F..., n]`.
func solution(_ L: Tensor, _ x: Tensor, transposed: Bool = false) -> Tensor {
  asColumns(x, sharing: L) { triangularSolve(L, $0, transposed: transposed) }
}

/// The logarithm of the determinant of a lower triangular matrix.
func logTriangularDeterminant(_ L: Tensor) -> Tensor { log(L.diagonal()).sum(along: [-1]) }

extension Tensor {
  /// The batch of this tensor in front of `rank` new axes, to meet the event of another one.
  func withEventAxes(_ rank: Int) -> Tensor {
    reshaped(to: shape + Array(repeating: 1, count: rank))
  }
}

/// `onSupport` for laws of vectors and matrices: an event that is outside is replaced as a whole.
func onSupport(_ support: Support, _ x: Tensor, _ formula: (Tensor) -> Tensor) -> Tensor {
  let inside = support.contains(x)
  let safe = select(inside.withEventAxes(support.eventRank), x, support.feasible(x.shape))
  return select(inside, formula(safe), Tensor(-.infinity))
}
