import Autodiff
import PPL

/// The beta distribution in terms of its mean and concentration, as in beta regression.
///
///     x ~ Beta(mean concentration, (1 - mean) concentration)
///
/// - Shape: batch is `mean` and `concentration` broadcast together; event `[]`.
/// - Reference: Ferrari and Cribari-Neto (2004), *Beta regression for modelling rates and proportions*.
public struct BetaProportion: SpecialCase, HasMoments {
  private let center: Tensor
  /// The concentration about the mean, the sum of the two parameters of `Beta`; batch shape.
  public let concentration: Tensor

  /// The same distribution in the usual parameters.
  public let beta: Beta

  /// A batch with one distribution for each element of `mean` and `concentration`, whose shapes must broadcast.
  public init(mean: Tensor, concentration: Tensor) {
    (center, self.concentration) = (mean, concentration)
    _ = Distributions.batchShape(
      of: "BetaProportion", ["mean": mean.shape, "concentration": concentration.shape])
    beta = Beta(mean * concentration, (1 - mean) * concentration)
  }

  var general: Beta { beta }
  public var parameters: [Parameter] {
    [
      .init("mean", center, .openInterval(0, 1)),
      .init("concentration", concentration, .positive),
    ]
  }
  public var support: Support { .unitInterval }

  public var mean: Tensor { center.broadcast(to: batchShape) }
  public var variance: Tensor {
    (center * (1 - center) / (1 + concentration)).broadcast(to: batchShape)
  }
}
