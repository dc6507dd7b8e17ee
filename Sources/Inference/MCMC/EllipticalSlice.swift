import Foundation
import PPL

/// Elliptical slice sampling, for vectors with a standard normal prior, such as whitened Gaussian fields.
///
///     let run = try MCMC(EllipticalSlice()).run(regression, key: RandomKey(0))
///     let blocks = Gibbs([.block(["field_u"], EllipticalSlice()), .rest(NUTS())])
///
/// A transition draws an ellipse through the position and a draw from N(0, I), and then points on it from a bracket of angles
/// that shrinks until the density, less that of N(0, I), is above a random level. It has no settings, takes no gradients, and
/// is exact for every density; it moves far where the prior of all numbers is standard normal and the data say little.
///
/// - Reference: Murray, Adams and MacKay (2010), *Elliptical slice sampling*, fig. 2.
public struct EllipticalSlice: BlockSampler {
  /// The state of a chain.
  public struct State: SamplerState {
    public fileprivate(set) var position: [Double]
    /// The log density less that of N(0, I), up to a constant.
    fileprivate var logLikelihood: Double
    fileprivate var evaluations = 0
    public var statistics: [Double] { [Double(evaluations)] }
  }

  /// An elliptical slice sampler.
  public init() {}

  public var name: String { "elliptical slice sampling" }
  /// The number of evaluations of the density.
  public var statistics: [String] { ["evaluations"] }

  public func initialState(
    at point: [Double], of density: borrowing GradientEvaluator, warmup: Int, key: RandomKey
  ) throws -> State {
    State(position: point, logLikelihood: try logLikelihood(at: point, of: density))
  }

  public func refresh(_ state: inout State, of density: borrowing GradientEvaluator) throws {
    state.logLikelihood = try logLikelihood(at: state.position, of: density)
  }

  public func step(
    _ state: inout State, of density: borrowing GradientEvaluator, key: RandomKey
  ) throws {
    let keys = key.split(2)
    let other = keys[0].normal([state.position.count]).scalars
    let uniforms = keys[1].uniform([2 + Self.mostShrinkages]).scalars
    let level = state.logLikelihood + log(uniforms[0])
    var angle = 2 * Double.pi * uniforms[1]
    var (least, most) = (angle - 2 * Double.pi, angle)
    var point = state.position
    state.evaluations = 0
    // The bracket shrinks to the position itself, which is above the level.
    for uniform in uniforms[2...] {
      let (cosine, sine) = (cos(angle), sin(angle))
      for i in point.indices { point[i] = cosine * state.position[i] + sine * other[i] }
      let found = try logLikelihood(at: point, of: density)
      state.evaluations += 1
      if found > level {
        (state.position, state.logLikelihood) = (point, found)
        return
      }
      if angle < 0 { least = angle } else { most = angle }
      angle = least + uniform * (most - least)
    }
  }

  private func logLikelihood(
    at point: [Double], of density: borrowing GradientEvaluator
  ) throws -> Double {
    try density.value(at: point) + 0.5 * dot(point, point)
  }

  /// The number of times that the bracket may shrink, to an angle of rounding size.
  private static let mostShrinkages = 100
}
