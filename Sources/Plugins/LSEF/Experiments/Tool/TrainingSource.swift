import Assimilation
import Foundation
import PPL
import Parallel
import Preconditions
import SpectralFields
import SpectrumEstimator

/// The source of the pairs of a training: the grid, the ensemble size, and where spectra come from.
struct TrainingSource {
  let domain: any HarmonicDomain
  let members: Int
  /// The ensembles of an archive; nil for truths or a model.
  let archive: [EnsembleFile]
  let replicates: Int
  /// The name of the model whose filter gives the spectra; nil for truths or an archive.
  let model: String?
  /// The description of the source.
  let label: String

  /// The source that the flags name.
  ///
  /// - Throws: `DataError` for files that cannot be read; `ToolFailure` for an archive or a model of another grid.
  init(_ options: TrainTool.Options) throws {
    let like = try options.like.map {
      try EnsembleFile($0, variable: options.variable, flag: "--like")
    }
    let domain = like?.grid.domain ?? options.domain ?? Circle()
    self.domain = domain
    members = options.members ?? like.map { max(2, $0.fields[0].rows) } ?? 20
    let isSphere = domain is Sphere
    replicates = options.replicates ?? (isSphere ? 40 : 4_000)
    model = options.model
    if let model {
      let own = ModelCase.all.first { $0.name == model }
      let circle = Circle(points: own?.points ?? Circle().pointCount)
      guard domain.label == circle.label else {
        throw ToolFailure.otherModel(
          model: model, needed: circle.label, points: circle.pointCount, given: domain.label)
      }
    }
    archive =
      try options.archive.map { path in
        let file = try EnsembleFile(path, variable: options.variable, flag: "--archive")
        guard file.grid.domain.label == domain.label else {
          throw ToolFailure.grids(
            flag: "--archive", other: options.like == nil ? "--grid" : "--like")
        }
        guard file.fields[0].rows >= 2 else { _ = try file.ensemble("--archive"); return [] }
        return [file]
      } ?? []
    if let file = archive.first {
      label = "the spectra of \(file.fields.count) ensembles in \(file.path)"
    } else if let model {
      label =
        "the spectra of a filter with the model \(model), \(counted(replicates, "analysis", "analyses"))"
    } else {
      label = Self.truths(replicates, domain)
    }
  }

  private static func truths(_ count: Int, _ domain: any HarmonicDomain) -> String {
    "\(count) random truths on a \(domain.label), length scales by 0.5 to 4"
  }

  /// The source of random truths for the grid and the size of an ensemble.
  init(like file: EnsembleFile, members: Int, replicates: Int) {
    domain = file.grid.domain
    (self.members, self.replicates, archive, model) = (members, replicates, [], nil)
    label = Self.truths(replicates, domain)
  }

  /// The points that give pairs, two steps apart at least on a circle, where neighbours are nearly equal.
  private var points: [Int] {
    let n = domain.pointCount
    return domain is Sphere ? Array(0..<n) : Array(stride(from: 0, to: n, by: max(1, n / 24)))
  }

  /// The number of pairs of each truth.
  var pairsOfTruth: Int { model == nil ? points.count : 1 }

  /// The network and its loss, without amplitude.
  var network: SpectrumModel {
    let bank = domain.filterBank
    return domain is Sphere
      ? SpectrumModel(
        .sphere(bank, isAmplitudeFree: true), loss: .sphere(domain.maximumWavenumber))
      : SpectrumModel(
        .circle(bank, isAmplitudeFree: true), loss: .circle(domain.maximumWavenumber))
  }

  func training(_ epochs: Int, _ pairs: Int) -> SpectrumTraining {
    var training = SpectrumTraining.sphere
    training.epochs = epochs
    // Pairs of one truth have like errors, so that the stated error needs many truths.
    training.validationFraction = 0.25
    training.batchSize = min(2_500, max(50, pairs / 40))
    return training
  }

  /// The pairs of the training.
  ///
  /// - Parameters:
  ///   - replicates: The number of truths or analyses; that of the source if nil.
  ///   - key: The random key of the truths and ensembles.
  ///   - pool: The threads that share the work.
  /// - Throws: As `SpectrumSample.pairs`, `SpectrumPairs(archive:…)` and `CycleTraining.pairs`.
  func pairs(_ replicates: Int? = nil, key: RandomKey, pool: WorkPool) throws -> SpectrumPairs {
    let replicates = replicates ?? self.replicates
    if let file = archive.first {
      return try SpectrumPairs(
        archive: file.fields, on: domain, members: members, points: points, key: key, pool: pool)
    }
    if let own = ModelCase.all.first(where: { $0.name == model }) {
      return try Self.pairs(of: own, replicates, members: members, key: key)
    }
    if model != nil {
      var training = CycleTraining()
      (training.cycles, training.members) = (replicates, members)
      return try training.pairs(key: key)
    }
    // The deviations of an ensemble from its mean count as one member fewer.
    let truth: ParametricTruth =
      (domain as? Sphere).map { .sphere($0) } ?? .circle(domain as? Circle ?? Circle())
    var sample = SpectrumSample(
      truth, domain.filterBank, replicates, domain is Sphere ? members - 1 : members,
      points: points)
    (sample.interpolates, sample.isBandLimited, sample.lengthFactors) = (false, true, 0.5...4)
    return try sample.pairs(key: key, pool: pool)
  }

  /// Pairs from the ensembles of a DEnKF that observes every other point of a model.
  private static func pairs(
    of own: ModelCase, _ cycles: Int, members: Int, key: RandomKey
  ) throws -> SpectrumPairs {
    let (keys, burnIn) = (key.split(3), 50)
    let twin = try own.twin(observing: 2, cycles: burnIn + cycles, key: keys[0])
    let prior = LocalizedEnsembleCovariance(.gaspariCohn(own.lengths[1]), on: own.ring)
    let filter = PriorDEnKF("DEnKF", prior: prior, members: members, inflation: 1.05)
    let spectra = try CycleTraining.spectra(
      of: filter, along: twin, burnIn: burnIn, key: keys[1])
    return try StationarySample(.circle(points: own.points), members: members).pairs(
      of: spectra, key: keys[2])
  }
}
