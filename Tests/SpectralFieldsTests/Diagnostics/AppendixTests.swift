import Foundation
import LinearAlgebra
import PPL
import TestSupport
import Testing

@testable import SpectralFields

/// The appendices C, D and F of the paper.
struct AppendixTests {
  @Test func positiveSpectralFunctionsAreThoseOfTheirCovariance() {
    for (L, Q, tolerance) in [(2, 1, 1e-11), (5, 2, 1e-9), (10, 3, 1e-4)] {
      let series = SpectralFunctionSeries.random(
        maximumWavenumber: L, bandwidth: Q, key: RandomKey(3))
      let found = SpectralFunctionSeries(
        reconstructedFrom: series.covariance, maximumWavenumber: L, bandwidth: Q)
      #expect(found.largestDifference(from: series) < tolerance, "L = \(L)")
    }
  }

  /// Another covariance has other functions: the reconstruction is not the identity of what it was given.
  @Test func theReconstructionFollowsTheCovariance() {
    let (a, b) = (RandomKey(1), RandomKey(2))
    let series = SpectralFunctionSeries.random(maximumWavenumber: 3, bandwidth: 1, key: a)
    let other = SpectralFunctionSeries.random(maximumWavenumber: 3, bandwidth: 1, key: b)
    let found = SpectralFunctionSeries(
      reconstructedFrom: other.covariance, maximumWavenumber: 3, bandwidth: 1)
    #expect(found.largestDifference(from: series) > 1e-3)
    #expect(found.largestDifference(from: other) < 1e-10)
  }

  /// Figure 7: only the corner n = n' = L + Q has one term.
  @Test func aCornerOfTheCovarianceHasOneTerm() {
    func terms(_ n: Int, _ m: Int) -> [Int] {
      SpectralFunctionSeries.terms(n, m, maximumWavenumber: 2, bandwidth: 1)
    }
    #expect(terms(3, 3) == [2] && terms(-3, -3) == [-2])
    #expect(terms(0, 0) == [-1, 0, 1] && terms(3, 1) == [2] && terms(3, 0).isEmpty)
    // The covariance is Hermitian and vanishes where there is no term.
    let B = SpectralFunctionSeries.random(maximumWavenumber: 2, bandwidth: 1, key: RandomKey(0))
      .covariance
    for n in 0..<7 {
      for m in 0..<7 {
        #expect(abs(B[n][m].real - B[m][n].real) < 1e-15)
        #expect(abs(B[n][m].imaginary + B[m][n].imaginary) < 1e-15)
        #expect(!terms(n - 3, m - 3).isEmpty || B[n][m] == .init(0))
      }
    }
  }

  @Test func theNarrowestKernelsHaveOneSignOrAlternatingOnes() {
    let spectrum = (0...20).map { 1 / (1 + pow(0.3 * Double($0), 4)) }
    let width = KernelWidth(spectrum: spectrum)
    let count = spectrum.count
    let narrowest = [
      Array(repeating: 1.0, count: count), Array(repeating: -1.0, count: count),
      (0..<count).map { $0 % 2 == 0 ? 1.0 : -1.0 },
    ].map { width(signs: $0) }
    // Their maxima are at the poles, which are among the distances.
    for own in narrowest { #expect(abs(own / width.smallest - 1) < 1e-12) }
    for trial in 0..<50 {
      let signs = RandomKey(5).foldIn(UInt32(trial)).uniform([count]).scalars
        .map { $0 < 0.5 ? -1.0 : 1.0 }
      #expect(width(signs: signs) >= width.smallest * (1 - 1e-12))
    }
  }

  @Test func theLocalApproximationIsExactForAStationaryField() throws {
    let circle = Circle(points: 60)
    let spectrum = (0..<circle.spectrumCount).map { 1 / (1 + pow(0.2 * Double($0), 3)) }
    let model = try ConvolutionModel(
      LocalSpectra(stationary: spectrum, points: 60), on: circle)
    let found = try BandApproximation(of: model, by: .circle(points: 60))
    #expect(found.errors.allSatisfy { $0 < 1e-20 } && found.errors.count == 6)
    #expect(found.varianceErrors.allSatisfy { $0 < 1e-10 })
  }

  @Test func itsErrorGrowsWithTheStrengthOfNonStationarity() throws {
    let errors = try [1.5, 4].map { strength in
      var truth = ParametricTruth.circle(Circle(points: 60))
      truth.parameters.strength = strength
      let model = try ConvolutionModel(truth.spectra(key: RandomKey(4)), on: truth.domain)
      return try BandApproximation(of: model, by: .circle(points: 60)).errors
    }
    for (weak, strong) in zip(errors[0], errors[1]) { #expect(weak > 0 && strong > weak) }
  }

  @Test func bandSetsGiveThePublishedBanksAndOthers() {
    #expect(FilterBank.circle(set: .b).centres != FilterBank.circle(set: .a).centres)
    var wide = BandSet.sphere
    (wide.bands, wide.exponent) = (8, 2)
    let bank = FilterBank.sphere(49, set: wide)
    #expect(bank.count == 8 && bank.centres.first == 0 && bank.centres.last == 50)
    // exp(-|(l - c) / d|^q), at the distance of a half-width for any q.
    let (c, d) = (bank.centres[3], bank.halfWidths[3])
    let l = Int(c)
    expectClose(
      [bank.transfer[3, l]], [exp(-pow(abs(Double(l) - c) / d, 2))], relative: 1e-12)
  }
}
