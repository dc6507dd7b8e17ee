import Autodiff
import PPL

/// A normal distribution of vectors that knows its divergence from independent normal distributions.
protocol VectorNormal: Distribution {
  /// The divergence of this distribution from `p`.
  ///
  /// - Parameter p: The independent normal distributions of the elements, `[..., n]`.
  func klDivergence(from p: Normal) -> Tensor
}

extension MultivariateNormal: HasKLDivergence {
  public func klDivergence(to q: any Distribution) -> Tensor? {
    guard let q = q as? MultivariateNormal else { return nil }
    return divergence(of: q, from: mean, choleskyFactor: choleskyFactor)
  }
}

extension MultivariateNormal: VectorNormal {
  func klDivergence(from p: Normal) -> Tensor {
    let n = eventShape[0]
    let columns = Tensor.identity(n) * p.deviation.expandingDimension(at: p.deviation.rank - 1)
    return divergence(of: self, from: p.mean, choleskyFactor: columns)
  }
}

extension CirculantNormal: VectorNormal {
  /// The divergence of this circulant normal distribution from independent normal distributions.
  ///
  ///     (|C'^(-1/2) (m - m')|² + (C'⁻¹)₀₀ Σ σᵢ² - n) / 2 + log √det C' - Σ log σᵢ
  func klDivergence(from p: Normal) -> Tensor {
    let spread = meanPrecision * square(p.deviation).sum(along: [-1])
    let distance = squaredDistance(p.mean)
    let logRatio = logVolume - log(p.deviation).sum(along: [-1])
    return 0.5 * (distance + spread - Tensor(Double(eventShape[0]))) + logRatio
  }
}

/// The divergence of the normal distribution `q` with mean m' and factor L' from that with m and L.
///
///     (|L'⁻¹ L|² + |L'⁻¹ (m - m')|² - n) / 2 + Σ log(L'ᵢᵢ / Lᵢᵢ)
private func divergence(
  of q: MultivariateNormal, from mean: Tensor, choleskyFactor: Tensor
) -> Tensor {
  let n = q.eventShape[0]
  let batch = batchShape(
    of: "klDivergence",
    [
      "mean": mean.shape.dropLast(), "factor": choleskyFactor.shape.dropLast(2), "q": q.batchShape,
    ])
  let factor = choleskyFactor.broadcast(to: batch + [n, n])
  let other = q.choleskyFactor.broadcast(to: batch + [n, n])
  let shift = (mean - q.mean).broadcast(to: batch + [n]).expandingDimension(at: batch.count + 1)
  let white = triangularSolve(other, concatenate([factor, shift], along: batch.count + 1))
  let squares = square(white).sum(along: [-2, -1])
  let logRatio = log(other.diagonal() / factor.diagonal()).sum(along: [-1])
  return 0.5 * (squares - Tensor(Double(n))) + logRatio
}
