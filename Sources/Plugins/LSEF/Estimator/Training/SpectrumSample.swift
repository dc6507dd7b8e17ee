import Foundation
import Inference
import LinearAlgebra
import PPL
import Parallel
import Preconditions
import SpectralFields

/// A sampling plan for training pairs: random truths, an ensemble of each, and its band variances by a filter bank.
///
///     let pairs = try SpectrumSample.sphere().pairs(key: RandomKey(0))
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 5.3; `lsef.md` 5.4 and 5.5.
public struct SpectrumSample: Sendable {
  /// The distribution of the truths.
  public var truth: ParametricTruth
  /// The filter bank.
  public let bank: FilterBank
  /// The number of truths.
  public let replicates: Int
  /// The ensemble size N.
  public let members: Int
  /// The grid points that give pairs, one each.
  let points: [Int]
  /// Whether fields on the sphere are interpolated, as by `FilterBank.bandVariances(of:on:interpolates:)`.
  public var interpolates = true
  /// The factors of the median length scale of the truths, one for each replicate, uniform in their logarithms; 1 for all if
  /// nil.
  public var lengthFactors: ClosedRange<Double>?
  /// Whether ensembles are band-limited fields, whose covariance is exactly that of the truth, and not the `W alpha` of the
  /// published experiments.
  public var isBandLimited = false

  /// The paper's sample on a sphere: all points of 33 truths with ensembles of 20, 161,766 pairs.
  ///
  /// - Precondition: There is a replicate, and a member.
  public static func sphere(
    _ sphere: Sphere = Sphere(), set: BandSet = .sphere, replicates: Int? = nil,
    members: Int? = nil
  ) -> SpectrumSample {
    SpectrumSample(
      .sphere(sphere), .sphere(sphere.maximumWavenumber, set: set), replicates ?? 33, members ?? 20,
      points: Array(0..<sphere.pointCount))
  }

  /// The sample of the published static experiments on a circle: points far enough apart to be nearly independent, enough
  /// truths for 100,000 pairs in whole minibatches of 2,500, and ensembles of 10.
  ///
  /// - Precondition: There is a replicate, and there are two members.
  public static func circle(
    _ circle: Circle = Circle(), set: BandSet = .a, replicates: Int? = nil, members: Int? = nil
  ) -> SpectrumSample {
    let truth = ParametricTruth.circle(circle)
    let step = 2 * Double.pi / Double(circle.pointCount)
    let length = truth.parameters.lengthscale.median * truth.parameters.scaleRatio
    let count = max(1, Int(Double(circle.pointCount) / (length / step / 2)))
    let stride = Double(circle.pointCount) / Double(count)
    let batches = (100_000 + 2_500 * count - 1) / (2_500 * count)
    return SpectrumSample(
      truth, .circle(points: circle.pointCount, set: set), replicates ?? 2_500 * batches,
      members ?? 10,
      points: (0..<count).map { Int(Double($0) * stride) })
  }

  /// A sample of these truths.
  ///
  /// - Parameters:
  ///   - truth: The distribution of the truths.
  ///   - bank: The filter bank.
  ///   - replicates: The number of truths.
  ///   - members: The ensemble size N.
  ///   - points: The grid points that give pairs, one each.
  /// - Precondition: There is a replicate; there is a member, or two where the bank estimates the mean.
  public init(
    _ truth: ParametricTruth, _ bank: FilterBank, _ replicates: Int, _ members: Int, points: [Int]
  ) {
    require(
      replicates > 0 && members > (bank.estimatesMean ? 1 : 0),
      "SpectrumSample: \(replicates) replicates of \(members) members.")
    (self.truth, self.bank, self.points) = (truth, bank, points)
    (self.replicates, self.members) = (replicates, members)
  }

  /// The number of pairs.
  public var count: Int { replicates * points.count }

  /// The pairs, replicate by replicate. Replicate r is the `StaticReplicate` of the r-th of `key.split(replicates)`.
  ///
  /// - Parameters:
  ///   - key: The key of truths and ensembles.
  ///   - pool: The threads that share the replicates.
  /// - Throws: `FieldError` and `EstimatorError`, if the truth gives numbers that are not finite.
  /// - Complexity: A dense square root for each replicate, as for `StaticReplicate`, or the product of the waves with an
  ///   ensemble if `isBandLimited`; one for each thread in memory.
  public func pairs(key: RandomKey, pool: WorkPool = .automatic) throws -> SpectrumPairs {
    let keys = key.split(replicates)
    let modes = isBandLimited ? truth.domain.modes() : nil
    let parts = try pool.mapParts(of: replicates) { range in
      try SpectrumPairs(joining: range.map { try pairs(ofReplicate: keys[$0], modes) })
    }
    return try SpectrumPairs(joining: parts)
  }

  private func pairs(ofReplicate key: RandomKey, _ modes: Matrix?) throws -> SpectrumPairs {
    var truth = truth
    if let factors = lengthFactors {
      let (low, high) = (log(factors.lowerBound), log(factors.upperBound))
      let factor = exp(low + (high - low) * key.foldIn(2).uniform([1]).scalars[0])
      truth.parameters.lengthscale.median *= factor
      truth.parameters.lengthscale.lowest *= factor
    }
    let keys = key.split(2)
    let (model, ensemble): (ConvolutionModel, Matrix)
    if let modes {
      model = try ConvolutionModel(truth.spectra(key: keys[0]), on: truth.domain)
      ensemble = model.sample(
        count: members, key: keys[1], squareRoot: model.modalSquareRoot(modes: modes))
    } else {
      let drawn = try DrawnEnsemble(truth, members: members, keys: keys)
      (model, ensemble) = (drawn.model, drawn.members)
    }
    let variances = try bank.bandVariances(
      of: ensemble, on: truth.domain, interpolates: interpolates)
    return try SpectrumPairs(
      bandVariances: variances.taking(rows: points),
      spectra: model.spectra.modal.taking(rows: points))
  }
}
