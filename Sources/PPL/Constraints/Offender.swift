import Autodiff

/// The first element or event of a tensor, in row-major order, that breaks a constraint.
public struct Offender: Sendable, Equatable, CustomStringConvertible {
  /// The index of the element or event; empty for a scalar, or for the only event.
  public let index: [Int]
  /// The value of the element; nil where the constraint is on a whole vector or matrix.
  public let value: Double?
  /// The finding about a whole vector or matrix.
  let finding: Finding?

  /// The offending element at `index`; without a value where the constraint is on a whole event.
  public init(index: [Int], value: Double?) { self.init(index: index, value: value, finding: nil) }

  init(index: [Int], value: Double?, finding: Finding?) {
    (self.index, self.value, self.finding) = (index, value, finding)
  }

  /// The words that follow a name: `[3] is -0.2`, `[2] sums to 0.9`, `[2, 1] is nan`.
  public var description: String {
    let found = wholeFinding
    return (found.index.isEmpty ? "" : "\(found.index)") + " \(found.words)"
  }

  /// The finding, with its index from the first dimension of the tensor on.
  var wholeFinding: Finding {
    if let finding { return Finding(index + finding.index, finding.words) }
    return Finding(index, value.map { "is \($0)" } ?? "is not")
  }

  public static func == (a: Offender, b: Offender) -> Bool {
    // Two missing values are the same finding, although nan differs from itself.
    a.index == b.index && (a.value == b.value || a.value?.isNaN == true && b.value?.isNaN == true)
  }
}

extension Support {
  /// The first element of `x` outside this support, among those that `mask` keeps.
  ///
  /// - Parameters:
  ///   - x: Values of the shape that the constraint is on, after any leading dimensions.
  ///   - mask: 0 where an event does not count; it broadcasts with the batch of `x`.
  /// - Returns: The offender; nil if all are inside, or if `x`, the mask or a bound is being recorded.
  public func offender(in x: Tensor, mask: Tensor? = nil) -> Offender? {
    guard !x.isRecorded, x.rank >= eventRank, x.count > 0 else { return nil }
    var inside = contains(x)
    if let mask { inside = (inside .| not(mask)) }
    guard !inside.isRecorded, let flat = inside.scalars.firstIndex(of: 0) else { return nil }
    let index = Self.index(flat, in: inside.shape)
    let (batch, eventShape) = (x.shape.dropLast(eventRank), x.shape.suffix(eventRank))
    guard let place = Self.position(index, in: Array(batch)) else {
      return Offender(index: index, value: nil)
    }
    guard eventRank > 0 else { return Offender(index: index, value: x.scalars[place]) }
    let count = eventShape.reduce(1, *)
    let event = Tensor(
      Array(x.scalars[(place * count)..<((place + 1) * count)]), shape: Array(eventShape))
    return Offender(index: index, value: nil, finding: finding(in: event))
  }

  /// The finding about an event that is outside: that of the constraint, a number that is not finite, or the
  /// numbers themselves.
  private func finding(in event: Tensor) -> Finding {
    if let place = event.scalars.firstIndex(where: { !$0.isFinite }) {
      return Finding(Self.index(place, in: event.shape), "is \(event.scalars[place])")
    }
    if let found = constraint.finding(in: event) { return found }
    let shown = event.scalars.prefix(6).map { "\($0)" } + (event.count > 6 ? ["…"] : [])
    return Finding(
      "is [\(shown.joined(separator: ", "))]" + (event.rank > 1 ? " of shape \(event.shape)" : ""))
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

  /// The place in a tensor of this shape that broadcasting takes the element `index` from.
  static func position(_ index: [Int], in shape: [Int]) -> Int? {
    guard index.count >= shape.count else { return nil }
    return zip(index.suffix(shape.count), shape).reduce(0) { flat, next in
      flat * next.1 + (next.1 == 1 ? 0 : next.0)
    }
  }
}
