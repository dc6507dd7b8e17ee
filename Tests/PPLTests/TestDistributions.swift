import Foundation
import PPL
import Testing

/// A normal distribution, the distribution that most tests here draw from.
struct Gaussian: Distribution, HasQuantiles, HasMoments, HasEntropy {
  let center, deviation: Tensor

  init(_ center: Tensor, _ deviation: Tensor) {
    (self.center, self.deviation) = broadcast(center, deviation)
  }

  var parameters: [Parameter] {
    [.init("center", center, .real), .init("deviation", deviation, .positive)]
  }
  var support: Support { .real }
  var batchShape: [Int] { center.shape }

  func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    center + deviation * key.normal(shape + batchShape)
  }
  func logProb(_ x: Tensor) -> Tensor {
    let z = (x - center) / deviation
    return -0.5 * square(z) - PPL.log(deviation) - Tensor(halfLogTwoPi)
  }

  func cdf(_ x: Tensor) -> Tensor { normalCDF((x - center) / deviation) }
  func icdf(_ p: Tensor) -> Tensor { center + deviation * normalQuantile(p) }
  var mean: Tensor { center }
  var variance: Tensor { square(deviation) }
  var entropy: Tensor { PPL.log(deviation) + Tensor(0.5 + halfLogTwoPi) }
}

/// `log(2π) / 2`: minus the log density of a standard normal at 0.
let halfLogTwoPi = 0.9189385332046727

/// The exponential of a normal draw; it keeps that draw, as a transformed distribution does.
struct LogGaussian: Distribution {
  let normal = Gaussian(0, 1)

  var parameters: [Parameter] { [] }
  var support: Support { .positive }
  var batchShape: [Int] { [] }

  func sample(_ shape: [Int], key: RandomKey) -> Tensor { draw(shape, key: key).value }
  func draw(_ shape: [Int], key: RandomKey) -> Draw {
    let base = normal.sample(shape, key: key)
    return Draw(value: exp(base), base: base)
  }
  func logProb(_ x: Tensor) -> Tensor { normal.logProb(PPL.log(x)) - PPL.log(x) }
  func logProb(of draw: Draw) -> Tensor {
    guard let base = draw.base else { return logProb(draw.value) }
    return normal.logProb(base) - base
  }
}

/// A discrete distribution: 0 or 1, each with probability one half.
struct FairCoin: Distribution {
  var parameters: [Parameter] { [] }
  var support: Support { .boolean }
  var batchShape: [Int] { [] }
  func sample(_ shape: [Int], key: RandomKey) -> Tensor { key.uniform(shape) .< 0.5 }
  func logProb(_ x: Tensor) -> Tensor { .full(-0.6931471805599453, x.shape) }
}

/// The key as its two words.
func words(_ key: RandomKey?) -> [Double]? { key?.words.scalars }

/// Expects numbers to agree to rounding: `tolerance` relative to the larger of 1 and the number.
func expectClose(
  _ actual: Tensor?, _ expected: Tensor, tolerance: Double = 1e-12, _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let actual, actual.shape == expected.shape else {
    Issue.record(
      "shape \(actual.map { "\($0.shape)" } ?? "nil") is not \(expected.shape)",
      sourceLocation: sourceLocation)
    return
  }
  for (place, (a, b)) in zip(actual.scalars, expected.scalars).enumerated() {
    let isEqual = a == b || a.isNaN && b.isNaN
    let isClose = isEqual || (a - b).magnitude <= tolerance * max(1, b.magnitude)
    #expect(
      isClose, "element \(place): \(a) is not \(b). \(comment.map { "\($0)" } ?? "")",
      sourceLocation: sourceLocation)
  }
}

/// The error that a run of the model throws.
func failure<T>(of model: Model<T>) -> ModelError? {
  do {
    _ = try model.trace()
    return nil
  } catch {
    return error as? ModelError
  }
}

extension ExitTest.Result {
  /// What the process wrote before it stopped.
  var complaint: String { String(decoding: standardErrorContent, as: UTF8.self) }
}
