import Distributions
import PPL

/// GEV distributions of stations and years whose draws depend on each other within a year, by a Gaussian copula.
///
/// The log density is the marginal one of each maximum; the density of the copula is a factor of its own.
///
/// - Shape: batch `[S, T]`, *S* stations and *T* years.
struct DependentGEV: Distribution {
  let gev: GEV
  /// The Cholesky factor of the correlation of the stations, `[S, S]`.
  let factor: Tensor

  var name: String { "GEV" }
  var parameters: [Parameter] { gev.parameters }
  var support: Support { gev.support }
  var batchShape: [Int] { gev.batchShape }

  func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let scores = matmul(factor, key.normal(shape + batchShape))
    // Kept away from 0 and 1, where a quantile may be infinite.
    let u = minimum(maximum(normalCDF(scores), 1e-15), 1 - 1e-15)
    return gev.icdf(u)
  }

  func logProb(_ x: Tensor) -> Tensor { gev.logProb(x) }
}
