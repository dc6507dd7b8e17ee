import Inference
import LinearAlgebra
import PPL
import Parallel
import SpectralFields
import Testing

@testable import SpectrumEstimator

struct SpectrumSampleTests {
  @Test func sizesAreThoseOfTheSpecification() {
    let (sphere, circle) = (SpectrumSample.sphere(), SpectrumSample.circle())
    #expect(sphere.count == 161_766 && sphere.members == 20)
    // 13 points in steps of 9.23; the smallest multiple of 2500 * 13 that is not below 100000.
    #expect(circle.count == 130_000 && circle.members == 10 && circle.replicates == 10_000)
    #expect(circle.points == [0, 9, 18, 27, 36, 46, 55, 64, 73, 83, 92, 101, 110])
  }

  @Test func threadsChangeNoDigit() throws {
    let sample = SpectrumSample.circle(Circle(points: 24), replicates: 5, members: 3)
    let one = try sample.pairs(key: RandomKey(2), pool: .serial)
    let three = try sample.pairs(key: RandomKey(2), pool: WorkPool(threads: 3))
    #expect(one.bandVariances == three.bandVariances && one.spectra == three.spectra)
    #expect(one.count == sample.count)
  }

  /// Both draws have the truths of the key, and on the circle one covariance, so that mean band variances agree within
  /// 6 %, the error of 60 ensembles of 10.
  @Test func bandLimitedEnsemblesHaveTheCovarianceOfTheTruth() throws {
    var sample = SpectrumSample.circle(Circle(points: 24), replicates: 60, members: 10)
    let published = try sample.pairs(key: RandomKey(2))
    sample.isBandLimited = true
    let pairs = try sample.pairs(key: RandomKey(2))
    #expect(pairs.spectra == published.spectra && pairs.bandVariances != published.bandVariances)
    for (a, b) in zip(pairs.bandVariances.columnMeans, published.bandVariances.columnMeans) {
      #expect(abs(a / b - 1) < 0.25, "\(a), \(b)")
    }
    let three = try sample.pairs(key: RandomKey(2), pool: WorkPool(threads: 3))
    #expect(three.bandVariances == pairs.bandVariances)
  }
}
