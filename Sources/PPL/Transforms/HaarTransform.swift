import Preconditions

/// The orthonormal Haar wavelet transform: means over ever longer intervals, and the differences within them.
///
///     low = (even + odd) / √2,    high = (even - odd) / √2,    again on low
///
/// The coarsest coefficients come first; the last element of a level of odd length is kept as it is.
///
/// - Complexity: O(*n*).
/// - Reference: Haar (1910), *Zur Theorie der orthogonalen Funktionensysteme*; the order is NumPyro's.
public struct HaarTransform: Transform {
  /// The axis, counted from the right: -1 is the last one.
  public let axis: Int

  /// A Haar transform along one axis.
  ///
  /// - Precondition: `axis` is negative.
  public init(axis: Int = -1) {
    let isNegative = holds(axis < 0, "HaarTransform: axis is \(axis), but must be negative")
    self.axis = isNegative ? axis : -1
  }

  public var domainEventRank: Int { -axis }
  public var codomainEventRank: Int { -axis }

  public func callAsFunction(_ x: Tensor) -> Tensor { alongLastAxis(x, axis, analyzed) }
  public func inverse(_ y: Tensor) -> Tensor { alongLastAxis(y, axis, synthesized) }
  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    .zeros(Array(x.shape.dropLast(-axis)))
  }

  private let rootHalf = Tensor(0.5.squareRoot())

  private func analyzed(_ x: Tensor) -> Tensor {
    var low = x
    var coarsestFirst: [Tensor] = []
    for size in Self.sizes(x.shape[x.rank - 1]) {
      let even = low[.ellipsis, .strided(from: 0, to: size / 2 * 2, by: 2)]
      let odd = low[.ellipsis, .strided(from: 1, to: size / 2 * 2, by: 2)]
      if size % 2 == 1 { coarsestFirst.insert(low[.ellipsis, .range(size - 1..<size)], at: 0) }
      coarsestFirst.insert(rootHalf * (even - odd), at: 0)
      low = rootHalf * (even + odd)
    }
    return concatenate([low] + coarsestFirst, along: x.rank - 1)
  }

  private func synthesized(_ y: Tensor) -> Tensor {
    var low = y[.ellipsis, .range(0..<1)]
    for size in Self.sizes(y.shape[y.rank - 1]).reversed() {
      let (start, middle) = (size / 2, size - size % 2)
      let high = y[.ellipsis, .range(start..<middle)]
      let pairs = stack([rootHalf * (low + high), rootHalf * (low - high)], along: y.rank)
      let whole = pairs.reshaped(to: Array(low.shape.dropLast()) + [size / 2 * 2])
      let rest = y[.ellipsis, .range(middle..<size)]
      low = size % 2 == 1 ? concatenate([whole, rest], along: y.rank - 1) : whole
    }
    return low
  }

  /// The lengths that are halved, the finest first: 7, 3 for 7 elements.
  private static func sizes(_ count: Int) -> [Int] {
    Array(sequence(first: count) { $0 / 2 }.prefix { $0 > 1 })
  }
}
