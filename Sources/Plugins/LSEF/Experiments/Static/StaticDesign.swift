import Assimilation
import PPL
import SpectralFields
import SpectrumEstimator

/// The design of a static study: the domain, the filter bank, the network and the sizes of the samples.
struct StaticDesign: Sendable {
  /// The distribution of truths at the default point.
  private(set) var truth: ParametricTruth
  private(set) var model: SpectrumModel
  private(set) var bank: FilterBank
  /// The sampling plan of the training pairs.
  private(set) var sample: SpectrumSample
  let training: SpectrumTraining
  /// The number of replicates, the first of the sample, for the mean spectrum and the tuning of the localization.
  let tuningReplicates: Int
  /// The candidate localization lengths, in the unit of the design.
  private(set) var lengths: [Double]
  /// The variance of the observation errors; the median of the field's variances if nil.
  private(set) var observationVariance: Double?
  /// The ensemble size of the default point.
  let members: Int

  /// The weight of the ensemble's covariance in Hybrid-B.
  private(set) var hybridWeight = 0.5
  /// The factor of the ensemble's perturbations.
  private(set) var inflation = 1.0
  /// The fraction of the largest entry of W below which entries are left out; nil for dense analyses.
  private(set) var threshold: Double?
  /// The number of observations.
  private(set) var observationCount: Int

  var domain: any HarmonicDomain { truth.domain }
  /// Whether fields on the sphere are interpolated before they are filtered.
  var interpolates: Bool { sample.interpolates }
  /// The sphere; nil for a circle.
  var sphere: Sphere? { domain as? Sphere }
  /// The unit of localization lengths.
  var unit: String { sphere == nil ? "radii" : "km" }

  /// The paper's design: a sphere of 4902 points, 33 training replicates.
  static var full: StaticDesign {
    StaticDesign(
      sphere: Sphere(), trainingReplicates: 33, training: .sphere,
      lengths: LocalizationTuning.sphereLengths)
  }

  /// The same design on 762 points, whose steps are 2.5 times as long.
  static var quick: StaticDesign {
    var training = SpectrumTraining.sphere
    training.batchSize = 250
    return StaticDesign(
      sphere: Sphere(latitudes: 21, maximumWavenumber: 19), trainingReplicates: 20,
      training: training, lengths: LocalizationTuning.sphereLengths.map { 2.5 * $0 })
  }

  /// A design on a sphere; all training replicates are also used for tuning.
  init(
    sphere: Sphere, trainingReplicates: Int, training: SpectrumTraining, lengths: [Double]
  ) {
    let bank = FilterBank.sphere(sphere.maximumWavenumber)
    (truth, self.bank, self.training) = (.sphere(sphere), bank, training)
    model = SpectrumModel(.sphere(bank), loss: .sphere(sphere.maximumWavenumber))
    sample = .sphere(sphere, replicates: trainingReplicates)
    (tuningReplicates, self.lengths) = (trainingReplicates, lengths)
    (observationVariance, members) = (1, 20)
    // One for every second point.
    observationCount = sphere.pointCount / 2
  }

  /// The design on a circle: 130,000 pairs from 10,000 replicates, the first 100 of which are also used for tuning.
  ///
  /// - Reference: `lsef.md` 5.5 and 8.4.
  static var circle: StaticDesign {
    StaticDesign(circle: Circle(), trainingReplicates: nil, training: .circle)
  }

  /// The design on a circle of 60 points, with a tenth of the pairs.
  static var quickCircle: StaticDesign {
    var training = SpectrumTraining.circle
    (training.batchSize, training.epochs) = (250, 30)
    return StaticDesign(circle: Circle(points: 60), trainingReplicates: 1_000, training: training)
  }

  /// A design on a circle, with the sample's own number of replicates if none is given.
  init(circle: Circle, trainingReplicates: Int?, training: SpectrumTraining) {
    let bank = FilterBank.circle(points: circle.pointCount)
    (truth, self.bank, self.training) = (.circle(circle), bank, training)
    model = SpectrumModel(.circle(bank), loss: .circle(circle.maximumWavenumber))
    sample = .circle(circle, replicates: trainingReplicates)
    tuningReplicates = min(100, sample.replicates)
    // From less than the median length scale of the truth to a support of the whole circle.
    lengths = [0.1, 0.14, 0.2, 0.28, 0.4, 0.56, 0.8, 1.1, 1.6, 2.2]
    (observationVariance, members) = (nil, 10)
    observationCount = circle.pointCount / 2
  }

  /// The design with the settings of flags.
  func with(_ settings: StaticSettings) throws -> StaticDesign {
    var design = self
    let set = settings.bank.set(onSphere: sphere != nil)
    if let sphere {
      design.bank = .sphere(sphere.maximumWavenumber, set: set)
      design.sample = .sphere(sphere, set: set, replicates: sample.replicates)
    } else if let circle = domain as? Circle {
      design.bank = .circle(points: circle.pointCount, set: set)
      design.sample = .circle(circle, set: set, replicates: sample.replicates)
    }
    let spectrum = try settings.spectrumOptions(onSphere: sphere != nil)
    design.model = SpectrumModel(
      try spectrum.architecture(bands: design.bank.count, spectrumCount: domain.spectrumCount),
      loss: spectrum.spectrumLoss(domain.maximumWavenumber))
    if settings.unitVariance {
      design.truth.parameters.preTransformVariance = .unitPerDegree
      design.sample.truth = design.truth
    }
    design.sample.interpolates = !settings.exactFilters
    (design.hybridWeight, design.inflation) = (settings.hybridWeight, settings.inflation)
    design.threshold = settings.threshold
    design.lengths = settings.localization.map { [$0] } ?? lengths
    design.observationCount = settings.observations ?? observationCount
    design.observationVariance = settings.observationVariance ?? observationVariance
    return design
  }

  func truth(_ point: StaticPoint) -> ParametricTruth {
    var truth = truth
    truth.parameters.strength = point.strength
    truth.parameters.scaleRatio = point.lengthRatio
    return truth
  }

  func replicate(_ point: StaticPoint, key: RandomKey) throws -> StaticReplicate {
    let size = StaticReplicate.Size(
      members: point.members, observations: observationCount, variance: observationVariance)
    return try StaticReplicate(truth(point), size: size, key: key)
  }
}
