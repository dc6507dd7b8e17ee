import Assimilation
import Foundation
import LSEF
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator
import TestSupport
import Testing

struct StaticReplicateTests {
  private let circle = Circle(points: 60)
  private let size = StaticReplicate.Size(members: 10, observations: 30, variance: 25)

  private func replicates(_ seeds: Range<UInt64>) throws -> [StaticReplicate] {
    try seeds.map { try StaticReplicate(.circle(circle), size: size, key: RandomKey($0)) }
  }

  @Test func theTrueCovarianceIsBestAndTheNetworkNext() throws {
    let bank = FilterBank.circle(points: 60)
    let training = try replicates(0..<100)
    let pairs = try SpectrumPairs(joining: training.map { try $0.pairs(bank: bank) })
    var schedule = SpectrumTraining.circle
    (schedule.batchSize, schedule.epochs) = (250, 20)
    let network = try schedule.run(
      SpectrumModel(.circle(bank), loss: .circle(30)), on: pairs, key: RandomKey(1_000)
    ).network
    let mean = try IsotropicCovariance(
      spectrum: IsotropicCovariance.meanSpectrum(of: training.map(\.members), on: circle),
      on: circle)
    let length = try LocalizationTuning(
      training.prefix(10).map(\.tuningReplicate), on: circle, lengths: [0.2, 0.4, 0.8, 1.6]
    ).best

    var errors = Array(repeating: [Double](), count: 5)
    for replicate in try replicates(200..<260) {
      let ensemble = try replicate.ensemblePrior(.gaspariCohn(length))
      errors[0].append(try replicate.error(replicate.truePrior))
      errors[1].append(
        try replicate.error(replicate.estimatedPrior(network, bank: bank)))
      errors[2].append(try replicate.error(ensemble))
      errors[3].append(try replicate.error(mean))
      errors[4].append(try replicate.error(HybridCovariance(ensemble, mean)))
    }
    let scores = try errors.map {
      try Score(errors: $0, optimum: errors[0], resamples: 1_000, key: RandomKey(2))
    }
    #expect(scores[0].value == 0)
    // Claim 1 of the paper's figure 2, on a circle: the network beats every other scheme with ten members.
    for scheme in 2...4 { #expect(scores[1].value < scores[scheme].value, "\(scores)") }
    #expect(scores[1].value > 0 && scores[1].value < 0.15, "\(scores)")
    #expect(scores[4].value < scores[2].value)
  }

  @Test func onTheSphereTheTrueCovarianceIsBestInBothItsForms() throws {
    let sphere = Sphere(latitudes: 13, maximumWavenumber: 11)
    let size = StaticReplicate.Size(members: 10, observations: 133, variance: 1)
    let replicates = try (0..<12).map {
      try StaticReplicate(.sphere(sphere), size: size, key: RandomKey($0))
    }
    let mean = try IsotropicCovariance(
      spectrum: IsotropicCovariance.meanSpectrum(of: replicates.map(\.members), on: sphere),
      on: sphere)
    // The lengths of a grid four times as coarse.
    let tuning = try LocalizationTuning(
      replicates.map(\.tuningReplicate), on: sphere, lengths: [2_000, 4_000, 8_000, 16_000])
    #expect([4_000, 8_000].contains(tuning.best), "\(tuning)")
    var (best, ensemble, stationary) = (0.0, 0.0, 0.0)
    for replicate in replicates {
      best += try replicate.error(replicate.truePrior)
      ensemble += try replicate.error(replicate.ensemblePrior(.gaspariCohn(tuning.best)))
      stationary += try replicate.error(mean)
      expectClose(
        try replicate.observations.analysis(squareRoot: replicate.squareRoot, tolerance: 1e-12)
          .analysis, try replicate.observations.analysis(prior: replicate.truePrior),
        relative: 1e-9, absolute: 1e-9)
    }
    #expect(best < ensemble && best < stationary, "\(best), \(ensemble), \(stationary)")
  }

  @Test func aReplicateIsItsSeed() throws {
    let (a, b) = (try replicates(7..<8)[0], try replicates(7..<8)[0])
    #expect(a.truth == b.truth && a.members == b.members && a.observations == b.observations)
    #expect(a.observations.count == 30 && a.members.rows == 10 && a.truth.count == 60)
  }

  @Test func aReplicateIsTheOneThatSchemesAreComparedOn() throws {
    let sphere = Sphere(latitudes: 9, maximumWavenumber: 7)
    let sample = SpectrumSample.sphere(sphere, replicates: 2, members: 4)
    let pairs = try sample.pairs(key: RandomKey(1), threads: .serial)
    let parts = try RandomKey(1).split(2).map { key in
      try StaticReplicate(
        .sphere(sphere), size: .init(members: 4, observations: 5), key: key
      ).pairs(bank: .sphere(7))
    }
    let expected = try SpectrumPairs(joining: parts)
    #expect(pairs.bandVariances == expected.bandVariances && pairs.spectra == expected.spectra)
    #expect(pairs.count == 2 * sphere.pointCount)
  }
}
