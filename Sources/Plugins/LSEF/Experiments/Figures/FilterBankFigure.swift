import LinearAlgebra
import Plotting
import Preconditions
import Runs
import SpectralFields
import Tables

/// Figure 1: the transfer functions of a sphere's filters, and their impulse responses over the greatest distance.
///
///     H_j(l) for l = 0...L,    h_j(rho) for rho = 0...π
///
/// The responses are drawn relative to their maxima h_j(0), which differ by a factor of a hundred; the table has h_j itself.
/// Its columns are: the panel, `transfer` or `impulse`; the band, from 1; the wavenumber, or the distance in radians; the
/// value.
///
/// - Parameters:
///   - bank: A bank of the sphere.
///   - distances: The number of distances, both ends included; by default 8 to the shortest wave.
/// - Throws: `PlottingError` if there are no distances.
/// - Precondition: The bank is one of a sphere.
/// - Reference: Tsyrulnikov and Sotskiy, Figure 1 and eq. (12).
func filterBankFigure(
  of bank: FilterBank = .sphere(), distances: Int? = nil
) throws(PlottingError) -> NumberedFigure {
  require(
    !bank.estimatesMean, "filterBankFigure: the bank is one of a circle, not of a sphere.")
  let count = distances ?? 4 * bank.transfer.columns + 1
  let wavenumbers = (0..<bank.transfer.columns).map(Double.init)
  let rho = (0..<count).map { Double.pi * Double($0) / Double(max(count - 1, 1)) }
  let responses = bank.sphereImpulseResponses(at: rho)
  let names = (1...bank.count).map { "band \($0)" }

  let transfer = LinePlot.Panel(
    title: "Transfer functions", xAxis: "wavenumber l", yAxis: Axis("H_j(l)", including: 0),
    series: names.enumerated().map { j, name in
      .init(name, x: wavenumbers, y: Array(bank.transfer.row(j)), style: .line)
    })
  let impulse = LinePlot.Panel(
    title: "Impulse responses", xAxis: "distance ρ, radians", yAxis: "h_j(ρ) / h_j(0)",
    series: names.enumerated().map { j, name in
      .init(name, x: rho, y: responses.row(j).map { $0 / responses[j, 0] }, style: .line)
    })

  var csv = CSVWriter(header: ["panel", "band", "x", "value"])
  for (panel, x, values) in [("transfer", wavenumbers, bank.transfer), ("impulse", rho, responses)]
  {
    for j in 0..<bank.count {
      for (x, value) in zip(x, values.row(j)) {
        csv.append([.text(panel), .integer(j + 1), .number(x), .number(value)])
      }
    }
  }
  return NumberedFigure(figure: try LinePlot(panels: [transfer, impulse]), csv: csv.text)
}
