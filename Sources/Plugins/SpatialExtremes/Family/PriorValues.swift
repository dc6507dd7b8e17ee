import Runs

/// The priors of a model with their flags.
struct PriorValues: Sendable {
  /// A prior with its flag.
  struct Flag: Sendable, Equatable {
    /// The flag as typed: `--prior-mu-variance`.
    let name: String
    /// The value and the default value; nil where the data decide.
    let number, usual: Double?
    let role: Prior.Role

    /// The name of the parameter: `mu-variance`.
    var parameter: String { String(name.dropFirst("--prior-".count)) }
    var isChanged: Bool { number != usual }

    var mustBePositive: Bool {
      switch role {
      case .variance, .lengthscale, .centre(of: .scale): true
      case .centre: false
      }
    }
    var isAllowed: Bool {
      guard let number else { return true }
      return number.isFinite && (number > 0 || !mustBePositive)
    }
  }

  /// The flags in order of declaration.
  let flags: [Flag]

  /// The first flag of a role; nil if the model has none.
  func flag(_ role: Prior.Role) -> Flag? { flags.first { $0.role == role } }

  /// The value of a role, 0 if the model has none.
  func number(_ role: Prior.Role) -> Double { flag(role)?.number ?? 0 }

  /// The values that there are, as `run.json` has them: `{"mu": {"variance": 2}, "sigma": 2}`.
  var record: JSONObject {
    var record = JSONObject([])
    for flag in flags {
      guard let number = flag.number else { continue }
      let parts = flag.parameter.split(separator: "-", maxSplits: 1).map(String.init)
      if parts.count == 1 {
        record.members.append((parts[0], number))
      } else if !record.members.contains(where: { $0.name == parts[0] }) {
        let group = flags.filter { $0.parameter.hasPrefix("\(parts[0])-") }
        let members = group.map { (String($0.parameter.dropFirst(parts[0].count + 1)), $0.number) }
        record.members.append((parts[0], JSONObject(members.map { ($0.0, $0.1) })))
      }
    }
    return record
  }
}
