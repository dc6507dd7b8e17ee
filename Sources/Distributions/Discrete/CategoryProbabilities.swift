import Autodiff
import PPL
import Preconditions

/// The probabilities of several categories, given directly or as logarithms that need not be normalised.
///
/// - Shape: `[..., K]`, one category for each entry of the last axis.
enum CategoryProbabilities: Sendable {
  case probabilities(Tensor)
  case logits(Tensor)

  var parameter: Parameter {
    switch self {
    case .probabilities(let p): Parameter("probabilities", p, .simplex)
    case .logits(let l): Parameter("logits", l, .realVector)
    }
  }

  var batchShape: [Int] { Array(parameter.value.shape.dropLast()) }
  var count: Int { parameter.value.shape[parameter.value.rank - 1] }

  /// The same probabilities or, after a report, those of a single category where there is none.
  func checked(for family: String) -> CategoryProbabilities {
    let shape = parameter.value.shape
    let isUsable = holds(
      shape.last ?? 0 > 0,
      "\(family): \(parameter.name) needs an axis of categories, but has shape \(shape).")
    if isUsable { return self }
    return switch self {
    case .probabilities: .probabilities(.ones([1]))
    case .logits: .logits(.zeros([1]))
    }
  }

  var probabilities: Tensor {
    switch self {
    case .probabilities(let p): p
    case .logits: exp(logProbabilities)
    }
  }

  /// The probability of the other categories, `1 - p`, `[..., K]`.
  var complements: Tensor {
    switch self {
    case .probabilities(let p): 1 - p
    case .logits: othersTotal(probabilities)
    }
  }

  /// The log probabilities as given, or normalised logits; -infinity with gradient zero where a probability is zero.
  var logProbabilities: Tensor {
    switch self {
    case .probabilities(let p): logOrNothing(p)
    case .logits(let l): normalized(l)
    }
  }

  /// The deviance of counts of sum n from n p, in nats: `Σ x log(x / (n p))`.
  func distance(of x: Tensor, counts n: Tensor) -> Tensor {
    let each = n.expandingDimension(at: n.rank)
    switch self {
    case .probabilities(let p):
      // The formula is that of the given probabilities, also where they do not sum to one exactly.
      return deviance(x, each * p).sum(along: [-1]) - n * (p.sum(along: [-1]) - 1)
    case .logits:
      // Where a probability underflows, its logarithm does not.
      let logP = logProbabilities
      let isFar = (logP .< -600) .& (x .!= 0)
      let some = select(isFar, x, 1)
      let far = some * (log(some) - log(select(isFar, each, 1)) - select(isFar, logP, 0)) - some
      let near = deviance(x, each * exp(select(isFar, 0, logP)))
      return select(isFar, far, near).sum(along: [-1])
    }
  }

  /// The entropy `-Σ p log(p)` in nats, with `0 log(0) = 0`.
  var entropy: Tensor {
    let p = probabilities
    return -(p * select(p .== 0, 0, logProbabilities)).sum(along: [-1])
  }

  private func normalized(_ logits: Tensor) -> Tensor {
    logits - logits.logSumExp(along: [-1], keepingDimensions: true)
  }
}

/// The entry `x` of the last axis of `table`, 0 where there is none.
///
/// - Shape: `x` broadcasts with `table` without its last axis.
func entry(_ x: Tensor, of table: Tensor) -> Tensor {
  let categories = Tensor.arange(table.shape[table.rank - 1])
  let isEntry = x.expandingDimension(at: x.rank) .== categories
  return select(isEntry, table, 0).sum(along: [-1])
}

/// The sum of the other entries of the last axis, for non-negative numbers.
///
/// Only the largest one can exceed half of the total; for it, the others are summed directly.
func othersTotal(_ x: Tensor) -> Tensor {
  let total = x.sum(along: [-1], keepingDimensions: true)
  let isSmall = x .<= 0.5 * total
  let small = select(isSmall, x, 0).sum(along: [-1], keepingDimensions: true)
  return select(isSmall, total - x, small)
}
