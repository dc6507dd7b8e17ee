import Foundation
import PPL

/// The sites of a trace as a table: name, kind, shape, law.
struct SiteTable: CustomStringConvertible {
  private var rows: [[String]] = [["site", "kind", "shape", "distribution"]]

  init(_ trace: Trace) {
    for site in trace where site.kind != .plate {
      rows.append([
        site.name, Self.kind(site), "\(site.value?.shape ?? [])",
        site.kind == .sample ? site.distribution.map(Self.law) ?? "" : "",
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

  /// The family with its parameters: numbers where there is one, shapes elsewhere.
  private static func law(_ distribution: any Distribution) -> String {
    let parameters = distribution.parameters.map { parameter in
      let values = parameter.value.scalars
      let isOne = values.allSatisfy { $0 == values.first }
      let text = isOne ? String(format: "%.4g", values.first ?? .nan) : "\(parameter.value.shape)"
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
