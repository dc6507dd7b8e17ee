import Distributions
import PPL

extension GaussianCopula {
  /// The log density of the copula, `[]`.
  ///
  /// - Parameters:
  ///   - gev: The distributions of the maxima, `[S, T]`.
  ///   - y: The maxima, `[S, T]`.
  ///   - R: The correlation of the stations, `[S, S]`.
  ///   - mask: 1 where there is a maximum and 0 where it is missing, `[S, T]`; nil if none is.
  /// - Complexity: O(*S*³ + *S*² *T*); with missing maxima also O(m³) for each set of stations that misses in some year, or is
  ///   alone present in it, of m stations.
  func logDensity(_ gev: GEV, _ y: Tensor, _ R: Tensor, mask: Tensor?) -> Tensor {
    func present(_ x: Tensor, else other: Tensor) -> Tensor {
      mask.map { select($0 .== 1, x, other) } ?? x
    }
    let z = present(Self.normalScores(gev.cdf(present(y, else: gev.location))), else: 0)
    if let mask { return Self.logDensity(z, R, GapPattern.patterns(mask)) }
    let joint = MultivariateNormal(.zeros([z.shape[0]]), covariance: R).logProb(z.transposed())
    return joint.sum() - Normal(0, 1).logProb(z).sum()
  }

  /// The normal scores of probabilities, which are clamped to [1e-6, 1 - 1e-6].
  static func normalScores(_ u: Tensor) -> Tensor {
    normalQuantile(minimum(maximum(u, 1e-6), 1 - 1e-6))
  }

  /// The log density of years with gaps, by the stations that are present.
  ///
  /// A year in which few stations are missing needs no factor of its own correlation R_oo: with the precision Q = R⁻¹,
  ///
  ///     zᵀ R_oo⁻¹ z = zᵀ Q z - bᵀ Q_mm⁻¹ b,    b = (Q z)_m,    log |R_oo| = log |R| + log |Q_mm|
  ///
  /// with 0 in place of the missing scores m. One in which few are present has the factor of these alone.
  ///
  /// - Parameters:
  ///   - z: The normal scores, `[S, T]`, 0 where missing.
  ///   - R: The correlation of the stations, `[S, S]`.
  ///   - patterns: The sets of stations of the years.
  /// - Reference: Rue and Held (2005), *Gaussian Markov Random Fields*, §2.3 (conditioning by the precision); Golub and Van
  ///   Loan (2013), *Matrix Computations*, §3.2.11 (Schur complements).
  static func logDensity(_ z: Tensor, _ R: Tensor, _ patterns: [GapPattern]) -> Tensor {
    // Twice the negative log density, without the independent part.
    var sum = Tensor(0)
    let sparse = patterns.filter { $0.present.count < $0.missing.count }
    for pattern in sparse where pattern.present.count > 1 {
      let factor = cholesky(part(R, pattern.present))
      let scores = z.taking(indices: pattern.present.tensor, along: 0)
        .taking(indices: pattern.years.tensor, along: 1)
      sum =
        sum + logDeterminant(factor, times: pattern.years.count)
        + square(triangularSolve(factor, scores)).sum()
      sum = sum - square(scores).sum()
    }
    // Years with at most one station have no copula.
    let dense = patterns.filter { $0.present.count >= $0.missing.count && $0.present.count > 1 }
    guard !dense.isEmpty else { return -0.5 * sum }
    let years = dense.flatMap(\.years)
    let scores = z.taking(indices: years.tensor, along: 1)
    let factor = cholesky(R)
    let white = triangularSolve(factor, scores)
    sum =
      sum + logDeterminant(factor, times: years.count) + square(white).sum()
      - square(scores).sum()
    let gapped = dense.filter { !$0.missing.isEmpty }
    guard !gapped.isEmpty else { return -0.5 * sum }
    let inverse = triangularSolve(factor, .identity(R.shape[0]))
    let precision = matmul(inverse.transposed(), inverse)
    let slopes = matmul(inverse.transposed(), white)  // Q z, in the order of `years`
    var first = 0
    for pattern in dense {
      let columns = Array(first..<(first + pattern.years.count))
      first += pattern.years.count
      guard !pattern.missing.isEmpty else { continue }
      let own = cholesky(part(precision, pattern.missing))
      let b = slopes.taking(indices: pattern.missing.tensor, along: 0)
        .taking(indices: columns.tensor, along: 1)
      sum =
        sum + logDeterminant(own, times: columns.count)
        - square(triangularSolve(own, b)).sum()
    }
    return -0.5 * sum
  }

  private static func part(_ matrix: Tensor, _ stations: [Int]) -> Tensor {
    matrix.taking(indices: stations.tensor, along: 0).taking(indices: stations.tensor, along: 1)
  }

  /// The log determinant of the matrix with a Cholesky factor, for some years.
  private static func logDeterminant(_ factor: Tensor, times years: Int) -> Tensor {
    Tensor(2 * Double(years)) * log(factor.diagonal()).sum()
  }
}

/// The years in which the same stations have a maximum.
struct GapPattern: Sendable, Equatable {
  /// The stations with and without a maximum.
  let present, missing: [Int]
  let years: [Int]

  /// The patterns of a mask `[S, T]`, in the order of their first years.
  static func patterns(_ mask: Tensor) -> [GapPattern] {
    let (S, T) = (mask.shape[0], mask.shape[1])
    let values = mask.scalars
    var order: [[Int]] = []
    var years: [[Int]: [Int]] = [:]
    for t in 0..<T {
      let present = (0..<S).filter { values[$0 * T + t] == 1 }
      if years[present] == nil { order.append(present) }
      years[present, default: []].append(t)
    }
    return order.map { present in
      let there = Set(present)
      return GapPattern(
        present: present, missing: (0..<S).filter { !there.contains($0) },
        years: years[present] ?? [])
    }
  }
}

extension [Int] {
  /// The numbers as indices.
  fileprivate var tensor: Tensor { Tensor(map(Double.init)) }
}
