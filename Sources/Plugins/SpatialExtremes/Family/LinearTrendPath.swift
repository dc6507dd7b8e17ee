import PPL
import Preconditions

/// Level and slope of a local linear trend at a time, for each draw.
struct LinearTrendState {
  /// The time, years.
  let time: Double
  /// The level and the slope per year, `[D]` each.
  let level, rate: Tensor
}

/// The distribution of the state at a time given the state at another and, for a bridge, at a third one beyond it.
///
/// Over a step u without a third state, level and slope have the covariance `[[u³ / 3, u² / 2], [u² / 2, u]]`, in units of the
/// variance. Between two states the mean of the level is Hermite's cubic. Time may run backwards, which is the same process.
///
/// - Reference: Wecker and Ansley (1983), *The signal extraction approach to nonlinear regression and spline smoothing*, JASA
///   78(381), §2.
struct LinearTrendStep {
  /// The mean of the state.
  let mean: LinearTrendState
  /// The standard deviation of the level, and of the slope given the level, in units of the root of the variance.
  let levelDeviation, rateDeviation: Double
  /// The change of the slope with the level.
  private let regression: Double

  /// The state at a time given one or two others.
  init(from a: LinearTrendState, to time: Double, towards b: LinearTrendState? = nil) {
    let u = time - a.time
    guard let b else {
      mean = LinearTrendState(time: time, level: a.level + Tensor(u) * a.rate, rate: a.rate)
      (levelDeviation, rateDeviation) = (abs(u * u * u / 3).squareRoot(), abs(u / 4).squareRoot())
      regression = 1.5 / u
      return
    }
    let h = b.time - a.time
    let x = u / h
    let y = 1 - x
    let level =
      Tensor(y * y * (1 + 2 * x)) * a.level + Tensor(x * x * (1 + 2 * y)) * b.level
      + Tensor(h * x * y * y) * a.rate - Tensor(h * x * x * y) * b.rate
    let rate =
      Tensor(6 * x * y / h) * (b.level - a.level) + Tensor(y * (1 - 3 * x)) * a.rate
      + Tensor(x * (3 * x - 2)) * b.rate
    mean = LinearTrendState(time: time, level: level, rate: rate)
    let product = abs(x * y * h)
    levelDeviation = (product * product * product / 3).squareRoot()
    rateDeviation = (product / 4).squareRoot()
    regression = 1.5 * (y - x) / (x * y * h)
  }

  /// The state of standard normal numbers `[D, 2]`, for the roots of the variances `[D]`.
  func state(_ root: Tensor, _ z: Tensor) -> LinearTrendState {
    let level = Tensor(levelDeviation) * root * z[.all, .at(0)]
    let rate = Tensor(regression) * level + Tensor(rateDeviation) * root * z[.all, .at(1)]
    return LinearTrendState(time: mean.time, level: mean.level + level, rate: mean.rate + rate)
  }
}

/// The path of a local linear trend for each draw, drawn from the process given its states in some years.
///
/// It goes through calendar years one by one: away from the known states before the first and after the last of them, and from
/// the earlier to the later one in a gap. Each year has innovations of its own, so that the path in a year does not depend on
/// which others are asked. Times between are drawn last, in their order, given the path in the years beside them.
struct LinearTrendPath {
  private var states: [Double: LinearTrendState]
  private let known: [Double]
  private let root: Tensor
  /// Standard normal numbers of a time, `[D, 2]`.
  private let normal: (_ time: Double) -> Tensor

  /// A path through known states.
  ///
  /// - Parameters:
  ///   - known: The states in some whole years, in the order of time.
  ///   - root: The roots of the variances, `[D]`.
  ///   - normal: The standard normal numbers of a time, `[D, 2]`.
  init(
    through known: [LinearTrendState], _ root: Tensor, normal: @escaping (_ time: Double) -> Tensor
  ) {
    self.known = known.map(\.time)
    states = Dictionary(known.map { ($0.time, $0) }) { $1 }
    (self.root, self.normal) = (root, normal)
  }

  /// The levels at some times, `[D]` each.
  ///
  /// - Complexity: O(*D* *N*) for *N* years from the known ones to the times.
  mutating func levels(at times: [Double]) -> [Tensor] {
    for time in times {
      require(
        abs(time) < 1e6, "LocalLinearTrend: the year is \(time), but must be a calendar year.")
      passYears(around: time)
    }
    for time in Set(times).subtracting(states.keys).sorted() {
      guard let before = states.keys.filter({ $0 < time }).max().flatMap({ states[$0] }),
        let after = states.keys.filter({ $0 > time }).min().flatMap({ states[$0] })
      else { continue }
      draw(time, from: before, towards: after)
    }
    return times.map { states[$0]?.level ?? Tensor(.nan) }
  }

  /// Draws the whole years from the known ones to a time.
  private mutating func passYears(around time: Double) {
    guard states[time] == nil, let first = known.first, let last = known.last else { return }
    let next = known.first { $0 > time }
    let start = time < first ? first : known.last { $0 < time } ?? last
    let end = time < first ? time.rounded(.down) : min(time.rounded(.up), (next ?? .infinity) - 1)
    let step: Double = time < first ? -1 : 1
    let target = time < first ? nil : next.flatMap { states[$0] }
    for year in stride(from: start + step, through: end, by: step) where states[year] == nil {
      if let state = states[year - step] { draw(year, from: state, towards: target) }
    }
  }

  private mutating func draw(
    _ time: Double, from a: LinearTrendState, towards b: LinearTrendState?
  ) {
    states[time] = LinearTrendStep(from: a, to: time, towards: b).state(root, normal(time))
  }
}
