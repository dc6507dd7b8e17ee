/// A parameter of a distribution: its name, its value and the constraint that it must obey.
public struct Parameter: Sendable {
  /// The name of the parameter in messages.
  public let name: String
  /// The value that was given to the distribution.
  public let value: Tensor
  /// The constraint on the value.
  public let constraint: Support

  /// The parameter `name` at `value`, which must lie in `constraint`.
  public init(_ name: String, _ value: Tensor, _ constraint: Support) {
    (self.name, self.value, self.constraint) = (name, value, constraint)
  }
}

/// A violation of the constraint on a parameter.
///
///     Gumbel scale[3] is -0.2, but must be positive
public struct ParameterViolation: Sendable, Equatable, CustomStringConvertible {
  /// The name of the distribution.
  public let distribution: String
  /// The name of the parameter.
  public let parameter: String
  /// The element that violates the constraint, or the whole event where the constraint is on one.
  public let offender: Offender
  /// The requirement of the constraint, in words that follow "must be".
  public let requirement: String

  public var description: String {
    "\(distribution) \(parameter)\(offender), but must be \(requirement)"
  }
}

extension Distribution {
  /// The first parameter that violates its constraint; `nan` violates every one.
  ///
  /// It is nil where a parameter is being recorded, because its numbers cannot be read.
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
