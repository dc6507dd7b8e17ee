import ArgumentParser
import Foundation
import PPL
import Preconditions

/// The centre of a prior distribution, as a flag of the command line gives it.
///
///     @Option(parsing: .unconditional, help: "Prior median of sigma, °C.")
///     var priorSigma = Prior(2, .centre(of: .scale))  // --prior-sigma
public struct Prior: Sendable, ExpressibleByArgument, CustomStringConvertible {
  /// The role of a prior in the model, by which its flag is checked and compared with the data.
  public enum Role: Sendable, Equatable {
    /// The median of the variance of a field.
    case variance(of: GEVQuantity)
    /// The median of a distance of correlation.
    case lengthscale
    /// The mean of a location, rate or shape; the median of a scale.
    case centre(of: GEVQuantity)
  }

  /// The number; nil where the data decide.
  public var number: Double?
  /// The role of the prior; nil for a value that was typed.
  let role: Role?

  /// A default value with its role; nil where the data decide.
  public init(_ number: Double?, _ role: Role) { (self.number, self.role) = (number, role) }

  /// A value that was typed.
  public init?(argument: String) {
    guard let number = Double(argument: argument) else { return nil }
    (self.number, role) = (number, nil)
  }

  /// The number as a tensor, `[]`.
  public var value: Tensor { value(or: .nan) }
  /// The number, or one that the data decide, as a tensor, `[]`.
  public func value(or usual: Double) -> Tensor { Tensor(number ?? usual) }
  /// The logarithm of the number: the location of a log-normal prior with this median, `[]`.
  public var logarithm: Tensor { Tensor(log(number ?? .nan)) }

  public var description: String { number.map { "\($0)" } ?? "the mean of the maxima" }
  public var defaultValueDescription: String { number.map { "\($0)" } ?? "" }
}

/// The priors of a model: flags of type `Prior`, named `prior…`, each declared once. Other flags of the model may be among them.
public protocol PriorFlags: ParsableArguments, Sendable {}

extension PriorFlags {
  /// The priors that the model is published with.
  public static var published: Self {
    // No flag of type `Prior` is without a default value, so that there is nothing to miss.
    do { return try parse([]) } catch { requirementFailed("\(Self.self): \(message(for: error))") }
  }

  public func validate() throws { try validatePriors() }

  /// Checks the values of the priors, also of a type with a `validate()` of its own for other flags.
  func validatePriors() throws {
    // Default values have their roles, so that those of the published priors are only asked for where one was typed.
    guard Self.declared(self).contains(where: { $0.prior.role == nil }) else { return }
    for flag in values.flags {
      guard let number = flag.number, !flag.isAllowed else { continue }
      let need = flag.mustBePositive && number != .infinity ? "positive" : "finite"
      throw ValidationError("\(flag.name) is \(number), but must be \(need).")
    }
  }

  /// The flags with their values, default values and roles.
  var values: PriorValues {
    PriorValues(
      flags: zip(Self.declared(self), Self.declared(Self.published)).compactMap { own, usual in
        usual.prior.role.map {
          PriorValues.Flag(
            name: own.name, number: own.prior.number, usual: usual.prior.number, role: $0)
        }
      })
  }

  /// The priors in order of declaration, those of groups included, found by reflection so that none is forgotten.
  static func declared(_ priors: Self) -> [(name: String, prior: Prior)] {
    Mirror(reflecting: priors).children.flatMap { child -> [(name: String, prior: Prior)] in
      if let group = child.value as? any PriorGroup { return group.declared }
      guard let option = child.value as? Option<Prior>, let label = child.label else { return [] }
      return [(flagName(label), option.wrappedValue)]
    }
  }

  /// `--prior-mu0` of `_priorMu0`, the label of a property with a wrapper.
  private static func flagName(_ label: String) -> String {
    "--"
      + label.dropFirst().map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
  }
}

/// A group of priors inside others.
private protocol PriorGroup {
  var declared: [(name: String, prior: Prior)] { get }
}

extension OptionGroup: PriorGroup where Value: PriorFlags {
  fileprivate var declared: [(name: String, prior: Prior)] { Value.declared(wrappedValue) }
}
