import Preconditions

/// A special function of several numbers: distribution functions, their inverses and their derivatives in parameters.
enum SpecialFunction: Sendable, Hashable {
  case logBeta
  /// The difference ψ_n(a + d) - ψ_n(a), and the same less d ψ_(n+1)(a); ψ_-1 is log Γ.
  case polygammaDifference(Int), polygammaRemainder(Int)
  case regularizedGammaP, regularizedGammaQ, regularizedGammaPInverse, regularizedGammaPSlope
  case regularizedBeta, regularizedBetaInverse, regularizedBetaSlopeA, regularizedBetaSlopeB
  /// The functions Q(k + 1, x) and I_x(a, k + 1), also for a count k so large that k + 1 is rounded.
  case regularizedGammaQAfter, regularizedBetaAfter
  case logGammaTail(Tail), logGammaTailSlope(Tail), gammaQuantile(Tail)
  case logBetaTail, logBetaTailSlopeA, logBetaTailSlopeB, betaQuantileLogit
}

/// The lower or the upper tail of a distribution.
enum Tail: Int, Sendable, Hashable { case lower, upper }

/// A special function on operands of one shape. Derivatives in parameters have no derivatives of their own.
struct SpecialOperation: Operation {
  let function: SpecialFunction
  var name: String { "\(function)" }
  var isElementwise: Bool { true }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    guard operands.allSatisfy({ $0 == operands[0] }) else {
      throw Mistake("\(name): operands of different shapes.")
    }
    return operands[0]
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    // Orders and tails are read from the integers: a kernel captures nothing.
    let number =
      switch function {
      case .polygammaDifference(let order), .polygammaRemainder(let order): order
      case .logGammaTail(let tail), .logGammaTailSlope(let tail), .gammaQuantile(let tail):
        tail.rawValue
      default: 0
      }
    return Kernel(function: loop, integers: [elementCount(operands[0]), number])
  }

  private var loop: Kernel.Function {
    switch function {
    case .logBeta: { map2($0, $1) { Special.logBeta($0, $1) } }
    case .polygammaDifference:
      { x, n in map2(x, n) { Special.polygammaDifference(n[1], $0, $1) } }
    case .polygammaRemainder:
      { x, n in map2(x, n) { Special.polygammaRemainder(n[1], $0, $1) } }
    case .regularizedGammaQ: { map2($0, $1) { Special.regularizedGammaQ($0, $1) } }
    case .regularizedGammaP: { map2($0, $1) { Special.regularizedGammaP($0, $1) } }
    case .regularizedGammaPInverse: { map2($0, $1) { Special.regularizedGammaPInverse($0, $1) } }
    case .regularizedBeta: { map3($0, $1) { Special.regularizedBeta($0, $1, $2) } }
    case .regularizedBetaInverse: { map3($0, $1) { Special.regularizedBetaInverse($0, $1, $2) } }
    case .regularizedGammaQAfter: { map2($0, $1) { Special.regularizedGammaQ(after: $0, $1) } }
    case .regularizedBetaAfter: { map3($0, $1) { Special.regularizedBeta($0, after: $1, $2) } }
    case .regularizedGammaPSlope: { map2($0, $1) { Special.regularizedGammaPSlope($0, $1) } }
    case .regularizedBetaSlopeA: { map3($0, $1) { Special.regularizedBetaSlopeA($0, $1, $2) } }
    case .regularizedBetaSlopeB: { map3($0, $1) { Special.regularizedBetaSlopeB($0, $1, $2) } }
    case .logGammaTail:
      { x, n in
        map2(x, n) {
          let tails = Special.logIncompleteGamma($0, $1)
          return n[1] == Tail.upper.rawValue ? tails.upper : tails.lower
        }
      }
    case .logGammaTailSlope:
      { x, n in
        map2(x, n) {
          Special.logGammaTailSlope($0, $1, isUpper: n[1] == Tail.upper.rawValue)
        }
      }
    case .gammaQuantile:
      { x, n in
        map2(x, n) {
          Special.gammaQuantile($0, logTail: $1, isUpper: n[1] == Tail.upper.rawValue)
        }
      }
    case .logBetaTail: { map3($0, $1) { Special.logIncompleteBeta($0, $1, logit: $2).lower } }
    case .logBetaTailSlopeA: { map3($0, $1) { Special.logBetaTailSlopeA($0, $1, logit: $2) } }
    case .logBetaTailSlopeB: { map3($0, $1) { Special.logBetaTailSlopeB($0, $1, logit: $2) } }
    case .betaQuantileLogit: { map3($0, $1) { Special.betaQuantileLogit($0, $1, logTail: $2) } }
    }
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (a, b) = (operands[0], operands[1])
    let slopes: [Tensor] =
      switch function {
      case .logBeta: [-polygammaDifference(0, a, b), -polygammaDifference(0, b, a)]
      case .polygammaDifference(let n): [polygammaDifference(n + 1, a, b), polygamma(n + 1, a + b)]
      case .polygammaRemainder(let n):
        [
          special(.polygammaRemainder(n + 1), [a, b]), polygammaDifference(n + 1, a, b),
        ]
      default: incompleteFunctionSlopes(function, operands, y)
      }
    return slopes.map { g * $0 }
  }
}

/// A special function on operands that are broadcast together.
func special(_ function: SpecialFunction, _ operands: [Tensor]) -> Tensor {
  Tensor.apply(SpecialOperation(function: function), broadcasted(operands, for: "\(function)"))
}

/// Zero derivatives of a function that has none, after a report.
func missingSlopes(_ operands: [Tensor], _ message: String) -> [Tensor] {
  reportMistake(message)
  return operands.map { .unknown($0.shape) }
}

/// The difference of ψ_n, with log Γ as ψ_-1.
private func polygammaDifference(_ order: Int, _ a: Tensor, _ d: Tensor) -> Tensor {
  special(.polygammaDifference(order), [a, d])
}

/// Applies a function of two numbers.
@inline(__always)
private func map2(
  _ x: UnsafePointer<UnsafeMutablePointer<Double>>, _ n: UnsafePointer<Int>,
  _ function: (Double, Double) -> Double
) {
  for i in 0..<n[0] { x[2][i] = function(x[0][i], x[1][i]) }
}

/// Applies a function of three numbers.
@inline(__always)
private func map3(
  _ x: UnsafePointer<UnsafeMutablePointer<Double>>, _ n: UnsafePointer<Int>,
  _ function: (Double, Double, Double) -> Double
) {
  for i in 0..<n[0] { x[3][i] = function(x[0][i], x[1][i], x[2][i]) }
}
