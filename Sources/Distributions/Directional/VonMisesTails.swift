import Autodiff
import PPL

// The probabilities below and above an angle as integrals of the density, each from the end of [-π, π] that it reaches: no
// difference of probabilities is taken. The density falls from its mode to the opposite angle on both sides, so that an integral
// up to the median is that of at most two parts along which it only falls or only rises.

extension VonMises {
  /// The log probability below `x`, or above it where that is about the smaller one, and which of them it is.
  ///
  /// - Complexity: 80 evaluations of the density an element.
  func nearerTail(_ x: Tensor) -> (logProbability: Tensor, isLower: Tensor) {
    let angle = minimum(maximum(x, Tensor(-.pi)), Tensor(.pi))
    let mode = circularMean
    let isLower = roughCDF(angle - mode) - roughCDF(Tensor(-.pi) - mode) .< 0.5
    let side = select(isLower, 1, -1)
    return (logLower(upTo: side * angle, about: side * mode), isLower)
  }

  /// The probability from the mode up to a distance of at most two turns, to about a tenth: the tail that is chosen by it has
  /// its digits, and is on its own side of the mode.
  private func roughCDF(_ distance: Tensor) -> Tensor {
    let turns = floor((distance + Tensor(.pi)) / Tensor(2 * .pi))
    let width = sqrt(2 * concentration)
    let share = erf(width * sin(0.5 * (distance - Tensor(2 * .pi) * turns))) / erf(width)
    return turns + 0.5 * share
  }

  /// The angle in [-π, π] with the log probability `logP` below it and `logQ` above it.
  func quantile(_ logP: Tensor, _ logQ: Tensor) -> Tensor {
    let isUpper = logQ .< logP
    let mode = select(isUpper, -circularMean, circularMean)
    let angle = lowerQuantile(select(isUpper, logQ, logP), about: mode)
    return select(isUpper, -angle, angle)
  }

  private func logLower(upTo angle: Tensor, about mode: Tensor) -> Tensor {
    logLower(upTo: angle, fromEnd: angle + Tensor(.pi), about: mode)
  }

  /// The log probability below an angle whose distance from -π is known more accurately than the angle.
  private func logLower(upTo angle: Tensor, fromEnd: Tensor, about mode: Tensor) -> Tensor {
    // If the interval contains the opposite angle, the density falls before it rises.
    let rises = mode .<= 0
    let isBefore = angle .<= mode
    let falling = Part(
      start: select(rises, 0, Tensor(.pi) - mode),
      width: select(rises, select(isBefore, 0, angle - mode), minimum(fromEnd, mode)))
    let whole = select(rises, Tensor(.pi) + mode, Tensor(.pi))
    let grown = select(rises, fromEnd, maximum(fromEnd - mode, 0))
    let rising = Part(
      start: select(isBefore, minimum(mode - angle, Tensor(.pi)), 0),
      width: select(isBefore, grown, whole))
    return logSum(logMass(falling), logMass(rising)) - logNormalizer
  }

  /// A range of distances from the mode, inside [0, π].
  private struct Part {
    let start, width: Tensor
  }

  /// The logarithm of the integral over a part of the density relative to its maximum.
  ///
  ///     -2 κ sin²(start/2) + log ∫ exp(-2 κ sin(t/2) sin(start + t/2)) dt over [0, width]
  ///
  /// cut where the exponent is far below -40.
  private func logMass(_ part: Part) -> Tensor {
    let isEmpty = part.width .<= 0
    let width = minimum(select(isEmpty, 1, part.width), stopGradient(reach(part.start)))
    let steps = column(width) * partNodes
    let fall = column(2 * concentration) * sin(0.5 * steps) * sin(column(part.start) + 0.5 * steps)
    let mean = (exp(-fall) * partWeights).sum(along: [-1])
    let value = log(width) + log(mean) - 2 * concentration * square(sin(0.5 * part.start))
    return select(isEmpty, Tensor(-.infinity), value)
  }

  private func column(_ x: Tensor) -> Tensor { x.expandingDimension(at: x.rank) }

  /// The distance from `start` at which the exponent has fallen by 40, or up to π/2 times that distance.
  private func reach(_ start: Tensor) -> Tensor {
    let fall = 20 / concentration
    let (s, c) = (sin(0.5 * start), cos(0.5 * start))
    let endSquare = square(s) + fall
    let isEndless = endSquare .>= 1
    let end = select(isEndless, 1, endSquare)
    // The sine of half the distance, as a sum of two differences without cancellation.
    let halfSine = fall * c / (sqrt(end) + s) + s * fall / (c + sqrt(1 - end))
    return select(isEndless, Tensor(.pi), minimum(Tensor(.pi) * halfSine, Tensor(.pi)))
  }

  /// The quantile of a log probability of at most log(1/2), differentiable once. It uses Newton's method for the
  /// logarithms of the probability and of the distance from -π, inside a shrinking bracket.
  private func lowerQuantile(_ l: Tensor, about mode: Tensor) -> Tensor {
    let target = stopGradient(l)
    func value(_ distance: Tensor) -> Tensor {
      logLower(upTo: distance - Tensor(.pi), fromEnd: distance, about: mode)
    }
    func slope(_ distance: Tensor, _ logLower: Tensor) -> Tensor {
      let height = -2 * concentration * square(sin(0.5 * (distance - Tensor(.pi) - mode)))
      return exp(height - logNormalizer - logLower)
    }
    let normal = abs(logNormalQuantile(target)) / (2 * sqrt(concentration))
    let sine = minimum(normal, 0.999)
    let fromMode = 2 * atan(sine / sqrt(1 - square(sine)))
    let guess = mode + Tensor(.pi) - fromMode
    var (low, high): (Tensor, Tensor) = (0, Tensor(2 * .pi))
    var distance = select(guess .> 0, guess, minimum(exp(target) / slope(0, 0), Tensor(.pi)))
    for _ in 0..<quantileSteps {
      let found = value(distance)
      let isBelow = found .< target
      low = select(isBelow, distance, low)
      high = select(isBelow, high, distance)
      let step = (found - target) / (slope(distance, found) * distance)
      let next = distance * exp(-minimum(maximum(step, -50), 50))
      let isInside = (next .>= low) .& (next .<= high)
      distance = stopGradient(select(isInside, next, 0.5 * (low + high)))
    }
    let found = value(distance)
    let refined = distance - (found - l) / stopGradient(slope(distance, found))
    return select(l .== Tensor(-.infinity), 0, refined) - Tensor(.pi)
  }
}

// Up to an exponent of 100, the largest possible, the error of the rule is below 1e-15.
private let rule = GaussLegendre(count: 40, over: 0...1)
private let partNodes = Tensor(rule.nodes)
private let partWeights = Tensor(rule.weights)
/// The number of steps: enough for bisection alone to come close to any angle, from where Newton's method converges.
private let quantileSteps = 24
