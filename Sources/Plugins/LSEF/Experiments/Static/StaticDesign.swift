import Assimilation
import PPL

/// What all points of a study have in common: the sphere, the filters, and how much is simulated.
struct StaticDesign: Sendable {
  let sphere: Sphere
  let bank: FilterBank
  /// Whose ensembles train the network, give the mean spectrum and tune the localization.
  let trainingReplicates: Int
  let training: SpectrumTraining
  let lengths: [Double]

  /// The paper's: 4902 points, 33 training replicates.
  static let full = StaticDesign(
    sphere: Sphere(), trainingReplicates: 33, training: .sphere,
    lengths: LocalizationTuning.sphereLengths)

  /// The same on 762 points, whose steps are 2.5 times as long.
  static let quick: StaticDesign = {
    var training = SpectrumTraining.sphere
    training.batchSize = 250
    return StaticDesign(
      sphere: Sphere(latitudes: 21, maximumWavenumber: 19), trainingReplicates: 20,
      training: training, lengths: LocalizationTuning.sphereLengths.map { 2.5 * $0 })
  }()

  init(
    sphere: Sphere, trainingReplicates: Int, training: SpectrumTraining, lengths: [Double]
  ) {
    (self.sphere, bank) = (sphere, .sphere(sphere.maximumWavenumber))
    (self.trainingReplicates, self.training, self.lengths) = (trainingReplicates, training, lengths)
  }

  func truth(_ point: StaticPoint) -> ParametricTruth {
    var truth = ParametricTruth.sphere(sphere)
    truth.parameters.strength = point.strength
    truth.parameters.scaleRatio = point.lengthRatio
    return truth
  }

  /// An observation for every second point.
  func replicate(_ point: StaticPoint, key: RandomKey) throws -> StaticReplicate {
    let size = StaticReplicate.Size(
      members: point.members, observations: sphere.pointCount / 2, variance: 1)
    return try StaticReplicate(truth(point), size: size, key: key)
  }
}
