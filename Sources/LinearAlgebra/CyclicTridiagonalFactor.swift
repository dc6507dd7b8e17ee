import CNumerics
import Preconditions

/// The factorization of a cyclic tridiagonal matrix, which couples each unknown on a ring with its two neighbours.
///
///     (A x)_i = lower_i x_{i-1} + diagonal_i x_i + upper_i x_{i+1},    indices modulo n
///
/// - Reference: Press et al. (2007), *Numerical recipes*, 3rd ed., sections 2.4 and 2.7; here the first unknown is
///   eliminated and the rest solved without pivoting.
public struct CyclicTridiagonalFactor: Sendable {
  private let count: Int
  private let factors: [Double]

  /// Factors a matrix given by its three diagonals.
  ///
  /// - Precondition: The three have one number for each row, and at least three rows. No pivot vanishes, for
  ///   which it is enough that each diagonal number exceeds the sum of the moduli of its neighbours.
  /// - Complexity: O(*n*) time and memory.
  public init(lower: [Double], diagonal: [Double], upper: [Double]) {
    let n = diagonal.count
    require(
      n >= 3 && lower.count == n && upper.count == n,
      "CyclicTridiagonalFactor: \(lower.count), \(n) and \(upper.count) numbers.")
    var leastPivot = 0.0
    factors = [Double](unsafeUninitializedCapacity: 4 * n + 3) { factors, initialized in
      factors.initialize(repeating: 0)
      initialized = 4 * n + 3
      guard let factors = factors.baseAddress else { return }
      leastPivot = ppl_cyclic_tridiagonal_factor(lower, diagonal, upper, n, factors)
    }
    require(leastPivot > 0, "CyclicTridiagonalFactor: a pivot is \(leastPivot).")
    count = n
  }

  /// Replaces each column y of `right` by `A⁻¹ y`, in place.
  ///
  /// - Precondition: `right` has as many rows as the matrix.
  /// - Complexity: O(*n*) time for each column, no memory.
  public func solve(columns right: inout Matrix) {
    require(
      right.rows == count, "CyclicTridiagonalFactor: columns of \(right.rows) for \(count).")
    let columns = right.columns
    right.scalars.withUnsafeMutableBufferPointer { y in
      guard let y = y.baseAddress, columns > 0 else { return }
      ppl_cyclic_tridiagonal_columns(factors, count, y, columns)
    }
  }

  /// Replaces each row y of `right` by `A⁻¹ y`, in place.
  ///
  /// - Precondition: `right` has as many columns as the matrix.
  /// - Complexity: O(*n*) time for each row; memory for some rows.
  public func solve(rows right: inout Matrix) {
    require(
      right.columns == count, "CyclicTridiagonalFactor: rows of \(right.columns) for \(count).")
    let rows = right.rows
    right.scalars.withUnsafeMutableBufferPointer { y in
      guard let y = y.baseAddress, rows > 0 else { return }
      withUnsafeTemporaryAllocation(
        of: Double.self, capacity: ppl_cyclic_tridiagonal_workspace(count)
      ) { work in
        guard let work = work.baseAddress else { return }
        ppl_cyclic_tridiagonal_rows(factors, count, y, rows, work)
      }
    }
  }
}
