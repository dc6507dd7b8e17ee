import Distributions
import PPL
import TestSupport
import Testing

/// Wishart distributions from a few to 1e300 degrees of freedom, against mpmath (`Tests/Reference/make_tails.py`).
@Suite struct WishartMagnitudeTests {
  private struct File: Decodable { let wisharts: [Row] }

  private struct Row: Decodable {
    let isInverse: Bool
    let degreesOfFreedom: Double
    /// Factors of the scale and of the matrix, 3 x 3, row by row.
    let scale, factor: [Double]
    /// The log densities of the factor and of the matrix, the slope of both in the degrees of freedom, and the entropies of
    /// both.
    let values: [Double]

    var L: Tensor { Tensor(factor, shape: [3, 3]) }
    func ofFactor(_ nu: Tensor) -> any HasEntropy {
      let T = Tensor(scale, shape: [3, 3])
      return isInverse
        ? InverseWishartCholesky(nu, choleskyFactor: T) : WishartCholesky(nu, choleskyFactor: T)
    }
    func ofMatrix(_ nu: Tensor) -> any HasEntropy {
      let T = Tensor(scale, shape: [3, 3])
      return isInverse ? InverseWishart(nu, choleskyFactor: T) : Wishart(nu, choleskyFactor: T)
    }
  }

  private func rows() throws -> [Row] {
    let rows = try Reference.kept("tails.json", as: File.self).wisharts
    #expect(rows.count >= 20)
    return rows
  }

  @Test func densitiesOfFactorsKeepTheirDigits() throws {
    for row in try rows() {
      let nu = Tensor(row.degreesOfFreedom)
      let comment = "\(row.isInverse) \(row.degreesOfFreedom)"
      // The factor that solving gives is exact in these rows but for that of an inverse.
      expectClose(
        [row.ofFactor(nu).logProb(row.L).scalar], [row.values[0]], relative: 1e-10, comment)
      // Logarithms of numbers of the size of the degrees of freedom, rounded, times ½.
      let slope = gradient(of: { row.ofFactor($0).logProb(row.L) }, at: nu)
      expectClose([slope.scalar], [row.values[2]], relative: 1e-10, absolute: 1e-15, comment)
    }
  }

  @Test func densitiesOfMatricesKeepTheirDigits() throws {
    // More degrees of freedom than that leave products that are rounded.
    for row in try rows() where row.degreesOfFreedom <= 0x1p26 {
      let nu = Tensor(row.degreesOfFreedom)
      let X = matmul(row.L, row.L.transposed())
      expectClose(
        [row.ofMatrix(nu).logProb(X).scalar], [row.values[1]], relative: 1e-10,
        "\(row.isInverse) \(row.degreesOfFreedom)")
    }
  }

  @Test func entropiesKeepTheirDigits() throws {
    for row in try rows() {
      let nu = Tensor(row.degreesOfFreedom)
      let comment = "\(row.isInverse) \(row.degreesOfFreedom)"
      expectClose([row.ofFactor(nu).entropy.scalar], [row.values[3]], relative: 1e-10, comment)
      expectClose([row.ofMatrix(nu).entropy.scalar], [row.values[4]], relative: 1e-10, comment)
    }
  }
}
