import ArgumentParser
import Foundation
import PPL
import Plugins
import Preconditions
import Runs

/// The centre of a prior distribution, as a flag of the command line gives it.
///
///     @Option(.centre(of: .scale), 2, "sigma, °C") var priorSigma: Prior  // --prior-sigma
public struct Prior: Sendable, ExpressibleByArgument, CustomStringConvertible {
  /// The role of a prior in the model, by which its flag is checked and compared with the data.
  public enum Role: Sendable, Equatable, CustomStringConvertible {
    /// The median of the variance of a field.
    case variance(of: GEVQuantity)
    /// The median of a distance of correlation.
    case lengthscale
    /// The mean of a location, rate or shape; the median of a scale.
    case centre(of: GEVQuantity)

    /// The role in words, before the name of the parameter.
    public var description: String {
      switch self {
      case .variance: "median of the variance of"
      case .lengthscale: "median of the lengthscale of"
      case .centre(of: .scale): "median of"
      case .centre: "mean of"
      }
    }
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
  /// The logarithm of the number; NaN where the data decide.
  var log: Double { Foundation.log(number ?? .nan) }
  /// The logarithm of the number: the location of a log-normal prior with this median, `[]`.
  public var logarithm: Tensor { Tensor(log) }

  public var description: String { number.map { "\($0)" } ?? "the mean of the maxima" }
  public var defaultValueDescription: String { number.map { "\($0)" } ?? "" }
}

/// The priors of a model: flags of type `Prior`, named `prior…`, each declared once, and other flags of the model.
public protocol PriorFlags: ParsableArguments, AnnotatedFlags, Sendable {}

extension PriorFlags {
  /// The flags of fields, whose parameterizations are conditions of `--resume` by what they mean for the data.
  public var flagsWithoutEffect: Set<String> {
    Set(flags(of: FieldParameterization?.self).map(\.name))
  }

  /// The priors that the model is published with.
  public static var published: Self {
    // No flag of type `Prior` is without a default value, so that there is nothing to miss.
    do { return try parse([]) } catch { requirementFailed("\(Self.self): \(message(for: error))") }
  }

  /// The parameterization of each field, that of the data where none is chosen, as conditions of `--resume`.
  func parameterizations(for data: StationTensors) -> [CheckpointFile.Condition] {
    flags(of: FieldParameterization?.self).map { flag in
      .init(
        flag.name, (flag.value ?? data.fields).rawValue,
        fallback: FieldParameterization.whitened.rawValue)
    }
  }

  /// The coordinates in which each field is sampled, by its flag without dashes: what `automatic` means for the data.
  func chosenParameterizations(for data: StationTensors) -> [String: String] {
    let priors = Dictionary(flags(of: Prior.self).map { ($0.name, $0.value) }) { $1 }
    let usual = Dictionary(Self.published.flags(of: Prior.self).map { ($0.name, $0.value) }) { $1 }
    let fields = flags(of: FieldParameterization?.self).map { flag in
      let field = flag.name.dropFirst("--".count).dropLast("-field".count)
      let variance = "--prior-\(field)-variance"
      var chosen = flag.value ?? data.fields
      if let prior = priors[variance], case .variance(let quantity)? = usual[variance]?.role {
        chosen = data.resolved(flag.value, of: quantity, variance: prior)
      }
      return ("\(field)-field", chosen.rawValue)
    }
    return Dictionary(fields) { $1 }
  }

  /// Checks the values of the priors; `validate()` is left for other flags.
  func validatePriors() throws {
    // Default values have their roles, so that those of the published priors are only asked for where one was typed.
    guard flags(of: Prior.self).contains(where: { $0.value.role == nil }) else { return }
    for flag in values.flags {
      guard let number = flag.number, !flag.isAllowed else { continue }
      let need = flag.mustBePositive && number != .infinity ? "positive" : "finite"
      throw ValidationError("\(flag.name) is \(number), but must be \(need).")
    }
  }

  /// The flags with their values, default values and roles.
  var values: PriorValues {
    let usual = Self.published.flags(of: Prior.self)
    return PriorValues(
      flags: zip(flags(of: Prior.self), usual).compactMap { own, usual in
        usual.value.role.map {
          .init(name: own.name, number: own.value.number, usual: usual.value.number, role: $0)
        }
      })
  }
}

extension Option<Prior> {
  /// A flag of a prior, whose help is made from its role: `Prior median of the variance of mu(s), °C².`
  ///
  ///     @Option(.variance(of: .location), 2, "mu(s), °C²") var priorMuVariance: Prior
  ///
  /// - Parameters:
  ///   - role: The role of the prior.
  ///   - number: The default value; nil where the data decide.
  ///   - parameter: The parameter with its unit, as the help names it.
  public init(_ role: Prior.Role, _ number: Double?, _ parameter: String) {
    let prior = Prior(number, role)
    // `.unconditional` lets a value begin with a minus.
    self.init(
      wrappedValue: prior, parsing: .unconditional,
      help: "Prior \(role) \(parameter)\(number == nil ? "; \(prior) if not given" : "").")
  }
}
