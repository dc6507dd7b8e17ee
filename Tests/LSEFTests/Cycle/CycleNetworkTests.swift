import Assimilation
import LinearAlgebra
import PPL
import SpectralFields
import Testing

@testable import LSEF

struct CycleNetworkTests {
  @Test func theNetworkOfTheProgramSaysWhereItComesFrom() throws {
    let (network, provenance) = try CycleNetwork.shipped
    #expect(network.architecture.bandCount == 6 && network.architecture.spectrumCount == 61)
    #expect(provenance.pairs == 50_000 && provenance.program.contains("ppl"))
    let losses = provenance.epochs.map(\.loss)
    // Published: 0.0054.
    #expect((losses.last ?? .infinity) < 0.0065 && (losses.last ?? 0) < (losses.first ?? 0) / 3)
  }

  /// Band variances without sampling errors, of a spectrum like those that the filter meets.
  @Test func theNetworkTurnsExpectedBandVariancesIntoTheirSpectrum() throws {
    let network = try CycleNetwork.shipped.network
    let bank = FilterBank.circle(points: 120)
    let circle = Circle(points: 120)
    for (total, scale) in [(5.0, 6.0), (12.0, 4.0)] {
      let shape = (0...60).map { 1 / (1 + Double($0 * $0 * $0) / (scale * scale * scale)) }
      let variance = circle.variance(ofSpectrum: shape)
      let spectrum = shape.map { total / variance * $0 }
      let bands = bank.omega.multiplied(by: spectrum)
      let found = try network.predict(Matrix(rows: 1, columns: 6, bands)).row(0)
      // The network has seen noise, and shrinks towards what it met: a third of the variance, and less at once.
      let ratio = circle.variance(ofSpectrum: Array(found)) / total
      #expect((0.67...1.5).contains(ratio), "\(ratio)")
      #expect(found.allSatisfy { $0 >= 0 && $0.isFinite })
      #expect(found[found.startIndex] > 10 * found[found.startIndex + 30])
    }
  }
}
