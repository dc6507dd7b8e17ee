import LinearAlgebra
import RealModule

/// The real orthonormal spherical harmonics without their longitudes.
///
///     Y_{l,m} = T_{lm}(θ) cos(m φ) for m ≥ 0,    Y_{l,-m} = T_{lm}(θ) sin(m φ) for m > 0
///     T_{lm} = sqrt((2 - δ_{m0}) (2l+1)/(4π) (l-m)!/(l+m)!) P_l^m(cos θ), with no sign (-1)^m
///
/// - Reference: Press et al. (2007), *Numerical Recipes*, 6.7.1: the recurrence of the normalised functions, which is
///   stable because no factorial is ever formed.
enum HarmonicTables {
  /// The table T_{lm} of each order m = 0...L: a row for each degree l = m...L, a column for each colatitude.
  static func orders(upTo maximumDegree: Int, at colatitudes: [Double]) -> [Matrix] {
    let cosines = colatitudes.map { Double.cos($0) }
    let sines = colatitudes.map { Double.sin($0) }
    var sectoral = colatitudes.map { _ in 1 / (4 * Double.pi).squareRoot() }  // T_mm
    return (0...maximumDegree).map { m in
      if m > 0 {
        // The factor 2 of the pair cos, sin enters once, from m = 0 to m = 1.
        let factor = (Double(2 * m + 1) / Double(2 * m) * (m == 1 ? 2 : 1)).squareRoot()
        for i in sectoral.indices { sectoral[i] *= factor * sines[i] }
      }
      return degrees(from: m, upTo: maximumDegree, cosines, sectoral)
    }
  }

  /// The table of one order, by the recurrence `T_{lm} = a (cos θ T_{l-1,m} - b T_{l-2,m})` from `T_{mm}`.
  private static func degrees(
    from m: Int, upTo maximumDegree: Int, _ cosines: [Double], _ sectoral: [Double]
  ) -> Matrix {
    var (previous, current) = ([Double](repeating: 0, count: sectoral.count), sectoral)
    var table = sectoral
    let order = Double(m * m)
    for l in stride(from: m + 1, through: maximumDegree, by: 1) {
      let (square, below) = (Double(l * l), Double((l - 1) * (l - 1)))
      let a = ((4 * square - 1) / (square - order)).squareRoot()
      let b = ((below - order) / (4 * below - 1)).squareRoot()
      for i in current.indices {
        let value = a * (cosines[i] * current[i] - b * previous[i])
        previous[i] = current[i]
        current[i] = value
      }
      table += current
    }
    return Matrix(rows: maximumDegree + 1 - m, columns: sectoral.count, table)
  }
}
