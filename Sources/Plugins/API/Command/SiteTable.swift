import Foundation
import PPL
import Runs

/// A table of the sites of a trace: name, kind, shape, distribution.
struct SiteTable: CustomStringConvertible {
  private var table = TextTable(Array(repeating: .leading(), count: 4), gap: 2)

  /// The table of the sites of a trace.
  ///
  /// - Parameter other: The same model's trace from another key: values that differ between the two are random, and not shown.
  init(_ trace: Trace, other: Trace) {
    table.append(["site", "kind", "shape", "distribution"])
    for (site, other) in zip(trace, other) where site.kind != .plate {
      table.append([
        site.name, Self.kind(site), "\(site.value?.shape ?? [])",
        site.kind == .sample ? Self.distribution(site, other) : "",
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

  /// The family with its parameters: numbers for fixed scalars, shapes for others.
  private static func distribution(_ site: Site, _ other: Site) -> String {
    guard let family = site.distribution else { return "" }
    let others = other.distribution?.parameters ?? []
    let parameters = zip(family.parameters, others).map { parameter, other in
      let (values, others) = (parameter.value.scalars, other.value.scalars)
      let isFixed = values == others && values.allSatisfy { $0 == values.first }
      let text = isFixed ? String(format: "%.4g", values.first ?? .nan) : "\(parameter.value.shape)"
      return "\(parameter.name): \(text)"
    }
    return "\(family.name)(\(parameters.joined(separator: ", ")))"
  }

  var description: String { table.description }
}
