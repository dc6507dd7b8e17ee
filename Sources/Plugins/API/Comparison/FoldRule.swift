import ArgumentParser
import Foundation
import PPL
import Preconditions

/// The rule by which observations are dealt to folds, the value of `--folds`: `station:6`, `years:5` or `random:10`.
///
/// A kind of groups in the singular deals its groups out in turn: group i is in fold i modulo K. In the plural, each fold is a
/// block of consecutive groups. `random` deals single observations at random.
public struct FoldRule: Sendable, Equatable, ExpressibleByArgument, CustomStringConvertible {
  /// The word of the rule, a kind of groups in the singular or in the plural, or `random`.
  public let word: String
  /// The number of folds K.
  public let count: Int

  /// The rule of a text such as `station:6`; nil for another text.
  public init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, let count = Int(parts[1]), count >= 2 else {
      return nil
    }
    (word, self.count) = (parts[0], count)
  }

  public var description: String { "\(word):\(count)" }

  /// The numbers of the observations of each fold.
  ///
  /// - Parameters:
  ///   - observations: The observations.
  ///   - key: The key of random folds.
  /// - Throws: `ComparisonError` for a kind that the observations do not have, or fewer groups than folds.
  func folds(_ observations: [ComparedObservation], key: RandomKey) throws(ComparisonError)
    -> [[Int]]
  {
    if word == "random" {
      try require(observations.count, "observation")
      let order = key.permutation(observations.count).scalars.map { Int($0) }
      return (0..<count).map { fold in
        order.indices.filter { $0 % count == fold }.map { order[$0] }.sorted()
      }
    }
    let kinds = observations.first?.groups.map(\.kind) ?? []
    guard let kind = kinds.first(where: { $0 == word || "\($0)s" == word }) else {
      let rules = kinds.flatMap { ["\($0):\(count)", "\($0)s:\(count)"] } + ["random:\(count)"]
      throw ComparisonError(
        "--folds \(self): the observations have no groups of this kind; choose one of \(rules.joined(separator: ", "))."
      )
    }
    let places = observations.map { $0.group(kind) ?? 0 }
    let groups = Set(places).sorted()
    try require(groups.count, kind)
    let rank = Dictionary(uniqueKeysWithValues: zip(groups, groups.indices))
    return (0..<count).map { fold in
      observations.indices.filter { index in
        let place = rank[places[index]] ?? 0
        return word == kind ? place % count == fold : place * count / groups.count == fold
      }
    }
  }

  private func require(_ groups: Int, _ noun: String) throws(ComparisonError) {
    guard count > groups else { return }
    throw ComparisonError(
      "--folds \(self): the data have only \(counted(groups, noun)); give from 2 to \(groups) folds."
    )
  }
}

/// An error of `ppl compare`: runs without common data, or folds that the data do not have.
public struct ComparisonError: PluginError, Equatable {
  /// The message of the error, a sentence.
  public let description: String

  /// An error with this message.
  public init(_ description: String) { self.description = description }
}
