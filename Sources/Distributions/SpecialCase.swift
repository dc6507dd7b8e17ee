import Autodiff
import PPL

/// A distribution that is a member of a larger family under another name, such as `Chi2`. Functions that it does not define
/// are those of that member.
protocol SpecialCase: HasQuantiles, HasEntropy {
  associatedtype General: HasQuantiles & HasEntropy
  /// The same distribution as a member of the larger family.
  var general: General { get }
}

extension SpecialCase {
  public var batchShape: [Int] { general.batchShape }
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { general.sample(shape, key: key) }
  public func logProb(_ x: Tensor) -> Tensor { general.logProb(x) }
  public func cdf(_ x: Tensor) -> Tensor { general.cdf(x) }
  public func icdf(_ p: Tensor) -> Tensor { general.icdf(p) }
  public func logCDF(_ x: Tensor) -> Tensor { general.logCDF(x) }
  public func logSurvival(_ x: Tensor) -> Tensor { general.logSurvival(x) }
  public func icdf(logCDF l: Tensor) -> Tensor { general.icdf(logCDF: l) }
  public func icdf(logSurvival l: Tensor) -> Tensor { general.icdf(logSurvival: l) }
  public var entropy: Tensor { general.entropy }
}
