import Autodiff

/// The reason why an event is outside a set of vectors or matrices, in words that follow the name of the event.
///
///     Finding([1], "is -0.2")    // probabilities[1] is -0.2, but must be non-negative and sum to 1
///     Finding("sums to 0.9")     // probabilities sums to 0.9, but must be non-negative and sum to 1
public struct Finding: Sendable, Equatable {
  /// The index of the element of the event; empty for the event as a whole.
  public let index: [Int]
  /// The description: a verb and what was found.
  public let words: String

  /// A finding about one element of the event.
  public init(_ index: [Int], _ words: String) { (self.index, self.words) = (index, words) }

  /// A finding about the event as a whole.
  public init(_ words: String) { self.init([], words) }

  /// A finding about the first element for which a condition holds.
  static func first(
    in event: Tensor, where condition: (Double) -> Bool, _ words: String = ""
  ) -> Finding? {
    let values = event.scalars
    return values.firstIndex(where: condition).map {
      Finding(Support.index($0, in: event.shape), "is \(values[$0])" + words)
    }
  }

  /// A finding about the first pair of elements across the diagonal of a matrix that differ by more than NumPy's
  /// `isclose` allows.
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
