import Distributions
import Foundation
import Inference
import PPL
import SpatialExtremes
import Tables
import TestSupport
import Testing

/// Published and computed fits of classic data: `classic/reference_fits.csv` of the shared data.
struct ReferenceFits {
  /// A quantity of a case, with what was computed for it and its standard error, and what was published.
  struct Row {
    let name: String
    let computed, computedError, published: Double?
  }

  private var rows: [String: [Row]] = [:]

  init() throws {
    let table = try SharedTable("classic/reference_fits.csv").table
    let columns = try ["case", "quantity", "computed", "computed_se", "published"].map {
      try table.requireColumn($0)
    }
    for row in table.rows {
      rows[table.text(row, columns[0]), default: []].append(
        Row(
          name: table.text(row, columns[1]), computed: try table.optionalDouble(row, columns[2]),
          computedError: try table.optionalDouble(row, columns[3]),
          published: try table.optionalDouble(row, columns[4])))
    }
  }

  /// The rows of a case; each must be compared by its test.
  subscript(name: String) -> [Row] { rows[name] ?? [] }

  /// The number of all rows.
  var count: Int { rows.values.reduce(0) { $0 + $1.count } }

  /// Expects estimates within 0.02 standard errors, standard errors within 1 % and log likelihoods within 1e-4.
  ///
  /// - Parameters:
  ///   - fit: The fit.
  ///   - name: The case.
  ///   - corrected: Estimates at which a fit of the file stops short of its own maximum.
  ///   - others: Quantities that are compared by the test itself.
  func expect(
    _ fit: MaximumLikelihoodFit, _ name: String, corrected: [String: Double] = [:],
    except others: Set<String> = [], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(!self[name].isEmpty, "\(name)", sourceLocation: sourceLocation)
    for row in self[name] where !others.contains(row.name) {
      if row.name == "loglik" {
        let difference = abs(fit.logLikelihood - (row.computed ?? .nan))
        #expect(difference < 1e-4, "\(name) \(row.name)", sourceLocation: sourceLocation)
        continue
      }
      let (found, own) = (fit.estimates[row.name]?.scalar, fit.standardErrors[row.name]?.scalar)
      let error = row.computedError ?? own ?? .nan
      let expected = corrected[row.name] ?? row.computed ?? .nan
      #expect(
        abs((found ?? .nan) - expected) < 0.02 * error,
        "\(name) \(row.name): \(found ?? .nan), not \(expected) (se \(error))",
        sourceLocation: sourceLocation)
      // Those of the file are by differences, or at a point short of the maximum.
      if row.computedError != nil {
        #expect(
          abs((own ?? .nan) / error - 1) < 0.01,
          "\(name) \(row.name): standard error \(own ?? .nan), not \(error)",
          sourceLocation: sourceLocation)
      }
    }
  }
}

/// Intervals and errors by SciPy and NumPy: `Tests/Reference/make_extremes_fits.py`.
struct ExtremesFits: Decodable {
  struct SwissRain: Decodable {
    let estimates, errors: [Double]
    let deviance, tic, constant_deviance: Double
  }
  let port_pirie, rain: [Double]
  let swiss_rain: SwissRain

  static func kept() throws -> ExtremesFits {
    try Reference.kept("extremes_fits.json", as: ExtremesFits.self)
  }
}

/// A table of the shared data.
struct SharedTable {
  let table: CSVTable

  init(_ path: String) throws {
    table = try CSVTable(contentsOf: SharedData.folder.appending(path: path))
  }

  /// A column of numbers; NaN where one is missing.
  func numbers(_ name: String) throws -> [Double] {
    let column = try table.requireColumn(name)
    return try table.rows.map { try table.optionalDouble($0, column) ?? .nan }
  }

  /// All columns but the first, `[rows, columns]`; NaN where a number is missing.
  func matrix(_ names: [String]) throws -> Tensor {
    let columns = try names.map { try table.requireColumn($0) }
    return Tensor(
      try table.rows.flatMap { row in
        try columns.map { try table.optionalDouble(row, $0) ?? .nan }
      }, shape: [table.rows.count, names.count])
  }
}

extension Initialization {
  /// The L-moment estimates of a GEV distribution with the sample in its support.
  static func gev(_ sample: [Double]) throws -> Initialization {
    let start = try LMoments(sample).gev(containing: sample)
    return .values(["mu": start.location, "sigma": start.scale, "xi": start.shape])
  }
}

/// Independent GEV maxima with priors that do not matter to maximum likelihood; those of cases C3 and C9.
func gevModel(_ maxima: [Double]) -> Model<Void> {
  Model { p in
    let mu = p.sample("mu", Normal(0, 100))
    let sigma = p.sample("sigma", LogNormal(0, 100))
    let xi = p.sample("xi", Normal(0, 10))
    p.deterministic("z10", GEV(mu, sigma, xi).returnLevel(period: 10))
    p.deterministic("z100", GEV(mu, sigma, xi).returnLevel(period: 100))
    p.plate("year", maxima.count) { p in
      p.sample("y", GEV(mu, sigma, xi), observed: Tensor(maxima))
    }
  }
}

/// The fit of independent GEV maxima, from their L-moments.
func gevFit(_ maxima: [Double]) throws -> MaximumLikelihoodFit {
  try MaximumLikelihood().fit(gevModel(maxima), start: .gev(maxima))
}
