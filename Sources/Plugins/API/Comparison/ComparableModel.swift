import Inference
import PPL
import Runs

/// A model whose fits are compared by how they predict data that they were not fitted to: `ppl compare RUN…`.
///
/// Every `FittableModel` is compared by the log likelihood of the elements of its observed sites, which are left out by a
/// mask. A model that conforms says what its observations are called, how it looks without some of them, and what its
/// predictive distributions are: exact ones, where those of a `FittableModel` are represented by draws.
public protocol ComparableModel: FittableModel {
  /// The observations in order, the same for every model of the same data.
  func observations(_ options: Options, _ dataset: Dataset) throws -> [ComparedObservation]

  /// The data without some observations; their places and times stay, so that centred covariates do not change.
  ///
  /// - Parameters:
  ///   - dataset: The data.
  ///   - observations: The numbers of the observations that are left out.
  func dataset(_ dataset: Dataset, leavingOut observations: Set<Int>) throws -> Dataset

  /// The scores of the predictive distributions of some observations.
  ///
  /// - Parameters:
  ///   - fitted: The model fitted to the data or to a part of them.
  ///   - observations: The numbers of the observations, in order.
  ///   - dataset: All data.
  ///   - weighting: How the draws count for an observation.
  func scores(
    _ fitted: FittedModel<Self>, of observations: [Int], in dataset: Dataset,
    _ weighting: PredictionWeighting
  ) throws -> [PredictionScore]

  /// Summaries of groups of observations, all of which are left out, with their predictions; none by default.
  ///
  /// - Parameters:
  ///   - fitted: The model fitted to the rest of the data.
  ///   - observations: The numbers of the observations that are left out.
  ///   - dataset: All data.
  ///   - key: The key of simulated observations.
  func summaries(
    _ fitted: FittedModel<Self>, of observations: [Int], in dataset: Dataset, key: RandomKey
  ) throws -> [PredictedSummary]

  /// Sentences on how the scores of a fit are to be read, without full stops; none by default.
  ///
  /// The scores are those of the posterior of the model: a comparison does not call `adjusted(_:_:_:_:in:)`.
  ///
  /// - Parameters:
  ///   - options: The model's own flags.
  ///   - dataset: The data.
  ///   - isRefitted: Whether observations are left out by fits to folds, or by importance weights.
  func remarks(_ options: Options, _ dataset: Dataset, isRefitted: Bool) -> [String]
}

extension ComparableModel {
  public func remarks(_ options: Options, _ dataset: Dataset, isRefitted: Bool) -> [String] { [] }
  public func summaries(
    _ fitted: FittedModel<Self>, of observations: [Int], in dataset: Dataset, key: RandomKey
  ) throws -> [PredictedSummary] { [] }
}

/// An observation with its value and the groups that it belongs to.
public struct ComparedObservation: Sendable, Equatable {
  /// A group of observations, such as those of a station.
  public struct Group: Sendable, Equatable {
    /// The kind of groups, a word in the singular: `station`.
    public var kind: String
    /// The place of the group in the order of the data.
    public var place: Int

    /// A group of a kind.
    public init(_ kind: String, _ place: Int) { (self.kind, self.place) = (kind, place) }
  }

  /// The name, unique in the data.
  public var name: String
  /// The observed number.
  public var value: Double
  /// The groups of the observation, one of each kind.
  public var groups: [Group]

  /// An observation of this name and value.
  public init(_ name: String, _ value: Double, in groups: [Group] = []) {
    (self.name, self.value, self.groups) = (name, value, groups)
  }

  /// The place of the group of a kind; nil where there is none.
  func group(_ kind: String) -> Int? { groups.first { $0.kind == kind }?.place }
}

/// A number of a group of observations that were left out, with its predictive distribution.
public struct PredictedSummary: Sendable, Codable, Equatable {
  /// The name of the group.
  public var group: String
  /// The name of the number, with its unit.
  public var quantity: String
  /// The number of the observed group.
  public var observed: Double
  /// The mean and the 5 % and 95 % quantiles of the number over simulated groups.
  public var mean, q05, q95: Double
  /// The share of simulated groups whose number is below the observed one.
  public var pit: Double
  /// The number of simulated groups that have no such number and are left out of the others.
  public var unknown: Int

  /// A number with those of simulated groups.
  ///
  /// - Parameters:
  ///   - quantity: The name of the number, with its unit.
  ///   - group: The name of the group.
  ///   - observed: The number of the observed group.
  ///   - all: The number of each simulated group; nil for a group that has none.
  /// - Precondition: A simulated group has the number.
  public init(_ quantity: String, of group: String, observed: Double, simulated all: [Double?]) {
    let simulated = all.compactMap(\.self)
    unknown = all.count - simulated.count
    let summary = Summary.each(of: Tensor(simulated).expandingDimension(at: 1))[0]
    (self.group, self.quantity, self.observed) = (group, quantity, observed)
    (mean, q05, q95) = (summary.mean, summary.q05, summary.q95)
    pit = Double(simulated.count { $0 < observed }) / Double(simulated.count)
  }
}
