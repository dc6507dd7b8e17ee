import CNumerics
import Preconditions
import RealModule

/// A draw of random numbers with a key, whose two words are the first operand.
struct RandomDraw: Operation {
  enum Kind: Sendable, Hashable {
    case child(Int)
    case foldIn(UInt32)
    case bits32
    case uniform(Double, Double)
    case normal, permutation
    /// A gamma draw, or its logarithm; the second operand holds the shape parameters.
    case gamma, logGamma
    /// A von Mises draw; the second operand holds the concentrations.
    case vonMises
    /// A draw of the first of two dependent von Mises angles; the other operands hold two concentrations and a
    /// correlation.
    case sineVonMises
  }

  let kind: Kind
  let target: [Int]
  var name: String { "random \(kind)" }

  func shape(_ operands: [[Int]]) -> [Int] { target }

  func kernel(_ operands: [[Int]]) -> Kernel {
    let count = elementCount(target)
    return switch kind {
    // Both are the block cipher at a counter of two words.
    case .child(let index):
      Kernel(function: ppl_random_key, integers: [index >> 32, index & 0xffff_ffff])
    case .foldIn(let data):
      Kernel(function: ppl_random_key, integers: [0, Int(data)])
    case .bits32:
      Kernel(
        function: { x, n in
          let stream = Threefry(words: x[0])
          for i in 0..<n[0] { x[1][i] = Double(stream.bits32(UInt64(i))) }
        }, integers: [count])
    case .uniform(let low, let high):
      // Bounds are passed as bit patterns among the integers.
      Kernel(
        function: ppl_random_uniform,
        integers: [count] + [low, high].map { Int(truncatingIfNeeded: $0.bitPattern) })
    case .normal:
      Kernel(function: ppl_random_normal, integers: [count])
    case .permutation:
      Kernel(
        function: { x, n in
          for (i, place) in Threefry(words: x[0]).permutation(n[0]).enumerated() {
            x[1][i] = Double(place)
          }
        }, integers: [count])
    case .gamma:
      Kernel(
        function: { x, n in
          let stream = Threefry(words: x[0])
          for i in 0..<n[0] {
            x[2][i] = GammaSampler.draw(alpha: x[1][i], key: stream.child(UInt64(i)))
          }
        }, integers: [count])
    case .logGamma:
      Kernel(
        function: { x, n in
          let stream = Threefry(words: x[0])
          for i in 0..<n[0] {
            x[2][i] = GammaSampler.logDraw(alpha: x[1][i], key: stream.child(UInt64(i)))
          }
        }, integers: [count])
    case .vonMises:
      Kernel(
        function: { x, n in
          VonMisesSampler.fill(
            x[2], concentration: x[1], count: n[0], key: Threefry(words: x[0]))
        }, integers: [count])
    case .sineVonMises:
      Kernel(
        function: { x, n in
          let stream = Threefry(words: x[0])
          for i in 0..<n[0] {
            let sampler = SineVonMisesSampler(own: x[1][i], other: x[2][i], correlation: x[3][i])
            x[4][i] = sampler.draw(key: stream.child(UInt64(i)))
          }
        }, integers: [count])
    }
  }

  /// The numbers of a draw from a key alone, by the kernel, as a filter asks for them about ten times a cycle.
  func numbers(_ words: [Double]) -> [Double] {
    let kernel = kernel([[2]])
    let count = elementCount(target)
    return [Double](unsafeUninitializedCapacity: count) { result, initialized in
      initialized = count
      // A result without elements has no address, and nothing is written.
      guard let result = result.baseAddress, count > 0 else { return }
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2) { key in
        guard let key = key.baseAddress else { return }
        key.initialize(from: words, count: 2)
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Double>.self, capacity: 2) {
          operands in
          guard let operands = operands.baseAddress else { return }
          operands.initialize(to: key)
          (operands + 1).initialize(to: result)
          kernel.function(operands, kernel.integers)
        }
      }
    }
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    switch kind {
    case .vonMises: [nil, g * vonMisesQuantileSlope(operands[1], y)]
    case .sineVonMises: withoutGradient(operands)
    case .gamma: [nil, g * Tensor.apply(GammaSlope(), operands[1], y)]
    case .logGamma: [nil, g * Tensor.apply(LogGammaSlope(), operands[1], y)]
    default: [nil]
    }
  }

  private func withoutGradient(_ operands: [Tensor]) -> [Tensor?] {
    reportMistake(
      "SineBivariateVonMises: draws have no gradient; use it for observations, not in a guide.")
    return operands.map { _ in nil }
  }
}

/// The derivative of a gamma draw in its shape parameter at constant probability: -(dP/da) / (dP/dx).
///
/// - Reference: Figurnov, Mohamed, Mnih (2018), *Implicit reparameterization gradients*, eq. (6).
struct GammaSlope: Operation {
  var name: String { "gammaSlope" }
  func shape(_ operands: [[Int]]) -> [Int] { operands[0] }

  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(
      function: { operands, n in
        for i in 0..<n[0] {
          operands[2][i] = Self.slope(operands[0][i], operands[1][i])
        }
      }, integers: [elementCount(operands[0])])
  }

  /// The derivative dx/da at constant P(a, x).
  static func slope(_ a: Double, _ x: Double) -> Double {
    let logDensity = (a - 1) * .log(x) - x - Special.logGamma(a)
    return -Special.regularizedGammaPSlope(a, x) / .exp(logDensity)
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    reportMistake("Second derivatives through gamma draws are not available.")
    return operands.map { _ in nil }
  }
}

/// The derivative of the logarithm y of a gamma draw in its shape parameter at constant probability.
///
/// Where x = exp(y) is tiny, P(a, x) = x^a / Gamma(a + 1) to relative order x, hence dy/da = (psi(a + 1) - y) / a,
/// also where x underflows.
struct LogGammaSlope: Operation {
  var name: String { "logGammaSlope" }
  func shape(_ operands: [[Int]]) -> [Int] { operands[0] }

  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(
      function: { operands, n in
        for i in 0..<n[0] {
          let (a, y) = (operands[0][i], operands[1][i])
          let x = Double.exp(y)
          operands[2][i] =
            x < 1e-10 ? (Special.polygamma(0, a + 1) - y) / a : GammaSlope.slope(a, x) / x
        }
      }, integers: [elementCount(operands[0])])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    reportMistake("Second derivatives through gamma draws are not available.")
    return operands.map { _ in nil }
  }
}

extension Threefry {
  init(words: UnsafeMutablePointer<Double>) {
    self.init(key: (UInt32(exactly: words[0]) ?? 0, UInt32(exactly: words[1]) ?? 0))
  }
}
