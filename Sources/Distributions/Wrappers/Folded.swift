import Autodiff
import PPL
import Preconditions

/// A folded distribution: the absolute value of a variable.
///
///     p(x) = p_base(x) + p_base(-x),    x ≥ 0
///
/// - Shape: batch is that of `base`; event `[]`.
/// - Units: those of `base`.
/// - Reference: Leone, Nelson and Nottingham (1961), *The folded normal distribution*.
public struct Folded<Base: Distribution>: Distribution {
  /// The distribution before the sign is dropped.
  public let base: Base

  /// A folded distribution of the absolute values of `base`.
  ///
  /// - Precondition: `base` is a distribution of single numbers.
  public init(_ base: Base) {
    holds(
      base.eventShape.isEmpty, "Folded: \(base.name) has events of shape \(base.eventShape).")
    self.base = base
  }

  public var name: String { "Folded" + base.name }
  public var parameters: [Parameter] { base.parameters }
  public var support: Support { .nonNegative }
  public var batchShape: [Int] { base.batchShape }
  public var hasReparameterizedDraws: Bool { base.hasReparameterizedDraws }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    abs(base.sample(shape, key: key))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(x .>= 0, x, safe: 1) { logSum(base.logProb($0), base.logProb(-$0)) }
  }
}

/// The folded normal distribution: the absolute value of a normal variable.
public typealias FoldedNormal = Folded<Normal>

extension Folded where Base == Normal {
  /// A batch of folded normal distributions, given by the parameters of the normal, whose shapes must broadcast.
  public init(_ mean: Tensor, _ deviation: Tensor) { self.init(Normal(mean, deviation)) }
}

extension Folded: HasMoments where Base == Normal {
  /// The mean of the folded normal distribution.
  ///
  ///     deviation √(2/π) exp(-z² / 2) + mean erf(z / √2),    z = mean / deviation
  public var mean: Tensor {
    let z = base.mean / base.deviation
    let noise = base.deviation * Tensor((2 / Double.pi).squareRoot()) * exp(-0.5 * square(z))
    return noise + base.mean * erf(z * Tensor(0.5.squareRoot()))
  }
  /// The variance of the folded normal distribution.
  ///
  ///     deviation² (1 - d (d + 2 |z|)),    d = 2 (φ(z) - |z| Φ(-|z|))
  ///
  /// `|z| + d` is the mean over the deviation: nothing cancels for large z.
  public var variance: Tensor {
    let z = abs(base.mean / base.deviation)
    let density = exp(-0.5 * square(z) - Tensor(Constant.halfLogTwoPi))
    let excess = 2 * (density - z * normalCDF(-z))
    return square(base.deviation) * (1 - excess * (excess + 2 * z))
  }
}
