import CNumerics

/// A function of one number, applied to each element.
enum UnaryFunction: Sendable, Hashable {
  case negate, absolute, sign, floor, exp, log, log1p, expm1, sqrt, square, reciprocal, sin, cos
  case tanh, sigmoid, softplus, erf, erfc, erfInverse, logGamma
  case normalCDF, logNormalCDF, normalQuantile
  case polygamma(Int), log1pRatio(Int), expm1Ratio(Int)
  case not, isFinite, isNaN
}

struct Unary: Operation {
  let function: UnaryFunction
  var name: String { "\(function)" }
  var isElementwise: Bool { true }

  func shape(_ operands: [[Int]]) -> [Int] { operands[0] }

  func kernel(_ operands: [[Int]]) -> Kernel {
    let count = elementCount(operands[0])
    let plain = { (function: @escaping Kernel.Function) in Kernel(function: function, integers: [count, 0]) }
    switch function {
    case .negate: return plain(ppl_negate)
    case .absolute: return plain(ppl_absolute)
    case .sign: return plain(ppl_sign)
    case .floor: return plain(ppl_floor)
    case .exp: return plain(ppl_exp)
    case .log: return plain(ppl_log)
    case .log1p: return plain(ppl_log1p)
    case .expm1: return plain(ppl_expm1)
    case .sqrt: return plain(ppl_sqrt)
    case .square: return plain(ppl_square)
    case .reciprocal: return plain(ppl_reciprocal)
    case .sin: return plain(ppl_sin)
    case .cos: return plain(ppl_cos)
    case .tanh: return plain(ppl_tanh)
    case .sigmoid: return plain(ppl_sigmoid)
    case .softplus: return plain(ppl_softplus)
    case .erf: return plain(ppl_erf)
    case .erfc: return plain(ppl_erfc)
    case .not: return plain(ppl_not)
    case .isFinite: return plain(ppl_isfinite)
    case .isNaN: return plain(ppl_isnan)
    case .erfInverse: return plain { map($0, $1) { x, _ in Special.erfInverse(x) } }
    case .logGamma: return plain { map($0, $1) { x, _ in Special.logGamma(x) } }
    case .normalCDF: return plain { map($0, $1) { x, _ in Special.normalCDF(x) } }
    case .logNormalCDF: return plain { map($0, $1) { x, _ in Special.logNormalCDF(x) } }
    case .normalQuantile: return plain { map($0, $1) { p, _ in Special.normalQuantile(p) } }
    case .polygamma(let order):
      return Kernel(
        function: { map($0, $1) { x, order in Special.polygamma(order, x) } },
        integers: [count, order])
    case .log1pRatio(0): return plain(ppl_log1pratio)
    case .log1pRatio(1): return plain(ppl_log1pratio_slope)
    case .log1pRatio(let order):
      return Kernel(
        function: { map($0, $1) { x, order in Special.log1pRatio(order, x) } },
        integers: [count, order])
    case .expm1Ratio(let order):
      return Kernel(
        function: { map($0, $1) { x, order in Special.expm1Ratio(order, x) } },
        integers: [count, order])
    }
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    derivative(at: operands[0], y).map { g * $0 }.map { [$0] } ?? [nil]
  }

  /// dy/dx at `x`, where the value is `y`.
  private func derivative(at x: Tensor, _ y: Tensor) -> Tensor? {
    switch function {
    case .negate: -1
    case .absolute: Autodiff.sign(x)
    case .exp: y
    case .log: reciprocal(x)
    case .log1p: reciprocal(1 + x)
    case .expm1: y + 1
    case .sqrt: 0.5 / y
    case .square: 2 * x
    case .reciprocal: -square(y)
    case .sin: Autodiff.cos(x)
    case .cos: -Autodiff.sin(x)
    case .tanh: 1 - square(y)
    case .sigmoid: y * (1 - y)
    case .softplus: Autodiff.sigmoid(x)
    case .erf: Tensor(2 / Double.pi.squareRoot()) * Autodiff.exp(-square(x))
    case .erfc: Tensor(-2 / Double.pi.squareRoot()) * Autodiff.exp(-square(x))
    case .erfInverse: Tensor(Double.pi.squareRoot() / 2) * Autodiff.exp(square(y))
    case .logGamma: digamma(x)
    case .normalCDF: normalDensity(x)
    // phi / Phi through logarithms, since both vanish in the left tail.
    case .logNormalCDF: Autodiff.exp(logNormalDensity(x) - y)
    case .normalQuantile: reciprocal(normalDensity(y))
    case .polygamma(let n): Autodiff.polygamma(n + 1, x)
    case .log1pRatio(let k): Tensor.apply(Unary(function: .log1pRatio(k + 1)), x)
    case .expm1Ratio(let k): Tensor.apply(Unary(function: .expm1Ratio(k + 1)), x)
    case .sign, .floor, .not, .isFinite, .isNaN: nil
    }
  }
}

/// Applies a scalar function; the integer after the count is passed through to it.
@inline(__always)
private func map(
  _ operands: UnsafePointer<UnsafeMutablePointer<Double>>, _ integers: UnsafePointer<Int>,
  _ function: (Double, Int) -> Double
) {
  let (x, y, count) = (operands[0], operands[1], integers[0])
  let order = integers[1]
  for i in 0..<count { y[i] = function(x[i], order) }
}

private func logNormalDensity(_ x: Tensor) -> Tensor {
  -0.5 * square(x) - Tensor(0.5 * Double.log2Pi)
}
private func normalDensity(_ x: Tensor) -> Tensor { exp(logNormalDensity(x)) }

extension Double {
  /// log(2 pi).
  static let log2Pi = 1.8378770664093454836
}

/// A function of two numbers, applied elementwise after broadcasting.
enum BinaryFunction: Sendable, Hashable {
  case add, subtract, multiply, divide, power, maximum, minimum
  case less, lessEqual, equal, and, or
}

struct Binary: Operation {
  let function: BinaryFunction
  var name: String { "\(function)" }
  var isElementwise: Bool { true }

  func shape(_ operands: [[Int]]) -> [Int] { commonShape(operands, for: name) }

  func kernel(_ operands: [[Int]]) -> Kernel {
    let function: Kernel.Function =
      switch function {
      case .add: ppl_add
      case .subtract: ppl_subtract
      case .multiply: ppl_multiply
      case .divide: ppl_divide
      case .power: ppl_power
      case .maximum: ppl_maximum
      case .minimum: ppl_minimum
      case .less: ppl_less
      case .lessEqual: ppl_lessequal
      case .equal: ppl_equal
      case .and: ppl_and
      case .or: ppl_or
      }
    return Kernel(function: function, integers: broadcastLoop(operands, shape(operands)))
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (a, b) = (operands[0], operands[1])
    let (da, db): (Tensor?, Tensor?) =
      switch function {
      case .add: (g, g)
      case .subtract: (g, -g)
      case .multiply: (g * b, g * a)
      case .divide: (g / b, -(g * y) / b)
      case .power: (g * baseSlope(a, b), g * powerSlope(a, y))
      case .maximum: (g * share(a, y, b), g * share(b, y, a))
      case .minimum: (g * share(a, y, b), g * share(b, y, a))
      case .less, .lessEqual, .equal, .and, .or: (nil, nil)
      }
    return [da?.sum(to: a.shape), db?.sum(to: b.shape)]
  }
}

/// d(a^b)/da = b a^(b - 1), and 0 at b = 0 even where a = 0.
private func baseSlope(_ a: Tensor, _ b: Tensor) -> Tensor {
  b * pow(a, select(b .== 0, 1, b - 1))
}

/// d(a^b)/db = a^b log a, and 0 at a = 0, where the limit is 0.
private func powerSlope(_ a: Tensor, _ y: Tensor) -> Tensor {
  let isZero = a .== 0
  return select(isZero, 0, y * log(select(isZero, 1, a)))
}

/// 1 where `chosen` won, one half where both did.
private func share(_ chosen: Tensor, _ y: Tensor, _ other: Tensor) -> Tensor {
  (chosen .== y) / (1 + (chosen .== other))
}

/// `condition ? a : b`, elementwise after broadcasting.
struct Select: Operation {
  var name: String { "select" }
  var isElementwise: Bool { true }

  func shape(_ operands: [[Int]]) -> [Int] { commonShape(operands, for: name) }

  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(function: ppl_select, integers: broadcastLoop(operands, shape(operands)))
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (condition, a, b) = (operands[0], operands[1], operands[2])
    return [
      nil, select(condition, g, 0).sum(to: a.shape), select(condition, 0, g).sum(to: b.shape),
    ]
  }
}

/// What a broadcasting kernel reads: rank, extents, and the strides of each operand.
private func broadcastLoop(_ operands: [[Int]], _ shape: [Int]) -> [Int] {
  let nest = LoopNest(
    extents: shape, strides: operands.map { broadcastStrides($0, to: shape) } + [contiguousStrides(shape)])
  return [nest.rank] + nest.extents + nest.strides.dropLast().flatMap { $0 }
}

/// A function of several numbers without a derivative in all of them: distribution functions and their inverses.
enum SpecialFunction: Sendable, Hashable {
  case regularizedGammaP, regularizedGammaPInverse
  case regularizedBeta, regularizedBetaInverse
}

/// Incomplete gamma and beta functions on operands of one shape; differentiable in the last argument.
struct SpecialOperation: Operation {
  let function: SpecialFunction
  var name: String { "\(function)" }
  var isElementwise: Bool { true }

  func shape(_ operands: [[Int]]) -> [Int] {
    precondition(operands.allSatisfy { $0 == operands[0] }, "\(name): operands of different shapes.")
    return operands[0]
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    let function: Kernel.Function =
      switch function {
      case .regularizedGammaP:
        { x, n in for i in 0..<n[0] { x[2][i] = Special.regularizedGammaP(x[0][i], x[1][i]) } }
      case .regularizedGammaPInverse:
        { x, n in for i in 0..<n[0] { x[2][i] = Special.regularizedGammaPInverse(x[0][i], x[1][i]) } }
      case .regularizedBeta:
        { x, n in
          for i in 0..<n[0] { x[3][i] = Special.regularizedBeta(x[0][i], x[1][i], x[2][i]) }
        }
      case .regularizedBetaInverse:
        { x, n in
          for i in 0..<n[0] { x[3][i] = Special.regularizedBetaInverse(x[0][i], x[1][i], x[2][i]) }
        }
      }
    return Kernel(function: function, integers: [elementCount(operands[0])])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    switch function {
    case .regularizedGammaP:
      [nil, g * gammaDensity(operands[0], operands[1])]
    case .regularizedGammaPInverse:
      [nil, g / gammaDensity(operands[0], y)]
    case .regularizedBeta:
      [nil, nil, g * betaDensity(operands[0], operands[1], operands[2])]
    case .regularizedBetaInverse:
      [nil, nil, g / betaDensity(operands[0], operands[1], y)]
    }
  }
}

private func gammaDensity(_ a: Tensor, _ x: Tensor) -> Tensor {
  exp((a - 1) * log(x) - x - logGamma(a))
}
private func betaDensity(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> Tensor {
  let logBeta = logGamma(a) + logGamma(b) - logGamma(a + b)
  return exp((a - 1) * log(x) + (b - 1) * log1p(-x) - logBeta)
}
