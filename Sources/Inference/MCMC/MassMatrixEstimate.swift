import Foundation
import LinearAlgebra

/// Draws of one window of a warm-up with the gradients of the log density there, from which a mass matrix is estimated.
struct WindowDraws: Sendable, Codable {
  private let count: Int
  private var positions: [Double] = []
  private var gradients: [Double] = []
  /// The number of draws m.
  private(set) var size = 0
  /// The number of draws that differ from the one before.
  private var moves = 0

  /// A window without draws of vectors `[n]`.
  init(count: Int) { self.count = count }

  mutating func append(_ position: [Double], _ gradient: [Double]) {
    if !positions.suffix(count).elementsEqual(position) { moves += 1 }
    positions += position
    gradients += gradient
    size += 1
  }

  mutating func removeAll() {
    positions.removeAll(keepingCapacity: true)
    gradients.removeAll(keepingCapacity: true)
    (size, moves) = (0, 0)
  }

  /// The estimate of the inverse mass matrix by these draws; nil if they are too few, or not to be estimated from.
  ///
  /// The scales minimize the Fisher divergence between the posterior and a normal distribution with a diagonal covariance,
  /// `D_i² = sd(x_i) / sd(g_i)`; the low-rank part is the geometric mean of the covariance of the scaled draws and the
  /// inverse covariance of the scaled gradients, in the space that both span, where its eigenvalues are beyond a factor of
  /// two. A dense matrix is the same geometric mean, all of it.
  ///
  /// - Complexity: O(m n) for a diagonal matrix; O(k² (k + m + n)) else, with k = min(n, 2m).
  /// - Reference: Seyboldt, Carlson and Carpenter (2026), *Preconditioning Hamiltonian Monte Carlo by minimizing Fisher
  ///   divergence*, arXiv 2603.18845.
  func estimate(_ family: MassMatrix.Family) -> MassMatrix? {
    // A chain that hardly moved teaches nothing.
    guard moves >= 3, 2 * moves >= size, count > 0 else { return nil }
    var x = Matrix(rows: size, columns: count, positions)
    var g = Matrix(rows: size, columns: count, gradients)
    let scales = zip(x.columnVariances, g.columnVariances).map {
      ($0 / $1).squareRoot().squareRoot()
    }
    guard scales.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
    if family == .diagonal || size < min(Self.fewest, Self.few * count) {
      return MassMatrix(variances: scales.map { $0 * $0 })
    }
    x.center()
    g.center()
    x.scaleColumns(by: scales.map { 1 / $0 })
    g.scaleColumns(by: scales)
    guard let basis = Self.basis(of: x, g) else { return nil }
    if let basis {
      x = Matrix.product(x, basis, transposingSecond: true)
      g = Matrix.product(g, basis, transposingSecond: true)
    }
    guard let mean = Self.geometricMean(Self.covariance(x), Self.covariance(g)) else { return nil }
    if family == .dense, basis == nil {
      return try? MassMatrix(scales: scales, covariance: mean)
    }
    // Rounding makes eigenvalues negative where the first draws, far from the others, drown them.
    guard let eigen = try? SymmetricEigen(mean), eigen.values.allSatisfy({ $0 > 0 && $0.isFinite })
    else { return nil }
    let kept = eigen.values.indices.filter { k in
      eigen.values[k] > Self.cutoff || eigen.values[k] < 1 / Self.cutoff
    }
    let vectors = eigen.vectors.taking(rows: kept)
    return MassMatrix(
      scales: scales, vectors: basis.map { Matrix.product(vectors, $0) } ?? vectors,
      eigenvalues: kept.map { eigen.values[$0] })
  }

  /// The number of draws, and of draws for each number, below both of which correlations are left alone.
  private static let (fewest, few) = (30, 5)
  /// The eigenvalue beyond which, or below whose inverse, a direction is corrected.
  private static let cutoff = 2.0
  /// The weight of a unit matrix in the sums of squares of draws and gradients.
  private static let regularization = 1e-5

  private static func covariance(_ rows: Matrix) -> Matrix {
    var sum = Matrix.symmetricProduct(rows.transposed(), mirrored: true)
    sum.addToDiagonal(Array(repeating: regularization, count: sum.rows))
    sum.scale(by: 1 / Double(rows.rows))
    return sum
  }

  /// Orthonormal rows that span those of both matrices; an inner nil if that is the whole space, nil if they have no
  /// decomposition.
  private static func basis(of x: Matrix, _ g: Matrix) -> Matrix?? {
    guard 2 * x.rows < x.columns else { return .some(nil) }
    // Rows of length 1, so that the gradients do not drown the draws.
    let rows = Matrix(
      rows: 2 * x.rows, columns: x.columns,
      [x, g].flatMap { matrix in
        (0..<matrix.rows).flatMap { r in
          let row = matrix.row(r)
          let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
          return row.map { length > 0 ? $0 / length : 0 }
        }
      })
    return rows.orthonormalBasis().map(Optional.some)
  }

  /// The geometric mean of A and B⁻¹: the S with S B S = A.
  private static func geometricMean(_ a: Matrix, _ b: Matrix) -> Matrix? {
    guard let ofB = try? SymmetricEigen(b), ofB.values.allSatisfy({ $0 > 0 }) else { return nil }
    let (root, inverse) = (ofB.applying { $0.squareRoot() }, ofB.applying { 1 / $0.squareRoot() })
    func between(_ outer: Matrix, _ inner: Matrix) -> Matrix {
      Matrix.product(Matrix.product(outer, inner), outer)
    }
    guard let middle = try? SymmetricEigen(between(root, a)) else { return nil }
    // A direction in which draws and gradients both hardly differ is lost in rounding: it must not count as one without
    // variance, in which the chain would never move again.
    let least = Double.ulpOfOne * (middle.values.last ?? 0)
    return between(inverse, middle.applying { max($0, least).squareRoot() })
  }
}

extension Matrix {
  /// Subtracts from each column its mean.
  fileprivate mutating func center() {
    shiftRows(from: columnMeans, to: Array(repeating: 0, count: columns))
  }
}
