import Distributions
import PPL

/// GEV distributions of stations and years whose draws depend on each other within a year by a Gaussian copula, while the log
/// density is that of each maximum by itself: half of a joint distribution, whose other half is the factor `copula`.
///
/// It is no distribution by itself, and only for the site `y` of a `GEVFamily`, which always adds that factor. A distribution
/// with the joint density would have one log density for all maxima. That of each is needed: it is what the mask of missing
/// maxima leaves out, what counts the data for criteria such as BIC, and what published models have with the factor after it,
/// to the last digit.
///
/// - Shape: batch `[S, T]`, *S* stations and *T* years.
struct MarginalGEVWithJointDraws: Distribution {
  let gev: GEV
  /// The Cholesky factor of the correlation of the stations, `[S, S]`.
  let factor: Tensor

  var name: String { "GEV" }
  var parameters: [Parameter] { gev.parameters }
  var support: Support { gev.support }
  var batchShape: [Int] { gev.batchShape }

  func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let scores = matmul(factor, key.normal(shape + batchShape))
    return gev.icdf(GaussianCopula.uniforms(scores))
  }

  func logProb(_ x: Tensor) -> Tensor { gev.logProb(x) }
}
