import LinearAlgebra
import PPL
import Parallel

/// Draws of a normal distribution with the scores of the target there, in the coordinates of a fit.
struct ScoreBatch: Sendable {
  /// The draws and the scores, `[B, n]`, of the draws with finite scores.
  let draws, scores: Matrix
  /// The number of draws whose log density or score was not finite.
  let skipped: Int

  /// The mean of the draws and of the scores.
  var means: (draws: [Double], scores: [Double]) { (draws.columnMeans, scores.columnMeans) }

  /// Draws a batch and evaluates its scores.
  ///
  /// Each draw has its own key, so that nothing depends on the number of threads.
  ///
  /// - Parameters:
  ///   - count: The number of draws B.
  ///   - mean: The mean of z, `[n]`.
  ///   - covariance: The covariance of z.
  ///   - base: The coordinates, `x = base.mean + T z`.
  ///   - density: The log density of x.
  ///   - key: The key of the batch.
  ///   - pool: The threads that share the draws.
  init(
    _ count: Int, mean: [Double], covariance: MatchCovariance, base: GaussianApproximation,
    of density: LogDensity, key: RandomKey, pool: WorkPool
  ) throws {
    let size = mean.count
    let parts = try pool.mapParts(of: count) { part -> (draws: [Double], scores: [Double]) in
      let evaluator = density.evaluator()
      var (x, gradient, score) = (mean, mean, mean)
      var scratch = mean
      var (draws, scores): ([Double], [Double]) = ([], [])
      for index in part {
        let noise = key.foldIn(UInt32(index)).normal([covariance.noiseCount]).scalars
        var z = covariance.draw(noise)
        for i in z.indices { z[i] += mean[i] }
        base.write(pointAt: z, &x)
        let value = try evaluator.value(at: x, gradient: &gradient)
        base.factor.applyTranspose(gradient, &score, scratch: &scratch)
        guard value.isFinite, score.allSatisfy({ $0.magnitude < 1e100 }) else { continue }
        draws += z
        scores += score
      }
      return (draws, scores)
    }
    let (all, scores) = (parts.flatMap(\.draws), parts.flatMap(\.scores))
    let kept = size == 0 ? 0 : all.count / size
    draws = Matrix(rows: kept, columns: size, all)
    self.scores = Matrix(rows: kept, columns: size, scores)
    skipped = count - kept
  }
}

/// The rows of the two sides of the matching equation Σ U Σ + Σ = V at a batch.
///
///     U = Qᵀ Q,    V = Σ_t + Rᵀ R
///
/// - Reference: Cai et al. (2024), eq. 6 to 9.
struct MatchingRows {
  /// The rows of U, `[B + 1, n]`, from the scores, and of V - Σ_t, from the draws.
  let scores, draws: Matrix

  init(_ batch: ScoreBatch, mean: [Double], rate: Double) {
    let (meanDraw, meanScore) = batch.means
    let count = batch.draws.rows
    let scale = (rate / Double(count)).squareRoot()
    let shift = (rate / (1 + rate)).squareRoot()
    func rows(_ matrix: Matrix, _ centre: [Double], _ last: [Double]) -> Matrix {
      var numbers: [Double] = []
      numbers.reserveCapacity((count + 1) * centre.count)
      for row in 0..<count {
        for (value, middle) in zip(matrix.row(row), centre) {
          numbers.append(scale * (value - middle))
        }
      }
      numbers += last.map { shift * $0 }
      return Matrix(rows: count + 1, columns: centre.count, numbers)
    }
    scores = rows(batch.scores, meanScore, meanScore)
    draws = rows(batch.draws, meanDraw, difference(mean, meanDraw))
  }
}
