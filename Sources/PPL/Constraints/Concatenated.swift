import Preconditions

/// The constraint on vectors whose segments obey constraints of their own.
struct ConcatenatedConstraint: Constraint {
  let parts: [(support: Support, count: Int)]

  var name: String {
    parts.map { "\($0.support.name) (\($0.count))" }.joined(separator: ", then ")
  }
  var isDiscrete: Bool { parts.contains { $0.support.isDiscrete } }

  func contains(_ x: Tensor) -> Tensor {
    mapped(x, counts: parts.map(\.count)) { place, piece in parts[place].support.contains(piece) }
  }

  var bijection: any Transform {
    ConcatenatedTransform(parts.map { ($0.support.bijection, $0.count) })
  }

  func feasible(_ shape: [Int]) -> Tensor {
    mapped(.zeros(shape), counts: parts.map(\.count)) { place, piece in
      parts[place].support.feasible(piece.shape)
    }
  }
}

/// A concatenation of elementwise transforms, each on a segment of the last axis.
public struct ConcatenatedTransform: Transform {
  /// The transforms, each with the number of elements of the last axis that it takes.
  public let parts: [(transform: any Transform, count: Int)]

  /// A concatenation of transforms with the numbers of their elements, from the first on.
  ///
  /// - Precondition: Every transform acts on single numbers.
  public init(_ parts: [(any Transform, Int)]) {
    let areElementwise = holds(
      parts.allSatisfy { $0.0.domainEventRank == 0 && $0.0.codomainEventRank == 0 },
      "ConcatenatedTransform: every part must act on single numbers")
    self.parts = parts.map {
      (transform: areElementwise ? $0.0 : IdentityTransform(), count: $0.1)
    }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    mapped(x, counts: parts.map(\.count)) { parts[$0].transform($1) }
  }
  public func inverse(_ y: Tensor) -> Tensor {
    mapped(y, counts: parts.map(\.count)) { parts[$0].transform.inverse($1) }
  }
  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    var start = 0
    return mapped(x, counts: parts.map(\.count)) { place, piece in
      defer { start += parts[place].count }
      let image = y[.ellipsis, .range(start..<start + parts[place].count)]
      return parts[place].transform.logAbsDetJacobian(piece, image)
    }
  }
}

/// Applies `f` to each segment of the last axis, given its place in the list.
private func mapped(_ x: Tensor, counts: [Int], _ f: (Int, Tensor) -> Tensor) -> Tensor {
  guard
    holds(
      x.shape.last == counts.reduce(0, +) && counts.allSatisfy { $0 >= 0 },
      "stretches of \(counts) elements met shape \(x.shape)")
  else { return x }
  var start = 0
  let pieces = counts.enumerated().map { place, count in
    defer { start += count }
    return f(place, x[.ellipsis, .range(start..<start + count)])
  }
  return concatenate(pieces, along: x.rank - 1)
}

extension Support {
  /// The vectors whose first `count` elements lie in the first support, the next ones in the second, and so on.
  ///
  ///     Support.concatenated([(.real, 2), (.positive, 1)])
  ///
  /// - Precondition: Every part is a set of single numbers.
  public static func concatenated(_ parts: [(Support, Int)]) -> Support {
    guard
      holds(
        !parts.isEmpty && parts.allSatisfy { $0.0.eventRank == 0 },
        "concatenated(_:): every part must be a set of single numbers")
    else { return .real }
    return Support(ConcatenatedConstraint(parts: parts.map { (support: $0.0, count: $0.1) }))
  }
}
