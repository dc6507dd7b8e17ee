import Distributions
import Foundation
import PPL
import Preconditions

/// The normal distribution of values on a grid of places and times whose covariance is a sum of Kronecker products, plus
/// independent noise.
///
///     y ~ Normal(mean, K + noise I),    K = Σ Aₖ ⊗ Bₖ
///
///     let K = SumKronecker(level, .ones([T, T]), trend, d[.all, .newAxis] * d)
///     p.sample("y", GridNormal(mu, K, noise: square(sigma), present: data.mask), observed: data)
///
/// The fields of K are integrated out exactly, with all derivatives. Where values are missing, `present` says so: the density is
/// the marginal one of the others, and the missing ones may be any numbers; in a model they must be finite.
///
/// - Shape: batch `[]`, event `[S, T]`.
/// - Units: `noise` and K are in squared units of y.
/// - Complexity: As of `KroneckerStructure.factored(noise:)`; with missing values O((*S m*)³), *m* the sum of the ranks of the
///   right factors, which are known numbers, and the left factors must be positive definite.
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, eq. (2.30), appendix A.3.
public struct GridNormal<Covariance: KroneckerStructure>: HasMoments {
  /// The mean, `[S, T]`.
  public let mean: Tensor
  /// The covariance of the values without noise.
  public let covariance: Covariance
  /// The variance of the noise, `[]`.
  public let noise: Tensor
  /// The mask of the values: 1 for those that count and 0 for those that are missing, `[S, T]`; nil for all.
  public let present: Tensor?
  public var batchShape: [Int] { [] }
  public var eventShape: [Int] { [covariance.placeCount, covariance.timeCount] }

  /// The normal distribution of a grid.
  ///
  /// - Parameters:
  ///   - mean: The mean, which broadcasts to `[S, T]`.
  ///   - covariance: The covariance without noise.
  ///   - noise: The variance of the noise, `[]`, positive.
  ///   - present: 1 for the values that count and 0 for those that are missing, `[S, T]`; nil for all.
  public init(_ mean: Tensor, _ covariance: Covariance, noise: Tensor, present: Tensor? = nil) {
    let shape = [covariance.placeCount, covariance.timeCount]
    let fit = holds(
      broadcastShapes([mean.shape, shape]) == shape && (present?.shape ?? shape) == shape,
      "GridNormal: the mean \(mean.shape) or the values that are present \(present?.shape ?? shape) do not fit \(shape)."
    )
    self.mean = fit ? mean.broadcast(to: shape) : .zeros(shape)
    (self.covariance, self.noise, self.present) = (covariance, noise, fit ? present : nil)
  }

  public var parameters: [Parameter] {
    [.init("mean", mean, .realMatrix), .init("noise", noise, .positive)]
  }
  public var support: Support { .realMatrix }
  public var variance: Tensor {
    (covariance.diagonal + noise).reshaped(to: eventShape)
  }

  /// Draws all values, also those that are missing.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (ofFields, ofNoise) = key.split()
    let fields = covariance.sample(shape, key: ofFields).reshaped(to: shape + eventShape)
    return mean + fields + sqrt(noise) * ofNoise.normal(shape + eventShape)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let leading = Array(x.shape.dropLast(2))
    if let present {
      let fields = GridFields(covariance, noise: noise, present: present)
      return overEvents(x, leading) { fields.logDensity($0) }
    }
    let factor = covariance.factored(noise: noise)
    let constant =
      factor.logDeterminant + Tensor(Double(factor.size) * Foundation.log(2 * Double.pi))
    return overEvents(x, leading) {
      -0.5 * (factor.quadraticForm($0.reshaped(to: [factor.size])) + constant)
    }
  }

  /// The values of a function of the residuals of each event, of the leading shape of x.
  private func overEvents(
    _ x: Tensor, _ leading: [Int], _ f: (Tensor) -> Tensor
  ) -> Tensor {
    guard !leading.isEmpty else { return f(x - mean) }
    let events = x.reshaped(to: [leading.reduce(1, *)] + eventShape)
    return stack((0..<events.shape[0]).map { f(events[.at($0)] - mean) }).reshaped(to: leading)
  }
}
