import LinearAlgebra
import PPL
import Preconditions

extension KroneckerStructure {
  /// Solves `(K + noise I)[observed, observed] x = b` by preconditioned conjugate gradients: rows and columns of missing cells are
  /// left out, and no matrix is made.
  ///
  /// The preconditioner is the exact inverse over the whole grid, restricted to the observed cells, with which the number of
  /// iterations is at most the number of missing cells, and one; where that inverse would need more than 2,000 rows at once it is
  /// the diagonal. The numbers are read, so that nothing is recorded.
  ///
  /// - Parameters:
  ///   - b: The right side, one number for each observed cell.
  ///   - noise: The variance of the noise, positive.
  ///   - observed: The observed cells, `i T + j` of place i and time j, each once.
  ///   - tolerance: The norm of the residual, relative to the norm of `b`, at which to stop.
  ///   - maximumIterations: The number of iterations after which to give up.
  /// - Returns: The solution, with the iterations and the residual.
  /// - Throws: `NotConverged` if the tolerance is not reached.
  /// - Precondition: The cells are in the grid, and there is a number for each.
  /// - Complexity: O(*S T (S + T)*) for an iteration.
  /// - Reference: Hestenes and Stiefel (1952); Wilson, Gilboa, Nehorai and Cunningham (2014), *Fast kernel learning for
  ///   multidimensional pattern extrapolation*, §3.
  public func solve(
    _ b: [Double], noise: Double, observed: [Int], tolerance: Double = 1e-12,
    maximumIterations: Int = 1_000
  ) throws -> ConjugateGradientSolution {
    let size = shape[0]
    require(
      b.count == observed.count && observed.allSatisfy((0..<size).contains)
        && Set(observed).count == observed.count,
      "\(Self.self).solve: \(b.count) numbers for \(observed.count) observed cells, each once from 0 to \(size - 1)."
    )
    require(noise > 0, "\(Self.self).solve: the noise is \(noise), but must be positive.")
    func onGrid(_ x: [Double]) -> Tensor {
      var full = Array(repeating: 0.0, count: size)
      for (cell, value) in zip(observed, x) { full[cell] = value }
      return Tensor(full)
    }
    func ofObserved(_ x: Tensor) -> [Double] {
      let scalars = x.scalars
      return observed.map { scalars[$0] }
    }
    let inverse = preconditioner(noise: noise)
    return try conjugateGradients(
      b, tolerance: tolerance, maximumIterations: maximumIterations,
      preconditioning: { ofObserved(inverse(onGrid($0))) }
    ) { x in
      zip(ofObserved(times(onGrid(x))), x).map { $0 + noise * $1 }
    }
  }

  /// The inverse over the whole grid, or the inverse of the diagonal where its blocks have more than 2,000 rows.
  private func preconditioner(noise: Double) -> (Tensor) -> Tensor {
    let right = RightBasis(of: terms.map(\.right))
    let rows = right.diagonals == nil ? right.count * placeCount : placeCount
    guard rows <= 2_000 else {
      let inverse = 1 / (diagonal + Tensor(noise))
      return { $0 * inverse }
    }
    let factor = factored(noise: Tensor(noise))
    return factor.solve
  }

  /// Draws from the posterior of the values without noise, `[S T]`, given noisy values in the observed cells, by Matheron's rule:
  /// a prior draw, corrected by what it misses of the values.
  ///
  ///     f + K[·, observed] (K + noise I)⁻¹ (y - f - e),    f ~ Normal(0, K),  e ~ Normal(0, noise I)
  ///
  /// - Parameters:
  ///   - y: The values less their mean, one for each observed cell.
  ///   - noise: The variance of the noise, positive.
  ///   - observed: The observed cells, `i T + j` of place i and time j, each once.
  ///   - key: The key of the draw.
  ///   - tolerance: The relative residual at which conjugate gradients stop.
  /// - Returns: The draw, `[S T]`, with the iterations and the residual of its solution.
  /// - Throws: `NotConverged` if the tolerance is not reached.
  /// - Reference: Wilson, Borovitskiy, Terenin, Mostowsky and Deisenroth (2021), *Pathwise conditioning of Gaussian processes*,
  ///   JMLR 22, eq. (12).
  public func posteriorDraw(
    given y: [Double], noise: Double, observed: [Int], key: RandomKey, tolerance: Double = 1e-10
  ) throws -> (values: Tensor, solution: ConjugateGradientSolution) {
    let (ofPrior, ofNoise) = key.split()
    let prior = sample(key: ofPrior)
    let scalars = prior.scalars
    let e = ofNoise.normal([max(y.count, 1)]).scalars
    let missed = y.indices.map { y[$0] - scalars[observed[$0]] - noise.squareRoot() * e[$0] }
    let solution = try solve(missed, noise: noise, observed: observed, tolerance: tolerance)
    var weights = Array(repeating: 0.0, count: shape[0])
    for (cell, weight) in zip(observed, solution.solution) { weights[cell] = weight }
    return (prior + times(Tensor(weights)), solution)
  }
}
