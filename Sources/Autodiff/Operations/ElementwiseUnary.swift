import CNumerics
import Preconditions
import RealModule

/// A function of one number, applied to each element.
enum UnaryFunction: Sendable, Hashable {
  case negate, absolute, sign, floor, exp, log, log1p, log1pSquare, expm1, sqrt, square, reciprocal,
    sin, cos
  case atan, tanh, sigmoid, softplus, erf, erfc, erfInverse, logGamma
  case normalCDF, logNormalCDF, normalQuantile, logNormalQuantile, logBesselI0
  case polygamma(Int)
  /// The derivatives of log Γ(x + 1) - (x log x - x), by order.
  case logFactorialRemainder(Int)
  /// The scaled Bessel function e^-|x| I_m(|x|) / |x|^m, by order m.
  case besselRatio(Int)
  case log1pRatio(Int)
  /// The derivative 2 x / (1 + x²) of log(1 + x²).
  case log1pSquareSlope
  case expm1Ratio(Int)
  case not, isFinite, isNaN
}

struct Unary: ChainOperation {
  let function: UnaryFunction
  var name: String { "\(function)" }
  var isElementwise: Bool { true }

  func shape(_ operands: [[Int]]) -> [Int] { operands[0] }

  /// The kernel in C, with its code in a chain.
  private var compiled: (function: Kernel.Function, code: ppl_code)? {
    switch function {
    case .negate: (ppl_negate, PPL_OP_negate)
    case .absolute: (ppl_absolute, PPL_OP_absolute)
    case .sign: (ppl_sign, PPL_OP_sign)
    case .floor: (ppl_floor, PPL_OP_floor)
    case .exp: (ppl_exp, PPL_OP_exp)
    case .log: (ppl_log, PPL_OP_log)
    case .log1p: (ppl_log1p, PPL_OP_log1p)
    case .log1pSquare: (ppl_log1psquare, PPL_OP_log1psquare)
    case .log1pSquareSlope: (ppl_log1psquare_slope, PPL_OP_log1psquare_slope)
    case .expm1: (ppl_expm1, PPL_OP_expm1)
    case .sqrt: (ppl_sqrt, PPL_OP_sqrt)
    case .square: (ppl_square, PPL_OP_square)
    case .reciprocal: (ppl_reciprocal, PPL_OP_reciprocal)
    case .sin: (ppl_sin, PPL_OP_sin)
    case .cos: (ppl_cos, PPL_OP_cos)
    case .tanh: (ppl_tanh, PPL_OP_tanh)
    case .sigmoid: (ppl_sigmoid, PPL_OP_sigmoid)
    case .softplus: (ppl_softplus, PPL_OP_softplus)
    case .erf: (ppl_erf, PPL_OP_erf)
    case .erfc: (ppl_erfc, PPL_OP_erfc)
    case .log1pRatio(0): (ppl_log1pratio, PPL_OP_log1pratio)
    case .log1pRatio(1): (ppl_log1pratio_slope, PPL_OP_log1pratio_slope)
    case .not: (ppl_not, PPL_OP_not)
    case .isFinite: (ppl_isfinite, PPL_OP_isfinite)
    case .isNaN: (ppl_isnan, PPL_OP_isnan)
    case .atan, .erfInverse, .logGamma, .normalCDF, .logNormalCDF, .normalQuantile,
      .logNormalQuantile, .logBesselI0, .besselRatio, .polygamma,
      .logFactorialRemainder, .log1pRatio, .expm1Ratio:
      nil
    }
  }

  var chainCode: ppl_code? { compiled?.code }

  func kernel(_ operands: [[Int]]) -> Kernel {
    let count = elementCount(operands[0])
    if let compiled { return Kernel(function: compiled.function, integers: [count]) }
    let scalar = { (function: @escaping Kernel.Function, order: Int) in
      Kernel(function: function, integers: [count, order])
    }
    switch function {
    case .atan: return scalar({ map($0, $1) { x, _ in Double.atan(x) } }, 0)
    case .erfInverse: return scalar({ map($0, $1) { x, _ in Special.erfInverse(x) } }, 0)
    case .logGamma: return scalar({ map($0, $1) { x, _ in Special.logGamma(x) } }, 0)
    case .normalCDF: return scalar({ map($0, $1) { x, _ in Special.normalCDF(x) } }, 0)
    case .logNormalCDF: return scalar({ map($0, $1) { x, _ in Special.logNormalCDF(x) } }, 0)
    case .normalQuantile: return scalar({ map($0, $1) { p, _ in Special.normalQuantile(p) } }, 0)
    case .logNormalQuantile:
      return scalar({ map($0, $1) { l, _ in Special.logNormalQuantile(l) } }, 0)
    case .logBesselI0: return scalar({ map($0, $1) { x, _ in Special.logBesselI0(x) } }, 0)
    case .besselRatio(let order):
      return scalar({ map($0, $1) { x, order in Special.besselRatio(order, x) } }, order)
    case .polygamma(let order):
      return scalar({ map($0, $1) { x, order in Special.polygamma(order, x) } }, order)
    case .logFactorialRemainder(let order):
      return scalar({ map($0, $1) { Special.logFactorialRemainder($1, $0) } }, order)
    case .log1pRatio(let order):
      return scalar({ map($0, $1) { x, order in Special.log1pRatio(order, x) } }, order)
    case .expm1Ratio(let order):
      return scalar({ map($0, $1) { x, order in Special.expm1Ratio(order, x) } }, order)
    default: requirementFailed("\(name): no kernel.")
    }
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    derivative(at: operands[0], y).map { g * $0 }.map { [$0] } ?? [nil]
  }

  /// The derivative dy/dx at `x`, where the value is `y`.
  private func derivative(at x: Tensor, _ y: Tensor) -> Tensor? {
    switch function {
    case .negate: -1
    case .absolute: Autodiff.sign(x)
    case .exp: y
    case .log: reciprocal(x)
    case .log1p: reciprocal(1 + x)
    case .log1pSquare: Tensor.apply(Unary(function: .log1pSquareSlope), x)
    case .log1pSquareSlope: log1pSquareCurvature(x)
    case .expm1: y + 1
    case .sqrt: 0.5 / y
    case .square: 2 * x
    case .reciprocal: -square(y)
    case .sin: Autodiff.cos(x)
    case .cos: -Autodiff.sin(x)
    case .atan: reciprocal(1 + square(x))
    case .tanh: 1 - square(y)
    case .sigmoid: y * (1 - y)
    case .softplus: Autodiff.sigmoid(x)
    case .erf: Tensor(2 / Double.pi.squareRoot()) * Autodiff.exp(-square(x))
    case .erfc: Tensor(-2 / Double.pi.squareRoot()) * Autodiff.exp(-square(x))
    case .erfInverse: Tensor(Double.pi.squareRoot() / 2) * Autodiff.exp(square(y))
    case .logGamma: digamma(x)
    case .normalCDF: normalDensity(x)
    case .logNormalCDF: inverseMillsRatio(x, logCDF: y)
    case .normalQuantile: reciprocal(normalDensity(y))
    case .logNormalQuantile: reciprocal(inverseMillsRatio(y, logCDF: x))
    case .logBesselI0: x * besselRatio(1, x) / besselRatio(0, x)
    case .besselRatio(let m): x * besselRatio(m + 1, x) - Autodiff.sign(x) * y
    case .polygamma(let n): Autodiff.polygamma(n + 1, x)
    case .logFactorialRemainder(let n):
      Tensor.apply(Unary(function: .logFactorialRemainder(n + 1)), x)
    case .log1pRatio(let k): Tensor.apply(Unary(function: .log1pRatio(k + 1)), x)
    case .expm1Ratio(let k): Tensor.apply(Unary(function: .expm1Ratio(k + 1)), x)
    case .sign, .floor, .not, .isFinite, .isNaN: nil
    }
  }
}

/// Applies a scalar function; the integer after the count is passed through to it.
@inline(__always)
/// The ratio phi(x) / Phi(x), the reciprocal of Mills' ratio at -x.
///
/// It is computed through logarithms, because both vanish in the left tail; below -20, where those cancel, by the
/// asymptotic series, whose first omitted term is 3e-15 there.
///
/// - Reference: DLMF 7.12.1.
private func inverseMillsRatio(_ x: Tensor, logCDF y: Tensor) -> Tensor {
  let isFar = x .< -20
  let near = Autodiff.exp(select(isFar, 0, logNormalDensity(x) - y))
  let size = select(isFar, -x, 1)
  let t = reciprocal(size) * reciprocal(size)
  // 1 - t + 3 t² - 15 t³ + …
  let series = [15.0, 13, 11, 9, 7, 5, 3, 1].reduce(Tensor(1)) { 1 - Tensor($1) * t * $0 }
  return select(isFar, size / series, near)
}

private func map(
  _ operands: UnsafePointer<UnsafeMutablePointer<Double>>, _ integers: UnsafePointer<Int>,
  _ function: (Double, Int) -> Double
) {
  let (x, y, count) = (operands[0], operands[1], integers[0])
  let order = integers[1]
  for i in 0..<count { y[i] = function(x[i], order) }
}

/// The derivative 2 (1 - x²) / (1 + x²)², by the reciprocal of its divisor, which may be 0.
private func log1pSquareCurvature(_ x: Tensor) -> Tensor {
  let r = reciprocal(1 + square(x))
  return 2 * r * (2 * r - 1)
}
private func besselRatio(_ order: Int, _ x: Tensor) -> Tensor {
  Tensor.apply(Unary(function: .besselRatio(order)), x)
}
private func logNormalDensity(_ x: Tensor) -> Tensor {
  -0.5 * square(x) - Tensor(0.5 * Double.log2Pi)
}
private func normalDensity(_ x: Tensor) -> Tensor { exp(logNormalDensity(x)) }

extension Double {
  /// The logarithm of 2 pi.
  static let log2Pi = 1.8378770664093454836
}
