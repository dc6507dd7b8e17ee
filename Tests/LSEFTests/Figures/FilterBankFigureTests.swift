import Foundation
import LinearAlgebra
import Plotting
import SpectralFields
import TestSupport
import Testing

@testable import LSEF

@Suite struct FilterBankFigureTests {
  /// Columns: panel, band, x, value.
  private func rows(_ panel: String, band: Int) throws -> [(x: Double, value: Double)] {
    try filterBankFigure().csv.split(separator: "\n").dropFirst().compactMap { line in
      let cells = line.split(separator: ",")
      guard cells[0] == panel, cells[1] == "\(band)" else { return nil }
      return (try #require(Double(cells[2])), try #require(Double(cells[3])))
    }
  }

  @Test func transferFunctionsHaveThePublishedWeights() throws {
    let published = [2.235333, 4.946727, 7.111596, 10.176157, 14.561811, 9.918742]
    for (j, weight) in published.enumerated() {
      let rows = try rows("transfer", band: j + 1)
      #expect(rows.map(\.x) == (0...49).map(Double.init))
      // Six decimals.
      expectClose(
        [rows.reduce(0) { $0 + $1.value * $1.value }], [weight], relative: 0, absolute: 6e-7)
    }
  }

  /// `2π int h_j(rho) P_l(cos rho) sin(rho) drho = H_j(l)`, by Simpson's rule.
  @Test func impulseResponsesTransformBackToTheTransferFunctions() throws {
    let transfer = FilterBank.sphere().transfer
    for j in 0..<6 {
      let rows = try rows("impulse", band: j + 1)
      #expect(rows.first?.x == 0 && rows.last?.x == .pi)
      let step = Double.pi / Double(rows.count - 1)
      for l in [0, 7, 30] {
        let legendre = LegendrePolynomials.table(upTo: l, at: rows.map { cos($0.x) }).row(l)
        let terms = zip(rows, legendre).enumerated().map { k, pair in
          let weight = k == 0 || k == rows.count - 1 ? 1.0 : k % 2 == 1 ? 4 : 2
          return weight * pair.0.value * pair.1 * sin(pair.0.x)
        }
        let integral = 2 * Double.pi * step / 3 * terms.reduce(0, +)
        // The rule's error at 200 steps for waves of up to 80 in the integrand.
        expectClose([integral], [transfer[j, l]], relative: 0, absolute: 3e-3)
      }
    }
  }

  @Test func theFigureHasACurveForEachBandInBothPanels() throws {
    let figure = try #require(filterBankFigure().figure as? LinePlot)
    #expect(figure.panels.map(\.series.count) == [6, 6])
    for series in figure.panels[1].series { #expect(series.y[0] == 1 && series.x.last == .pi) }
    #expect(figure.panels[0].series[3].name == "band 4")
  }

  @Test func aBankOfACircleIsRefused() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try filterBankFigure(of: .circle())
    }
    expectMessage("filterBankFigure: the bank is one of a circle, not of a sphere.", of: exit)
  }

  @Test func noDistancesAreAnError() {
    #expect(throws: PlottingError.tooFew(what: "points of series \"band 1\"", given: 0, needed: 1))
    {
      try filterBankFigure(distances: 0)
    }
  }
}
