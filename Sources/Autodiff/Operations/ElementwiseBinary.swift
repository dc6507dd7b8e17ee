import CNumerics
import Preconditions

/// A function of two numbers, applied elementwise after broadcasting.
enum BinaryFunction: Sendable, Hashable {
  case add, subtract, multiply, divide, power, deviance, logRatio, maximum, minimum
  case less, lessEqual, equal, and, or
}

struct Binary: ChainOperation {
  let function: BinaryFunction
  var name: String { "\(function)" }
  var isElementwise: Bool { true }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    try commonShape(operands, for: name)
  }

  /// The kernel in C, with its code in a chain.
  private var compiled: (function: Kernel.Function, code: ppl_code) {
    switch function {
    case .add: (ppl_add, PPL_OP_add)
    case .subtract: (ppl_subtract, PPL_OP_subtract)
    case .multiply: (ppl_multiply, PPL_OP_multiply)
    case .divide: (ppl_divide, PPL_OP_divide)
    case .power: (ppl_power, PPL_OP_power)
    case .deviance: (ppl_deviance, PPL_OP_deviance)
    case .logRatio: (ppl_logratio, PPL_OP_logratio)
    case .maximum: (ppl_maximum, PPL_OP_maximum)
    case .minimum: (ppl_minimum, PPL_OP_minimum)
    case .less: (ppl_less, PPL_OP_less)
    case .lessEqual: (ppl_lessequal, PPL_OP_lessequal)
    case .equal: (ppl_equal, PPL_OP_equal)
    case .and: (ppl_and, PPL_OP_and)
    case .or: (ppl_or, PPL_OP_or)
    }
  }

  var chainCode: ppl_code? { compiled.code }

  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(function: compiled.function, integers: broadcastLoop(operands, knownShape(operands)))
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
      case .deviance: (g * logRatio(a, b), g * devianceSlope(a, b))
      case .logRatio: (g / a, -g / b)
      case .maximum: (g * share(a, y, b), g * share(b, y, a))
      case .minimum: (g * share(a, y, b), g * share(b, y, a))
      case .less, .lessEqual, .equal, .and, .or: (nil, nil)
      }
    return [da?.sum(to: a.shape), db?.sum(to: b.shape)]
  }
}

/// The derivative d(a^b)/da = b a^(b - 1), and 0 at b = 0 even where a = 0.
private func baseSlope(_ a: Tensor, _ b: Tensor) -> Tensor {
  b * pow(a, select(b .== 0, 1, b - 1))
}

/// The derivative d(a^b)/db = a^b log a, and 0 at a = 0, where that is the limit.
private func powerSlope(_ a: Tensor, _ y: Tensor) -> Tensor {
  let isZero = a .== 0
  return select(isZero, 0, y * log(select(isZero, 1, a)))
}

/// The derivative 1 - k/m of the deviance; 1 for the count 0, at the mean 0 as well.
private func devianceSlope(_ k: Tensor, _ m: Tensor) -> Tensor {
  let isZero = k .== 0
  return select(isZero, 1, (m - k) / select(isZero, 1, m))
}

/// The share of the gradient: 1 where `chosen` is the result, one half where both are.
private func share(_ chosen: Tensor, _ y: Tensor, _ other: Tensor) -> Tensor {
  (chosen .== y) / (1 + (chosen .== other))
}

/// The selection `condition ? a : b`, elementwise after broadcasting.
struct Select: ChainOperation {
  var name: String { "select" }
  var isElementwise: Bool { true }
  var chainCode: ppl_code? { PPL_OP_select }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    try commonShape(operands, for: name)
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(function: ppl_select, integers: broadcastLoop(operands, knownShape(operands)))
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (condition, a, b) = (operands[0], operands[1], operands[2])
    return [
      nil, select(condition, g, 0).sum(to: a.shape), select(condition, 0, g).sum(to: b.shape),
    ]
  }
}

/// The deviance of `k` from `m`, given `l = log m` by the factors of `m`, which may itself be rounded to 0 or infinity.
///
/// Its slopes are 1 in `m` and `-k` in `l`, which are numbers where the slope `1 - k / m` of both together is none.
struct LogDeviance: ChainOperation {
  var name: String { "logDeviance" }
  var isElementwise: Bool { true }
  var chainCode: ppl_code? { PPL_OP_logdeviance }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    try commonShape(operands, for: name)
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(function: ppl_logdeviance, integers: broadcastLoop(operands, knownShape(operands)))
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (k, m, l) = (operands[0], operands[1], operands[2])
    let isKnown = (m .>= Tensor(Double.leastNormalMagnitude)) .& (m .< Tensor(.infinity))
    let inK = select(isKnown, logRatio(k, select(isKnown, m, 1)), log(k) - l)
    return [(g * inK).sum(to: k.shape), g.sum(to: m.shape), (-g * k).sum(to: l.shape)]
  }
}

/// The integers that a broadcasting kernel reads: rank, extents, and the strides of each operand.
private func broadcastLoop(_ operands: [[Int]], _ shape: [Int]) -> [Int] {
  let nest = LoopNest(
    extents: shape,
    strides: operands.map { broadcastStrides($0, to: shape) } + [contiguousStrides(shape)])
  return [nest.rank] + nest.extents + nest.strides.dropLast().flatMap { $0 }
}
