import Autodiff

/// The reason why an event is outside a set of vectors or matrices, as it follows the name of the event.
///
///     Finding([1], "is -0.2")    // probabilities[1] is -0.2, but must be non-negative and sum to 1
///     Finding("sums to 0.9")     // probabilities sums to 0.9, but must be non-negative and sum to 1
public struct Finding: Sendable, Equatable {
  /// Which element of the event it is about; empty for the event as a whole.
  public let index: [Int]
  /// The verb and what was found.
  public let words: String

  /// What was found at an element of the event.
  public init(_ index: [Int], _ words: String) { (self.index, self.words) = (index, words) }

  /// What was found of the event as a whole.
  public init(_ words: String) { self.init([], words) }

  /// The first element for which a condition holds.
  static func first(
    in event: Tensor, where condition: (Double) -> Bool, _ words: String = ""
  ) -> Finding? {
    let values = event.scalars
    return values.firstIndex(where: condition).map {
      Finding(Support.index($0, in: event.shape), "is \(values[$0])" + words)
    }
  }

  /// The first pair of elements of a matrix, across its diagonal, that differ by more than NumPy's `isclose` allows.
  public static func asymmetry(of matrix: Tensor) -> Finding? {
    guard matrix.rank == 2, matrix.shape[0] == matrix.shape[1] else {
      return Finding("has shape \(matrix.shape)")
    }
    let (n, values) = (matrix.shape[0], matrix.scalars)
    for i in 0..<n {
      for j in 0..<i {
        let (a, b) = (values[i * n + j], values[j * n + i])
        if abs(a - b) > 1e-8 + 1e-5 * abs(b) {
          return Finding([i, j], "is \(a) where [\(j), \(i)] is \(b)")
        }
      }
    }
    return nil
  }
}
