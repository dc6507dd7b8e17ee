import Foundation
import Plotting
import Plugins
import Runs
import SpectralFields
import Tables

/// The report of `ppl run lsef-theory`.
struct TheoryReport {
  let seed: UInt64
  let options: TheoryCommand.Options
  let study: TheoryStudy
  let wantsFiles: Bool

  private struct Numbers: Encodable, Sendable {
    let seed: UInt64
    let reconstructions: [TheoryStudy.Reconstruction]
    let kernels: TheoryStudy.Kernels
    let stationarity: [TheoryStudy.Stationarity]
  }

  var report: RunReport {
    get throws {
      let numbers = Numbers(
        seed: seed, reconstructions: study.reconstructions, kernels: study.kernels,
        stationarity: study.stationarity)
      let files =
        try wantsFiles
        ? termsFigure(maximumWavenumber: 2, bandwidth: 1).files(named: "figure7") + [
          OutputFile("reconstruction.csv", text: reconstructionCSV),
          OutputFile("stationarity.csv", text: stationarityCSV),
          OutputFile("band-errors.csv", text: bandsCSV), .captions([caption]),
          OutputFile(RunFileName.run, json: numbers),
        ] : []
      return RunReport(table: table, numbers: numbers, files: files)
    }
  }

  private var caption: FigureCaption {
    FigureCaption(
      name: "figure7", title: "Non-zero terms of the covariance of Fourier coefficients",
      caption:
        "The number of wavenumbers l whose terms of B(n, n') are not 0, eq. (37), for L = 2 and Q = 1; zero is an entry that "
        + "vanishes. The corner n = n' = 3 has one term, from which the reconstruction begins.")
  }

  private var table: String {
    let k = study.kernels
    func row(_ name: String, _ numbers: Double...) -> String {
      name.padding(toLength: 26, withPad: " ", startingAt: 0)
        + numbers.map { String(format: "%12.4g", $0) }.joined()
    }
    func heading(_ name: String, _ columns: String...) -> String {
      name.padding(toLength: 26, withPad: " ", startingAt: 0)
        + columns.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
    }
    var lines = [
      "Appendices C to F of Tsyrulnikov and Sotskiy (2023); seed \(seed)", "",
      "C: spectral functions reconstructed from the covariance, largest relative error",
      heading("", "median", "largest"),
    ]
    lines += study.reconstructions.map {
      row(
        "L = \($0.maximumWavenumber), Q = \($0.bandwidth), \($0.trials) series", $0.median,
        $0.largest)
    }
    lines += [
      "", "D: width of kernels with one spectrum, relative to the smallest",
      row("all signs positive", k.positive / k.smallest),
      row("all signs negative", k.negative / k.smallest),
      row("alternating signs", k.alternating / k.smallest),
      row("\(k.trials) random, smallest", k.smallestRandom / k.smallest),
      row("\(k.trials) random, mean", k.meanRandom / k.smallest),
      "",
      "E: local stationarity, lengths in radians, means of \(options.replicates) truths on the \(options.domain)",
      heading("", "nu", "Lambda", "Ls", "(nu Ls/L)^2"),
    ]
    lines += study.stationarity.map {
      row(
        "strength \($0.strength.short), length \($0.length.short)", $0.nu,
        $0.nonStationarityLength ?? .infinity, $0.lengthscale, $0.errorBound)
    }
    lines += [
      "", "F: relative error of the locally filtered field, and its estimate (nu L_H / Lambda)^2",
    ]
    for own in study.stationarity {
      lines.append(
        heading(
          "strength \(own.strength.short), length \(own.length.short)", "error", "estimate",
          "of variance"))
      lines += own.bands.enumerated().map { band, numbers in
        row("  band \(band + 1)", numbers.error, numbers.bound, numbers.varianceError)
      }
    }
    return lines.joined(separator: "\n")
  }

  private var reconstructionCSV: String {
    var csv = CSVWriter(
      header: ["maximumWavenumber", "bandwidth", "series", "medianError", "largestError"])
    for own in study.reconstructions {
      csv.append([
        .integer(own.maximumWavenumber), .integer(own.bandwidth), .integer(own.trials),
        .number(own.median), .number(own.largest),
      ])
    }
    return csv.text
  }

  private var stationarityCSV: String {
    var csv = CSVWriter(
      header: [
        "strength", "length", "strengthNu", "nonStationarityLength", "lengthscale", "errorBound",
      ])
    for own in study.stationarity {
      csv.append(
        [
          .number(own.strength), .number(own.length), .number(own.nu),
          .optional(own.nonStationarityLength), .number(own.lengthscale), .number(own.errorBound),
        ])
    }
    return csv.text
  }

  private var bandsCSV: String {
    var csv = CSVWriter(header: [
      "strength", "length", "band", "error", "estimate", "varianceError",
    ])
    for own in study.stationarity {
      for (band, numbers) in own.bands.enumerated() {
        csv.append([
          .number(own.strength), .number(own.length), .integer(band + 1), .number(numbers.error),
          .number(numbers.bound), .number(numbers.varianceError),
        ])
      }
    }
    return csv.text
  }
}

/// Figure 7: the number of non-zero terms of each entry of the covariance of Fourier coefficients, eq. (37).
///
/// The columns of the table are: n, n', the number of terms, and their wavenumbers l.
///
/// - Throws: `PlottingError` for L + Q of 0.
/// - Reference: Tsyrulnikov and Sotskiy, Figure 7 and appendix C.
func termsFigure(
  maximumWavenumber L: Int, bandwidth Q: Int
) throws(PlottingError) -> NumberedFigure {
  let numbers = Array(-(L + Q)...(L + Q))
  var csv = CSVWriter(header: ["n", "n'", "terms", "wavenumbers"])
  var rows: [[Double]] = []
  for n in numbers {
    var row: [Double] = []
    for other in numbers {
      let terms = SpectralFunctionSeries.terms(n, other, maximumWavenumber: L, bandwidth: Q)
      csv.append([
        .integer(n), .integer(other), .integer(terms.count),
        .text(terms.map(String.init).joined(separator: " ")),
      ])
      row.append(Double(terms.count))
    }
    rows.append(row)
  }
  let ticks = numbers.map(Double.init)
  let map = try HeatMap(
    title: "Non-zero terms of eq. (37), L = \(L), Q = \(Q)", xAxis: Axis("n'", ticks: ticks),
    yAxis: Axis("n", ticks: ticks), x: ticks, y: ticks, values: rows,
    color: ColorScale("number of terms"))
  return NumberedFigure(figure: map, csv: csv.text)
}
