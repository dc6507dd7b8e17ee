import Foundation
import PPL

/// The sites of a trace as a table: name, kind, shape, law.
struct SiteTable: CustomStringConvertible {
  private var rows: [[String]] = [["site", "kind", "shape", "distribution"]]

  /// - Parameter other: The same model's trace from another key: what differs between the two was drawn, and is no
  ///   number to show.
  init(_ trace: Trace, other: Trace) {
    for (site, other) in zip(trace, other) where site.kind != .plate {
      rows.append([
        site.name, Self.kind(site), "\(site.value?.shape ?? [])",
        site.kind == .sample ? Self.law(site, other) : "",
      ])
    }
  }

  private static func kind(_ site: Site) -> String {
    switch site.kind {
    case .sample: site.isObserved ? "observed" : "latent"
    case .parameter: "parameter"
    case .deterministic: "computed"
    case .factor: "factor"
    case .plate: "plate"
    case .randomKey: "key"
    }
  }

  /// The family with its parameters: a number where there is one that is fixed, shapes elsewhere.
  private static func law(_ site: Site, _ other: Site) -> String {
    guard let distribution = site.distribution else { return "" }
    let others = other.distribution?.parameters ?? []
    let parameters = zip(distribution.parameters, others).map { parameter, other in
      let (values, others) = (parameter.value.scalars, other.value.scalars)
      let isFixed = values == others && values.allSatisfy { $0 == values.first }
      let text = isFixed ? String(format: "%.4g", values.first ?? .nan) : "\(parameter.value.shape)"
      return "\(parameter.name): \(text)"
    }
    return "\(distribution.name)(\(parameters.joined(separator: ", ")))"
  }

  var description: String {
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
        .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }.joined(separator: "\n")
  }
}
