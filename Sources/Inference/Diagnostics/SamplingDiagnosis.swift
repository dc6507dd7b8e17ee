import Foundation
import PPL
import Preconditions

/// A diagnosis of the draws of Markov chains: whether they can be believed, and what to do if not.
///
///     let diagnosis = SamplingDiagnosis(posterior)
///     guard diagnosis.isConverged else { print(diagnosis) … }
///
/// Chains have converged if every R-hat is at most 1.01, every bulk and tail effective sample size is at least 100 for each
/// chain, no transition diverged, and no chain has a fraction of missing information below 0.3.
///
/// - Reference: Vehtari et al. (2021), *Rank-normalization, folding, and localization*, §4, for the bounds of R-hat and
///   of effective sample sizes; Betancourt (2016), *Diagnosing suboptimal cotangent disintegrations in Hamiltonian Monte
///   Carlo*.
public struct SamplingDiagnosis: Sendable, Equatable {
  /// The worst value of a statistic, with the name of its element, such as `theta[3]`.
  public struct Worst: Sendable, Equatable {
    /// The name of the element of a site.
    public let name: String
    /// The value of the statistic.
    public let value: Double
  }

  /// The number of chains and of draws of each.
  public let chains, drawsPerChain: Int
  /// The largest R-hat.
  public let rhat: Worst
  /// The smallest bulk and tail effective sample sizes.
  public let bulkESS, tailESS: Worst
  /// The number of divergent transitions; 0 for a sampler that does not keep them.
  public let divergences: Int
  /// The smallest energy fraction of missing information of a chain; nil for a sampler without energies.
  public let energyFraction: Double?

  /// The diagnosis of a posterior by Markov chains.
  ///
  /// Elements that never move, such as the diagonal of a Cholesky factor, are left out.
  ///
  /// - Parameters:
  ///   - posterior: The draws with their statistics.
  ///   - sites: The sites that are looked at; all if nil.
  /// - Precondition: There are sites of these names.
  /// - Complexity: O(n log n) for n draws of each element, and O(n) for each lag of their autocorrelation.
  public init(_ posterior: Posterior, sites: [String]? = nil) {
    (chains, drawsPerChain) = (posterior.chains, posterior.drawsPerChain)
    var worst: (rhat: Worst?, bulk: Worst?, tail: Worst?)
    for site in sites ?? posterior.draws.names {
      let found = posterior.chainStatistics(of: site)
      for (name, own) in zip(posterior.elementNames(of: site), found) where !own.isConstant {
        func keep(_ kept: inout Worst?, _ value: Double) {
          if kept.map({ value < $0.value || value.isNaN }) ?? true {
            kept = Worst(name: name, value: value)
          }
        }
        if worst.rhat.map({ own.rhat > $0.value || own.rhat.isNaN }) ?? true {
          worst.rhat = Worst(name: name, value: own.rhat)
        }
        keep(&worst.bulk, own.bulkESS)
        keep(&worst.tail, own.tailESS)
      }
    }
    let none = Worst(name: "", value: Double(posterior.draws.count))
    rhat = worst.rhat ?? Worst(name: "", value: 1)
    (bulkESS, tailESS) = (worst.bulk ?? none, worst.tail ?? none)
    divergences = Int(posterior.statistics.find("divergent")?.sum().scalar ?? 0)
    energyFraction = posterior.statistics.find("energy").flatMap {
      energyBFMI(posterior.byChain($0)[0]).min()
    }
  }

  /// Whether the chains have converged.
  public var isConverged: Bool { findings.isEmpty }

  /// The reasons for which the draws cannot be believed, each with its remedy, sentences.
  public var doubts: [String] { findings.map { "\($0)." } }

  /// The reasons for which the draws cannot be believed, with remedies.
  public var findings: [Doubt] {
    guard drawsPerChain >= 4 else {
      let draws = counted(drawsPerChain, "draw")
      return [
        Doubt(
          "\(draws) of each chain \(drawsPerChain == 1 ? "is" : "are") too few for R-hat and effective sample sizes, which need 4",
          [.moreDraws])
      ]
    }
    var doubts: [Doubt] = []
    if !(rhat.value <= 1.01) {
      doubts.append(
        Doubt(
          String(
            format: "R-hat of %@ is %.3f, above 1.01: the %@ do not agree", rhat.name, rhat.value,
            chains == 1 ? "halves of the chain" : "chains"), [.longerChains]))
    }
    let needed = Double(100 * chains)
    for (kind, worst) in [("bulk", bulkESS), ("tail", tailESS)] where !(worst.value >= needed) {
      doubts.append(
        Doubt(
          String(
            format: "the %@ effective sample size of %@ is %.0f, below %.0f", kind, worst.name,
            worst.value, needed), [.moreDraws]))
    }
    if divergences > 0 {
      doubts.append(
        Doubt(
          "\(counted(divergences, "transition")) diverged: the posterior has places that the step size does not reach",
          [.higherTargetAcceptance, .adaptiveStepSize, .otherCoordinates]))
    }
    if let energyFraction, !(energyFraction >= 0.3) {
      doubts.append(
        Doubt(
          String(
            format: "the energy fraction of missing information is %.2f, below 0.3: the tails are "
              + "explored slowly", energyFraction), [.moreDraws, .otherCoordinates]))
    }
    return doubts
  }
}

extension SamplingDiagnosis: CustomStringConvertible {
  /// The verdict in the words of the library.
  public var description: String { verdict(\.words) }

  /// The verdict, one or several sentences.
  ///
  /// - Parameter phrase: The text of a remedy; nil for one that does not apply.
  public func verdict(_ phrase: (Remedy) -> Remedy.Phrase?) -> String {
    guard isConverged else {
      return "the \(chains == 1 ? "chain has" : "chains have") not converged: "
        + findings.map { $0.text(phrase) + "." }.joined(separator: " ")
    }
    return "the \(chains == 1 ? "chain" : "chains") converged: "
      + String(
        format:
          "R-hat at most %.3f, effective sample sizes at least %.0f in the bulk and %.0f in the tails, "
          + "no divergence.", rhat.value, bulkESS.value, tailESS.value)
  }
}
