import Autodiff
import Preconditions

/// A draw of real numbers with a key, whose two words are the first operand.
struct ContinuousDraw: TensorOperation {
  enum Family: Sendable, Hashable {
    /// A gamma draw, or its logarithm. Operand: the shape parameters.
    case gamma, logGamma
    /// A von Mises draw. Operand: the concentrations.
    case vonMises
    /// A draw of the first of two dependent von Mises angles. Operands: two concentrations and a correlation.
    case sineVonMises
  }

  let family: Family
  let target: [Int]
  var name: String { "random \(family)" }

  func shape(_ operands: [[Int]]) -> [Int] { target }

  func kernel(_ operands: [[Int]]) -> OperationKernel {
    let count = elementCount(target)
    return switch family {
    case .gamma:
      OperationKernel(
        function: { x, n in
          let stream = Threefry(words: x[0])
          for i in 0..<n[0] {
            x[2][i] = GammaSampler.draw(alpha: x[1][i], key: stream.child(UInt64(i)))
          }
        }, integers: [count])
    case .logGamma:
      OperationKernel(
        function: { x, n in
          let stream = Threefry(words: x[0])
          for i in 0..<n[0] {
            x[2][i] = GammaSampler.logDraw(alpha: x[1][i], key: stream.child(UInt64(i)))
          }
        }, integers: [count])
    case .vonMises:
      OperationKernel(
        function: { x, n in
          VonMisesSampler.fill(
            x[2], concentration: x[1], count: n[0], key: Threefry(words: x[0]))
        }, integers: [count])
    case .sineVonMises:
      OperationKernel(
        function: { x, n in
          let stream = Threefry(words: x[0])
          for i in 0..<n[0] {
            let sampler = SineVonMisesSampler(own: x[1][i], other: x[2][i], correlation: x[3][i])
            x[4][i] = sampler.draw(key: stream.child(UInt64(i)))
          }
        }, integers: [count])
    }
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    switch family {
    case .gamma: return [nil, g * Tensor.apply(GammaSlope(), operands[1], y)]
    case .logGamma: return [nil, g * Tensor.apply(LogGammaSlope(), operands[1], y)]
    case .vonMises: return [nil, g * vonMisesQuantileSlope(operands[1], y)]
    case .sineVonMises:
      reportMistake(
        "SineBivariateVonMises: draws have no gradient; use it for observations, not in a guide.")
      return operands.map { _ in nil }
    }
  }
}
