import Autodiff

// Variances of powers of gamma and beta variables.
//
// `E[x²]` and `E[x]²` are quotients of gamma functions that agree in nearly all digits where the variance is
// small. Their ratio is the exponential of a second difference of `log Γ`, which is a mean of its second derivative
// ψ₁ and loses no digits: the variance is `E[x]² (exp(difference) - 1)`.

/// The second difference `(f(p + 2h) - 2 f(p + h) + f(p)) / h²` of a derivative f of `log Γ`, smooth through h = 0.
///
///     ∫ (1 - |v - 1|) f''(p + h v) dv over [0, 2],    |h| ≤ p / 4
///
/// For larger steps it is the difference itself, which loses a digit or two there.
///
/// - Parameters:
///   - order: The order of the derivative f of `log Γ`: 0 for `log Γ`, 1 for ψ.
///   - p: The point, positive.
///   - h: The step, such that `p + 2h` is positive.
/// - Returns: A tensor of the shape of `p` and `h` broadcast together.
func gammaCurvature(_ order: Int, _ p: Tensor, step h: Tensor) -> Tensor {
  let isNear = abs(h) .<= 0.25 * p
  let near = select(isNear, h, 0)
  let last = near.rank
  let places = p.expandingDimension(at: p.rank) + near.expandingDimension(at: last) * steps
  let mean = (polygamma(order + 1, places) * stepWeights).sum(along: [-1])
  let far = select(isNear, p, h)
  func f(_ x: Tensor) -> Tensor { order == 0 ? logGamma(x) : polygamma(order - 1, x) }
  let difference = f(p + 2 * far) - 2 * f(p + far) + f(p)
  return select(isNear, mean, difference / square(far))
}

/// The log ratio of moments `log(E[x^2h] / E[x^h]²)` of a beta variable x with parameters `p` and `d`.
///
/// It is the difference of two second differences, at `p` and at `p + d`; where `d` is the smaller one, the
/// integral over the interval between them.
func logBetaMomentRatio(_ p: Tensor, _ d: Tensor, power h: Tensor) -> Tensor {
  let isNear = d .<= 0.25 * p
  let near = select(isNear, d, 0)
  let places = p.expandingDimension(at: p.rank) + near.expandingDimension(at: near.rank) * shares
  let slopes = gammaCurvature(1, places, step: h.expandingDimension(at: h.rank))
  let inside = -near * (slopes * shareWeights).sum(along: [-1])
  let outside = gammaCurvature(0, p, step: h) - gammaCurvature(0, p + d, step: h)
  return square(h) * select(isNear, inside, outside)
}

/// The ratio `Γ(p + h) / Γ(p)`, also where both are too large for a `Double`.
///
/// - Precondition: `p` and `h` are positive.
func gammaRatio(_ p: Tensor, step h: Tensor) -> Tensor { exp(logGammaDifference(p, h)) }

// Nodes in [0, 2] with the weights of a triangle; ten on each side leave an error below 1e-16.
private let rule = GaussLegendre(count: 10, over: 0...1)
private let steps = Tensor(rule.nodes + rule.nodes.map { $0 + 1 })
private let stepWeights = Tensor(
  zip(rule.nodes + rule.nodes.map { 1 - $0 }, rule.weights + rule.weights).map { $0 * $1 })
private let shares = Tensor(rule.nodes)
private let shareWeights = Tensor(rule.weights)
