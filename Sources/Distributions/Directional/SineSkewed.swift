import Autodiff
import PPL
import Preconditions

/// The sine-skewed form of a symmetric distribution of angles, with the same normaliser.
///
///     p(x) = p_base(x) (1 + Σ skewnessⱼ sin(xⱼ - centerⱼ))
///
///     SineSkewed(VonMises(location, concentration), skewness: skewness)
///
/// A draw of the base is kept, or mirrored about its centre. Gradients pass through the draw that was
/// chosen but not through the choice: use it for observations, not as a guide.
///
/// - Shape: the last dimension of `skewness` is the event; a base of single angles gives the last dimension
///   of its batch to it. The rest of the batches broadcast together.
/// - Units: angles are in radians; `skewness` has none, and its absolute values sum to at most one.
/// - Reference: Ameijeiras-Alonso and Ley (2022), *Sine-skewed toroidal distributions and their application
///   in protein bioinformatics*, eq. (2.1).
public struct SineSkewed: Distribution {
  /// The symmetric distribution that is skewed.
  public let base: any CircularMoments
  /// The skewness of each angle, whose absolute values sum to at most 1; batch + event of the base.
  public let skewness: Tensor
  public let batchShape, eventShape: [Int]

  /// A batch of sine-skewed distributions, one for each vector along the last axis of `skewness`.
  ///
  /// - Precondition: The base has as many angles as `skewness`, and their batches broadcast.
  public init(_ base: some CircularMoments, skewness: Tensor) {
    let angles = base.batchShape + base.eventShape
    holds(
      base.eventShape.count <= 1 && skewness.rank >= 1 && angles.last == skewness.shape.last,
      "SineSkewed: skewness has shape \(skewness.shape), but \(base.name) has angles \(angles).")
    (self.base, self.skewness) = (base, skewness)
    batchShape = Distributions.batchShape(
      of: "SineSkewed",
      ["base": Array(angles.dropLast()), "skewness": Array(skewness.shape.dropLast())])
    eventShape = [angles.last ?? 1]
  }

  public var name: String { "SineSkewed" + base.name }
  public var parameters: [Parameter] { base.parameters + [.init("skewness", skewness, .l1Ball)] }

  /// False: a draw is mirrored or not, a choice that no gradient passes through.
  public var hasReparameterizedDraws: Bool { false }
  public var support: Support { .independent(.circular, 1) }

  /// The centre of symmetry of the base in radians, which is not the mean direction of the skewed distribution.
  public var center: Tensor { base.circularMean }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (baseKey, skewKey) = key.split()
    let batch = base.eventShape.isEmpty ? batchShape + eventShape : batchShape
    let x = base.expanded(to: batch).sample(shape, key: baseKey)
    let u = skewKey.uniform(shape + batchShape)
    let isKept = (u .<= 0.5 + 0.5 * skew(x)).expandingDimension(at: shape.count + batchShape.count)
    return wrapped(select(isKept, x, 2 * center - x))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let density = base.logProb(x)
    let joint = base.eventShape.isEmpty ? density.sum(along: [-1]) : density
    let isInside = support.contains(x)
    // The density is 0 at the limit of the skewness; its slope there would be infinite.
    let factor = skew(select(isInside.expandingDimension(at: x.rank - 1), x, center))
    return joint + log1p(factor)
  }

  private func skew(_ x: Tensor) -> Tensor { (skewness * sin(x - center)).sum(along: [-1]) }
}
