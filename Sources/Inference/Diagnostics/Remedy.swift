/// A remedy for an inference that failed or cannot be believed.
///
/// Its words are those of code; a command line renders it by the flags that it has (`Doubt.text(_:)`).
public enum Remedy: Sendable, Hashable, CaseIterable {
  /// More draws of every chain.
  case moreDraws
  /// A longer warm-up, and more draws.
  case longerChains
  /// A higher target of the mean acceptance probability, and so a smaller step size.
  case higherTargetAcceptance
  /// A sampler whose step size changes along a trajectory.
  case adaptiveStepSize
  /// Other coordinates of the model, such as whitened ones.
  case otherCoordinates
  /// Draws of the exact posterior by NUTS.
  case nuts
  /// Fewer sites in the Gaussian part of nested Laplace.
  case fewerGaussianSites
  /// A choice of the Gaussian part of nested Laplace by hand.
  case namedGaussianSites
  /// More points of the hyperparameters.
  case morePoints
  /// Another start of the search.
  case otherStart
  /// A start inside the support.
  case startInsideSupport
  /// Narrower priors of the parameters.
  case narrowerPriors
  /// Operations on tensors in place of values read in Swift.
  case tensorOperations

  /// The text of a remedy in a sentence.
  public enum Phrase: Sendable, Equatable {
    /// The object of "take", such as `NUTS`.
    case take(String)
    /// A clause with a verb of its own.
    case clause(String)
  }

  /// The words for users of the library.
  public var words: Phrase {
    switch self {
    case .moreDraws: .take("more draws")
    case .longerChains: .take("a longer warm-up and more draws")
    case .higherTargetAcceptance: .clause("raise the target acceptance")
    case .adaptiveStepSize: .take("WALNUTS")
    case .otherCoordinates: .clause("write the model in other coordinates")
    case .nuts: .take("NUTS")
    case .fewerGaussianSites: .take("fewer Gaussian sites")
    case .namedGaussianSites: .clause("name those whose posterior is near Gaussian")
    case .morePoints: .take("more points")
    case .otherStart: .clause("give another start")
    case .startInsideSupport: .clause("give a start inside the support")
    case .narrowerPriors: .take("narrower priors")
    case .tensorOperations: .clause("compute with tensors instead")
    }
  }
}

/// A reason for which an inference cannot be believed, with its remedies.
public struct Doubt: Sendable, Equatable, CustomStringConvertible {
  /// The finding, a clause without a full stop.
  public let finding: String
  /// The remedies, the most promising first.
  public let remedies: [Remedy]

  /// A finding with its remedies.
  public init(_ finding: String, _ remedies: [Remedy] = []) {
    (self.finding, self.remedies) = (finding, remedies)
  }

  /// The finding and the remedies in the words of the library, without a full stop.
  public var description: String { text(\.words) }

  /// The finding and the remedies, without a full stop.
  ///
  /// - Parameter phrase: The text of a remedy; nil for one that does not apply.
  public func text(_ phrase: (Remedy) -> Remedy.Phrase?) -> String {
    var (texts, wasTaken) = ([String](), false)
    for remedy in remedies.compactMap(phrase) {
      switch remedy {
      case .take(let object):
        texts.append(wasTaken ? object : "take \(object)")
        wasTaken = true
      case .clause(let clause):
        texts.append(clause)
        wasTaken = false
      }
    }
    guard let last = texts.last else { return finding }
    let before = texts.dropLast().joined(separator: ", ")
    return "\(finding); " + (before.isEmpty ? last : "\(before), or \(last)")
  }
}
