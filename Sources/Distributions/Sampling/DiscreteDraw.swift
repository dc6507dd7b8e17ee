import Autodiff

/// A draw of whole numbers with a key, whose two words are the first operand; no gradient passes through.
struct DiscreteDraw: TensorOperation {
  enum Family: Sendable, Hashable {
    /// Operands: the least and the largest number.
    case integer
    /// Operand: the mean.
    case poisson
    /// Operands: the trials, and the probability of a success.
    case binomial
    /// Operand: rows of weights, which repeat over the leading axes.
    case categorical
    /// Operands: the trials, and rows of weights.
    case multinomial
  }

  let family: Family
  let target: [Int]
  var name: String { "random \(family)" }

  func shape(_ operands: [[Int]]) -> [Int] { target }

  func kernel(_ operands: [[Int]]) -> OperationKernel {
    let count = elementCount(target)
    // The categories are the last axis of the last operand, which holds the weights if there are any.
    let width = operands[operands.count - 1].last ?? 1
    let rows = elementCount(operands[operands.count - 1]) / max(width, 1)
    return switch family {
    case .integer: OperationKernel(function: integerKernel, integers: [count])
    case .poisson: OperationKernel(function: poissonKernel, integers: [count])
    case .binomial: OperationKernel(function: binomialKernel, integers: [count])
    case .categorical: OperationKernel(function: categoricalKernel, integers: [count, width, rows])
    case .multinomial:
      OperationKernel(function: multinomialKernel, integers: [count / width, width, rows])
    }
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    operands.map { _ in nil }
  }
}

private let integerKernel: OperationKernel.Function = { x, n in
  let stream = Threefry(words: x[0])
  for i in 0..<n[0] {
    x[3][i] = IntegerSampler.draw(low: x[1][i], high: x[2][i], UInt64(i), key: stream)
  }
}

private let poissonKernel: OperationKernel.Function = { x, n in
  var sampler = PoissonSampler(key: Threefry(words: x[0]))
  for i in 0..<n[0] { x[2][i] = sampler.draw(mean: x[1][i], UInt64(i)) }
}

private let binomialKernel: OperationKernel.Function = { x, n in
  let stream = Threefry(words: x[0])
  for i in 0..<n[0] {
    x[3][i] = BinomialSampler.draw(
      trials: x[1][i], probability: x[2][i], key: stream.child(UInt64(i)))
  }
}

private let categoricalKernel: OperationKernel.Function = { x, n in
  let stream = Threefry(words: x[0])
  let (count, width, rows) = (n[0], n[1], n[2])
  for row in 0..<rows {
    let sampler = CategoricalSampler(weights: .init(start: x[1] + row * width, count: width))
    for i in stride(from: row, to: count, by: rows) {
      x[2][i] =
        sampler.isValid ? Double(sampler.category(stream.uniform(UInt64(i)))) : .nan
    }
  }
}

private let multinomialKernel: OperationKernel.Function = { x, n in
  let stream = Threefry(words: x[0])
  let (count, width, rows) = (n[0], n[1], n[2])
  for row in 0..<rows {
    let sampler = MultinomialSampler(weights: .init(start: x[2] + row * width, count: width))
    for i in stride(from: row, to: count, by: rows) {
      sampler.draw(
        trials: x[1][i], i, of: count, key: stream,
        into: .init(start: x[3] + i * width, count: width))
    }
  }
}
