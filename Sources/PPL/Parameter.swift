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

/// The first element of a tensor, in row-major order, that breaks a constraint.
public struct Offender: Sendable, Equatable, CustomStringConvertible {
  /// Where it is; empty for a scalar, or for the only event.
  public let index: [Int]
  /// Its value; nothing where the constraint is on a whole vector or matrix.
  public let value: Double?

  /// The element at `index`; no value where the constraint is on a whole event.
  public init(index: [Int], value: Double?) {
    (self.index, self.value) = (index, value)
  }

  public var description: String {
    let place = index.isEmpty ? "" : "\(index)"
    return value.map { "\(place) is \($0)" } ?? "\(place) is not"
  }

  public static func == (a: Offender, b: Offender) -> Bool {
    // Two missing values are the same complaint, though nan differs from itself.
    a.index == b.index && (a.value == b.value || a.value?.isNaN == true && b.value?.isNaN == true)
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

extension Support {
  /// The first element of `x` outside this support, among those that `mask` keeps.
  ///
  /// - Parameters:
  ///   - x: Values of the shape that the constraint is on, after any leading dimensions.
  ///   - mask: 0 where an event does not count; it broadcasts with the batch of `x`.
  /// - Returns: Nothing if all are inside, or if `x`, the mask or a bound is being recorded.
  public func offender(in x: Tensor, mask: Tensor? = nil) -> Offender? {
    guard !x.isRecorded, x.rank >= eventRank, x.count > 0 else { return nil }
    var inside = contains(x)
    if let mask { inside = (inside .| not(mask)) }
    guard !inside.isRecorded, let flat = inside.scalars.firstIndex(of: 0) else { return nil }
    let index = Self.index(flat, in: inside.shape)
    guard eventRank == 0, let flat = Self.position(index, in: x.shape) else {
      return Offender(index: index, value: nil)
    }
    return Offender(index: index, value: x.scalars[flat])
  }

  /// The index of the row-major element `flat` of a tensor of this shape.
  static func index(_ flat: Int, in shape: [Int]) -> [Int] {
    var rest = flat
    var index: [Int] = []
    for size in shape.reversed() {
      index.insert(rest % size, at: 0)
      rest /= size
    }
    return index
  }

  /// Where the element `index` of a broadcast tensor comes from in one of this shape.
  static func position(_ index: [Int], in shape: [Int]) -> Int? {
    guard index.count >= shape.count else { return nil }
    return zip(index.suffix(shape.count), shape).reduce(0) { flat, next in
      flat * next.1 + (next.1 == 1 ? 0 : next.0)
    }
  }
}
