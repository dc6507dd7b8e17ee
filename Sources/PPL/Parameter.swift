/// A parameter of a distribution: its name, its value and the constraint that it must obey.
public struct Parameter: Sendable {
  /// What messages call it.
  public let name: String
  /// Its value, as the distribution was given it.
  public let value: Tensor
  /// Where its values may lie.
  public let constraint: Support

  /// The parameter `name` at `value`, which must lie in `constraint`.
  public init(_ name: String, _ value: Tensor, _ constraint: Support) {
    (self.name, self.value, self.constraint) = (name, value, constraint)
  }
}

/// A parameter that breaks its constraint.
///
///     Gumbel scale[3] is -0.2, but must be positive
public struct ParameterViolation: Sendable, Equatable, CustomStringConvertible {
  /// The name of the distribution.
  public let distribution: String
  /// The name of the parameter.
  public let parameter: String
  /// The element that breaks the constraint, or the whole event where the constraint is on one.
  public let offender: Offender
  /// What the constraint asks, as it follows "must be".
  public let requirement: String

  public var description: String {
    "\(distribution) \(parameter)\(offender), but must be \(requirement)"
  }
}

extension Distribution {
  /// The first parameter that breaks its constraint; `nan` breaks every one.
  ///
  /// Nothing where a parameter is being recorded: its numbers are not there to be read.
  public var parameterViolation: ParameterViolation? {
    for parameter in parameters {
      if let offender = parameter.constraint.offender(in: parameter.value) {
        return ParameterViolation(
          distribution: name, parameter: parameter.name, offender: offender,
          requirement: parameter.constraint.name)
      }
    }
    return nil
  }
}
