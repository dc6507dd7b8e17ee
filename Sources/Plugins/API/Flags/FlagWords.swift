import Inference

/// The flags of a fit, by which remedies and errors of the library are told.
struct FlagWords: Sendable {
  private let values: [String: String]
  private let names: Set<String>

  /// The words of flags: `--backend`, those of the backend and those of every fit.
  init(_ flags: [FlagValue]) {
    names = Set(flags.map(\.name))
    values = Dictionary(flags.compactMap { flag in flag.value.map { (flag.name, $0) } }) { $1 }
  }

  /// The text of a remedy with the flag that has it; nil for one that the fit has already.
  func phrase(_ remedy: Remedy) -> Remedy.Phrase? {
    switch remedy {
    case .moreDraws: return .take("more --draws")
    case .longerChains where names.contains("--warmup"):
      return .take("a longer --warmup and more --draws")
    case .higherTargetAcceptance:
      guard let target = values["--target-acceptance"].flatMap(Double.init) else {
        return remedy.words
      }
      let higher = [0.95, 0.99].first { $0 > target }
      return higher.map { .take("--target-acceptance \($0)") }
    case .adaptiveStepSize where names.contains("--sampler"):
      return values["--sampler"] == "walnuts" ? nil : .take("--sampler walnuts")
    case .nuts: return values["--backend"] == "nuts" ? nil : .take("--backend nuts")
    case .fewerGaussianSites where names.contains("--gaussian-sites"):
      return .take("fewer --gaussian-sites")
    case .morePoints where names.contains("--points"): return .take("more --points")
    default: return remedy.words
    }
  }

  /// An error of the library in terms of the command line: without names of Swift types, and with the flag whose value is at
  /// fault.
  ///
  /// - Returns: The error itself if its message has no such names.
  func told(_ error: any Error) -> any Error {
    guard let error = error as? InferenceError else { return error }
    return sentence(error).map { SettingError("\($0).") } ?? error
  }

  /// The message of an error in terms of the command line, without a full stop; nil if its own has no names of Swift types.
  func sentence(_ error: InferenceError) -> String? {
    switch error {
    case .argument(_, let found, let requirement):
      // "maxTreeDepth is 0" is about `--max-tree-depth`.
      let (name, rest) = (found.prefix { $0 != " " }, found.drop { $0 != " " })
      let flag = flagName(of: name)
      let isFlag = rest.hasPrefix(" is ") && names.contains(flag)
      return "\(isFlag ? flag + rest : found), but \(requirement)"
    case .noValidStart(let attempts, let suspects):
      let sites = suspects.map { "\"\($0)\"" }.joined(separator: ", ")
      return "no start with a finite log density and gradient was found in \(attempts) attempts"
        + (sites.isEmpty ? "" : "; not finite: \(sites)") + "; check the data and the priors"
    case .notAMode:
      return
        "the log density does not curve down in every direction where the search ended, so that there is no normal "
        + "approximation; take --backend nuts"
    case .noMode(_, let sites):
      return "no search found a mode of the log density"
        + (sites.isEmpty ? "" : ", which rises without end or is flat along \(quoted(sites))")
        + "; take --backend nuts"
    case .noScores(let iteration):
      return
        "no draw of iteration \(iteration) has a finite log density and gradient; take --backend nuts"
    case .guideRank(let rank, let count):
      return
        "--guide lowrank has \(rank) factors, but must have from 1 to \(count), the number of unconstrained values; "
        + "take --guide mvn"
    case .subsampledSite(let name, let plate, _):
      return
        "site \"\(name)\" is inside the subsampled plate \"\(plate)\", whose rows this guide cannot follow; "
        + "take --guide normal or delta"
    default: return nil
    }
  }

  private func quoted(_ names: [String]) -> String {
    names.map { "\"\($0)\"" }.joined(separator: ", ")
  }
}

/// An error of a setting of an inference, told in terms of the flags of the command.
public struct SettingError: PluginError, Equatable {
  /// The message of the error.
  public let description: String

  /// An error with this message.
  public init(_ description: String) { self.description = description }
}
