/// A function's value and gradient at a point.
struct EvaluatedPoint {
  let x: [Double]
  let value: Double
  let gradient: [Double]

  init(_ x: [Double], _ f: ([Double]) -> (value: Double, gradient: [Double])) {
    self.x = x
    (value, gradient) = f(x)
  }

  var isFinite: Bool { value.isFinite && gradient.allSatisfy(\.isFinite) }
}

/// A line search: a step along a direction that satisfies the strong Wolfe conditions.
struct LineSearch {
  let start: EvaluatedPoint
  let direction: [Double]
  let slope: Double
  let f: ([Double]) -> (value: Double, gradient: [Double])
  let sufficientDecrease = 1e-4
  let curvature = 0.9

  /// A step with the function's point and the slope at its end.
  private typealias Trial = (length: Double, point: EvaluatedPoint, slope: Double)

  init(
    from start: EvaluatedPoint, along direction: [Double],
    _ f: @escaping ([Double]) -> (value: Double, gradient: [Double])
  ) {
    (self.start, self.direction, self.f) = (start, direction, f)
    slope = dot(start.gradient, direction)
  }

  /// The point of a step that satisfies the conditions.
  ///
  /// - Parameter first: The length of the first step to try.
  /// - Returns: Nil where the direction does not go down, or no step is better than none.
  func point(first: Double) -> EvaluatedPoint? {
    guard slope < 0 else { return nil }
    var before: Trial = (0, start, slope)
    var length = first
    for iteration in 0..<40 {
      let trial = trial(length)
      // A step to a NaN of the function was too long.
      if !trial.point.value.isFinite || isTooHigh(trial)
        || iteration > 0 && trial.point.value >= before.point.value
      {
        return zoom(before, trial)
      }
      if abs(trial.slope) <= -curvature * slope { return trial.point }
      if trial.slope >= 0 { return zoom(trial, before) }
      before = trial
      length *= 2
    }
    return before.length > 0 ? before.point : nil
  }

  private func trial(_ length: Double) -> Trial {
    let point = EvaluatedPoint(zip(start.x, direction).map { $0 + length * $1 }, f)
    return (length, point, dot(point.gradient, direction))
  }

  private func isTooHigh(_ trial: Trial) -> Bool {
    trial.point.value > start.value + sufficientDecrease * trial.length * slope
  }

  /// Narrows an interval whose lower end is the best step so far.
  private func zoom(_ low: Trial, _ high: Trial) -> EvaluatedPoint? {
    var (low, high) = (low, high)
    for _ in 0..<60 {
      let next = trial(interpolated(low, high))
      if !next.point.value.isFinite || isTooHigh(next) || next.point.value >= low.point.value {
        high = next
      } else {
        if abs(next.slope) <= -curvature * slope { return next.point }
        if next.slope * (high.length - low.length) >= 0 { high = low }
        low = next
      }
      if abs(high.length - low.length) <= 1e-14 * max(low.length, high.length) { break }
    }
    return low.length > 0 ? low.point : nil
  }

  /// The minimum of the cubic through both ends, kept away from them; the middle where there is no such minimum.
  private func interpolated(_ low: Trial, _ high: Trial) -> Double {
    let middle = 0.5 * (low.length + high.length)
    let width = high.length - low.length
    guard high.point.value.isFinite, high.slope.isFinite else { return middle }
    let d1 = low.slope + high.slope - 3 * (high.point.value - low.point.value) / width
    let root = d1 * d1 - low.slope * high.slope
    guard root >= 0 else { return middle }
    let d2 = root.squareRoot() * (width < 0 ? -1 : 1)
    let best = high.length - width * (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2)
    let (near, far) = (low.length + 0.1 * width, low.length + 0.9 * width)
    guard best.isFinite else { return middle }
    return Swift.min(Swift.max(best, Swift.min(near, far)), Swift.max(near, far))
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

func norm(_ a: [Double]) -> Double {
  let squares = dot(a, a)
  if squares > 1e-290 && squares < 1e300 { return squares.squareRoot() }
  // The squares may overflow where the norm does not.
  let unit = largest(a)
  guard unit > 0, unit.isFinite else { return squares.squareRoot() }
  let scaled = a.map { $0 / unit }
  return unit * dot(scaled, scaled).squareRoot()
}

/// The largest magnitude; NaN if there is a NaN, which `max` would ignore.
func largest(_ a: [Double]) -> Double {
  a.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1.magnitude) }
}

func difference(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }
