import Preconditions

// Complex numbers are pairs of reals, `(real, imaginary)`, in a last axis of 2.

/// The discrete Fourier transform of real vectors, without the coefficients that are conjugates of others.
///
///     yₖ = Σⱼ xⱼ exp(-2πi jk / n),    k = 0, …, n/2
///
/// It maps `[..., n]` onto `[..., n/2 + 1, 2]`, as NumPy's `rfft`. The imaginary parts of y₀ and, for even n, of
/// the last coefficient are zero, so that n real numbers are free on both sides.
///
/// - Complexity: O(*n*²) time and memory, as a product with a constant matrix: meant for up to some thousand elements.
public struct RealFourierTransform: Transform {
  /// The length n of `x`.
  public let count: Int

  /// A Fourier transform of vectors of length `count`.
  ///
  /// - Precondition: `count` is positive.
  public init(count: Int) {
    holds(count > 0, "RealFourierTransform: count is \(count), but must be positive")
    self.count = max(count, 1)
  }

  public var domainEventRank: Int { 1 }
  public var codomainEventRank: Int { 2 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let shape = forwardShape(x.shape)
    let waves = waves { angle, _ in [angle.cosine, -angle.sine] }  // [n, n/2 + 1, 2]
    return matmul(x, waves.reshaped(to: [count, -1])).reshaped(to: shape)
  }

  public func inverse(_ y: Tensor) -> Tensor {
    let shape = inverseShape(y.shape)
    let waves = waves { angle, frequency in
      // Every coefficient except the first and, for even n, the last counts twice.
      let weight = frequency == 0 || 2 * frequency == count ? 1 : 2.0
      return [weight * angle.cosine / Double(count), -weight * angle.sine / Double(count)]
    }
    let flat = y.reshaped(to: shape.dropLast() + [2 * coefficients])
    return matmul(flat, waves.reshaped(to: [count, -1]).transposed())
  }

  /// The log Jacobian `(n log n - log 2 · (n - q)) / 2`, q the number of coefficients that are their own conjugates.
  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    let n = Tensor(Double(count))
    let paired = Tensor(Double(count - (2 - count % 2)))
    let value = 0.5 * (n * log(n) - paired * log(2))
    return value.broadcast(to: Array(x.shape.dropLast()))
  }

  public func forwardShape(_ shape: [Int]) -> [Int] {
    holds(
      shape.last == count, "RealFourierTransform of \(count) elements met shape \(shape)")
    return shape.dropLast() + [coefficients, 2]
  }
  public func inverseShape(_ shape: [Int]) -> [Int] {
    holds(
      Array(shape.suffix(2)) == [coefficients, 2],
      "RealFourierTransform: the coefficients of \(count) elements have shape "
        + "[\(coefficients), 2], not \(shape)")
    return shape.dropLast(2) + [count]
  }

  private var coefficients: Int { count / 2 + 1 }

  /// The matrix of two numbers for each element j and frequency k, from the angle 2π jk / n.
  private func waves(_ pair: ((cosine: Double, sine: Double), Int) -> [Double]) -> Tensor {
    let turns = (0..<count).map { Double($0) / Double(count) }
    let angles = Tensor(turns) * Tensor(2 * Double.pi)
    let (cosines, sines) = (cos(angles).scalars, sin(angles).scalars)
    var numbers: [Double] = []
    numbers.reserveCapacity(2 * count * coefficients)
    for element in 0..<count {
      for frequency in 0..<coefficients {
        let place = element * frequency % count
        // The rounded sin π is 1e-16, but must be 0 here.
        let sine = 2 * place % count == 0 ? 0 : sines[place]
        numbers += pair((cosines[place], sine), frequency)
      }
    }
    return Tensor(numbers, shape: [count, coefficients, 2])
  }
}

/// The packed spectrum transform: `n` real numbers as the coefficients of a real Fourier transform, the real parts
/// first, then the free imaginary parts.
public struct PackedSpectrumTransform: Transform {
  /// The length n of `x`.
  public let count: Int

  /// A packed spectrum transform of `count` numbers.
  ///
  /// - Precondition: `count` is positive.
  public init(count: Int) {
    holds(count > 0, "PackedSpectrumTransform: count is \(count), but must be positive")
    self.count = max(count, 1)
  }

  public var domainEventRank: Int { 1 }
  public var codomainEventRank: Int { 2 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    _ = forwardShape(x.shape)
    let real = x[.ellipsis, .range(0..<coefficients)]
    let free = x[.ellipsis, .range(coefficients..<count)]
    let zero = Tensor.zeros(Array(x.shape.dropLast()) + [1])
    let end = count % 2 == 0 ? [zero] : []
    return stack([real, concatenate([zero, free] + end, along: x.rank - 1)], along: x.rank)
  }

  public func inverse(_ y: Tensor) -> Tensor {
    _ = inverseShape(y.shape)
    let free = y[.ellipsis, .range(1..<1 + count - coefficients), 1]
    return concatenate([y[.ellipsis, 0], free], along: y.rank - 2)
  }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    .zeros(Array(x.shape.dropLast()))
  }

  public func forwardShape(_ shape: [Int]) -> [Int] {
    RealFourierTransform(count: count).forwardShape(shape)
  }
  public func inverseShape(_ shape: [Int]) -> [Int] {
    RealFourierTransform(count: count).inverseShape(shape)
  }

  private var coefficients: Int { count / 2 + 1 }
}
