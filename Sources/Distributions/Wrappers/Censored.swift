import Autodiff
import PPL

/// A left-censored distribution: some values are known only to be at most the value reported, as below a limit of
/// detection.
///
///     log p(x) = log F(x) where censored, else log p_base(x)
///
/// Draws are those of `base`, not censored.
///
/// - Shape: batch is that of `base` and `censored` broadcast together; event `[]`.
/// - Reference: Klein and Moeschberger (2003), *Survival Analysis*, §3.5; R's `Surv(type = "left")`.
public struct LeftCensored<Base: HasQuantiles>: Distribution {
  /// The distribution of the uncensored value.
  public let base: Base
  /// Flags of the values that are only upper bounds (1); broadcasts with the batch.
  public let censored: Tensor
  public let batchShape: [Int]

  /// A left-censored distribution with flags `censored`, whose shape broadcasts with the batch.
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

/// A right-censored distribution: some values are known only to be at least the value reported, as at the end of a
/// study.
///
///     log p(x) = log(1 - F(x)) where censored, else log p_base(x)
///
/// Draws are those of `base`, not censored.
///
/// - Shape: batch is that of `base` and `censored` broadcast together; event `[]`.
/// - Reference: Klein and Moeschberger (2003), *Survival Analysis*, §3.5; R's `Surv(type = "right")`.
public struct RightCensored<Base: HasQuantiles>: Distribution {
  /// The distribution of the uncensored value.
  public let base: Base
  /// Flags of the values that are only lower bounds (1); broadcasts with the batch.
  public let censored: Tensor
  public let batchShape: [Int]

  /// A right-censored distribution with flags `censored`, whose shape broadcasts with the batch.
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
