import Foundation
import Inference
import Preconditions
import Runs

/// The dependence of stations within a year in the report: what the data show, and what was done about it.
struct DependenceReport: Sendable {
  let residual: ResidualDependence
  let outcome: DependentFit.Outcome?
  /// The method by its flag; `copula` for a model that has one.
  let method: DependenceMethod
  /// Whether the dependence is that given the anomalies of the years.
  var hasAnomaly = false
  /// The standard deviations of the scalar parameters of widened draws, before and after.
  let deviations: [Deviation]

  /// A parameter with its standard deviation as of independent stations and as of the report.
  struct Deviation: Sendable {
    let name: String
    let before, after: Double
    var ratio: Double { after / before }
  }

  // MARK: For people

  var lines: [String] { [sentence, tails, undefined].compactMap(\.self) }

  private var sentence: String? {
    guard let mean = residual.meanCorrelation else { return consequence }
    let isModelled = method == .copula
    let facts =
      "mean residual correlation \(number(mean)) over \(counted(residual.pairs.count, "pair"))"
      + distances
    let stations = residual.effectiveStations.map {
      ", the \(residual.stations) stations weigh like \(String(format: "%.1f", $0))"
    }
    let finding =
      isModelled
      ? "stations of a year depend on each other by the copula of the model: \(facts)"
      : residual.isNotable
        ? "\(given)stations of a year are alike: \(facts)\(stations ?? "")"
        : "\(given)stations of a year are nearly independent: \(facts)"
    return finding + (consequence.map { "; \($0)" } ?? "")
  }

  private var given: String { hasAnomaly ? "given the anomalies, " : "" }

  private var distances: String {
    let groups = residual.byDistance
    guard let near = groups.first, groups.count == 3 else { return "" }
    return String(
      format: " (%@ up to %.0f km, %@ beyond %.0f km)", number(near.correlation), near.distance,
      number(groups[2].correlation), groups[1].distance)
  }

  private var consequence: String? {
    switch outcome {
    case .widened(let adjustment, _, let method):
      let largest = deviations.filter { $0.ratio > 1.1 }.sorted { $0.ratio > $1.ratio }.prefix(3)
      let change =
        largest.isEmpty
        ? nil
        : largest.map { "\($0.name) sd \(number($0.before)) became \(number($0.after))" }
          .joined(separator: ", ")
      let refits =
        adjustment.refits.count == 0
        ? nil
        : adjustment.refits.failed == 0
          ? "all \(adjustment.refits.count) refits to resampled years converged"
          : "\(adjustment.refits.failed) of \(adjustment.refits.count) refits to resampled years did not converge"
      let how = residual.isNotable ? "widened" : "adjusted"
      let parts = [
        "intervals were \(how) for it by --dependence \(method.rawValue)", change, refits,
      ]
      return parts.compactMap(\.self).joined(separator: "; ")
    case .clusteredErrors:
      return "standard errors are those of independent years (--dependence adjusted)"
    case .unchanged(let reason):
      return "intervals take stations as independent, since \(reason)"
        + (residual.isNotable ? "; they are too narrow" : "")
    case nil:
      guard method == .independent, residual.isNotable else { return nil }
      return hasAnomaly
        ? "intervals take them as independent given the anomalies and are too narrow; take --dependence adjusted, or let the anomaly vary over the map by anomaly(field)"
        : "intervals take them as independent and are too narrow; take --dependence adjusted or copula"
    }
  }

  private var tails: String? {
    let known = residual.tails.filter { $0.ofData.isFinite }
    guard !known.isEmpty else { return nil }
    let parts = known.map { tail in
      String(
        format: "%@ (se %@) against %@ at u = %g", number(tail.ofData), number(tail.error),
        number(tail.ofModel), tail.level)
    }
    let misfit =
      method == .copula && known.contains { abs($0.ofData - $0.ofModel) > 3 * $0.error }
      ? "; the copula with these margins does not fit: let the scale vary over the map, as --log-scale \"1 + field\" of gev"
      : ""
    return given
      + "chance that a station is above its u quantile in a year in which another one is, chi(u), in data against model: "
      + parts.joined(separator: ", ") + misfit
  }

  private var undefined: String? {
    residual.undefined == 0
      ? nil
      : "\(counted(residual.undefined, "maximum", "maxima")) count as missing there: the fitted distribution is not defined"
  }

  private func number(_ x: Double) -> String { String(format: "%.2f", x) }

  // MARK: For programs

  /// The object `dependence` of `results.json`.
  var numbers: JSONObject {
    var members: [(String, (any Encodable & Sendable)?)] = [
      ("method", method.rawValue), ("residual_correlation", residual.meanCorrelation),
      ("pairs", residual.pairs.count), ("effective_stations", residual.effectiveStations),
      (
        "by_distance",
        residual.byDistance.map {
          JSONObject([
            ("up_to_km", $0.distance), ("correlation", $0.correlation), ("pairs", $0.pairs),
          ])
        }
      ),
      (
        "chi",
        residual.tails.map {
          JSONObject([
            ("u", $0.level), ("data", finite($0.ofData)), ("se", finite($0.error)),
            ("exceedances", $0.exceedances), ("model", $0.ofModel),
          ])
        }
      ),
    ]
    if hasAnomaly { members.append(("given", "anomaly")) }
    if residual.undefined > 0 { members.append(("undefined_scores", residual.undefined)) }
    switch outcome {
    case .widened(let adjustment, _, _):
      members += [
        (
          "deviations",
          JSONObject(
            deviations.map {
              ($0.name, JSONObject([("independent", $0.before), ("widened", $0.after)]))
            })
        ),
        ("years", adjustment.clusters), ("effective_parameters", adjustment.effectiveParameters),
        ("correction", adjustment.correction),
      ]
      if adjustment.refits.count > 0 {
        members += [
          ("refits", adjustment.refits.count), ("failed_refits", adjustment.refits.failed),
        ]
      }
    case .unchanged(let reason): members.append(("reason", reason))
    case .clusteredErrors, nil: break
    }
    return JSONObject(members)
  }

  private func finite(_ x: Double) -> Double? { x.isFinite ? x : nil }
}
