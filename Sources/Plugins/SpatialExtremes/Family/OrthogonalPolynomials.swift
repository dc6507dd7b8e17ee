/// The orthonormal polynomials of a covariate of time: mean 0 and mean square 1 over the years of the data, and no two alike.
///
///     p[0] = 1,    p[k] = ((x - a[k-1]) p[k-1] - b[k-1] p[k-2]) / n[k]
///     mean(p[j] p[k]) = 1 if j = k, else 0
///
/// They are the basis functions of `basis(NAME,K)`, degrees 1 to K. Beyond the range of the data a polynomial of degree k
/// grows like the covariate to the power of k; predictions far outside need a small K.
///
/// - Reference: Forsythe (1957), *Generation and use of orthogonal polynomials for data-fitting with a digital computer*,
///   J. SIAM 5(2), §3.
struct OrthogonalPolynomials: Sendable {
  /// The mean and the spread of the covariate, by which it is scaled.
  private let mean, spread: Double
  /// The numbers of the recurrence.
  private let centres, ratios, norms: [Double]

  /// The polynomials up to a degree for the values of a covariate, of which more than `degree` are different.
  ///
  /// - Complexity: O(*T* *K*).
  init(_ x: [Double], degree: Int) {
    let count = Double(max(x.count, 1))
    let mean = x.reduce(0, +) / count
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let spread = variance > 0 ? variance.squareRoot() : 1
    let z = x.map { ($0 - mean) / spread }
    func product(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / count
    }
    var (centres, ratios, norms): ([Double], [Double], [Double]) = ([], [], [])
    var last = [Double](repeating: 0, count: z.count)
    var current = [Double](repeating: 1, count: z.count)
    for k in 0..<degree {
      let centre = product(z.indices.map { z[$0] * current[$0] }, current)
      let ratio = k == 0 ? 0 : product(z.indices.map { z[$0] * current[$0] }, last)
      let next = z.indices.map { (z[$0] - centre) * current[$0] - ratio * last[$0] }
      let norm = product(next, next).squareRoot()
      (centres, ratios) = (centres + [centre], ratios + [ratio])
      norms.append(norm > 0 ? norm : 1)
      (last, current) = (current, next.map { $0 / (norm > 0 ? norm : 1) })
    }
    (self.mean, self.spread) = (mean, spread)
    (self.centres, self.ratios, self.norms) = (centres, ratios, norms)
  }

  /// The value of the polynomial of a degree.
  func callAsFunction(_ x: Double, degree: Int) -> Double {
    let z = (x - mean) / spread
    var (last, current) = (0.0, 1.0)
    for k in 0..<degree {
      (last, current) = (current, ((z - centres[k]) * current - ratios[k] * last) / norms[k])
    }
    return current
  }
}
