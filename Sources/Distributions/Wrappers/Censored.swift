import Autodiff
import PPL

/// Quantities of which some are known only to be at most the value reported: below a limit of detection.
///
///     log p(x) = log F(x) where censored, else log p_base(x)
///
/// Draws are those of `base`, not censored.
///
/// - Shape: batch is that of `base` and `censored` broadcast together; event `[]`.
/// - Reference: Klein and Moeschberger (2003), *Survival Analysis*, §3.5; R's `Surv(type = "left")`.
public struct LeftCensored<Base: CumulativeDistribution>: Distribution {
  /// The law of the value itself.
  public let base: Base
  /// 1 where the value is only an upper bound.
  public let censored: Tensor
  public let batchShape: [Int]

  /// A value that is censored where `censored` is 1; its shape broadcasts with the batch.
  public init(_ base: Base, censored: Tensor) {
    (self.base, self.censored) = (base, censored)
    batchShape = Distributions.batchShape(
      of: "LeftCensored", ["base": base.batchShape, "censored": censored.shape])
  }

  public var name: String { "LeftCensored" + base.name }
  public var parameters: [Parameter] {
    base.parameters + [.init("censored", censored, .boolean)]
  }
  public var support: Support { base.support }
  public var hasReparameterizedDraws: Bool { base.hasReparameterizedDraws }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    base.expanded(to: batchShape).sample(shape, key: key)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    select(censored, base.logCDF(x), base.logProb(x))
  }
}

/// Quantities of which some are known only to be at least the value reported: still alive at the end of a study.
///
///     log p(x) = log(1 - F(x)) where censored, else log p_base(x)
///
/// Draws are those of `base`, not censored.
///
/// - Shape: batch is that of `base` and `censored` broadcast together; event `[]`.
/// - Reference: Klein and Moeschberger (2003), *Survival Analysis*, §3.5; R's `Surv(type = "right")`.
public struct RightCensored<Base: CumulativeDistribution>: Distribution {
  /// The law of the value itself.
  public let base: Base
  /// 1 where the value is only a lower bound.
  public let censored: Tensor
  public let batchShape: [Int]

  /// A value that is censored where `censored` is 1; its shape broadcasts with the batch.
  public init(_ base: Base, censored: Tensor) {
    (self.base, self.censored) = (base, censored)
    batchShape = Distributions.batchShape(
      of: "RightCensored", ["base": base.batchShape, "censored": censored.shape])
  }

  public var name: String { "RightCensored" + base.name }
  public var parameters: [Parameter] {
    base.parameters + [.init("censored", censored, .boolean)]
  }
  public var support: Support { base.support }
  public var hasReparameterizedDraws: Bool { base.hasReparameterizedDraws }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    base.expanded(to: batchShape).sample(shape, key: key)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    select(censored, base.logSurvival(x), base.logProb(x))
  }
}
