import Distributions
import Foundation
import PPL

/// A product of split Student t distributions over the axes of the hyperparameters, the proposal of importance sampling.
///
/// Along an axis, the density is that of a Student t with another scale on each side of 0, continuous there. Its tails are
/// heavier than those of most posteriors, so that the importance weights are bounded.
struct SplitStudent: Sendable {
  let scales: [(below: Double, above: Double)]
  private let standard = StudentT(8, 0, 1)

  init(_ scales: [(below: Double, above: Double)]) { self.scales = scales }

  /// The points of a randomly shifted Kronecker lattice mapped to the distribution, each with the logarithm of its share of
  /// the integral over its density.
  ///
  /// - Reference: Roberts (2018), *The unreasonable effectiveness of quasirandom sequences*, for the generators 1 / φ^j, where
  ///   φ^(k+1) = φ + 1; Owen (2013), *Monte Carlo theory, methods and examples*, §17.3, for the shift.
  func points(_ count: Int, key: RandomKey) -> [ExplorationPoint] {
    let axes = scales.count
    guard axes > 0 else { return [ExplorationPoint(w: [], logVolume: 0)] }
    var phi = 1.5
    for _ in 0..<64 { phi = pow(1 + phi, 1 / Double(axes + 1)) }
    let shifts = key.uniform([axes]).scalars
    var columns: [[Double]] = []
    var logDensities = Array(repeating: 0.0, count: count)
    for (axis, scale) in scales.enumerated() {
      let generator = 1 / pow(phi, Double(axis + 1))
      let uniforms = (0..<count).map { point in
        let position = shifts[axis] + Double(point) * generator
        return min(max(position - position.rounded(.down), 1e-12), 1 - 1e-12)
      }
      let share = scale.below / (scale.below + scale.above)
      // The quantile of the symmetric distribution at the same probability within its side.
      let halves = uniforms.map {
        $0 < share ? 0.5 * $0 / share : 1 - 0.5 * (1 - $0) / (1 - share)
      }
      let z = standard.icdf(Tensor(halves)).scalars
      let densities = standard.logProb(Tensor(z)).scalars
      columns.append(
        zip(z, uniforms).map { $0 * ($1 < share ? scale.below : scale.above) })
      let logHeight = log(2 / (scale.below + scale.above))
      for i in 0..<count { logDensities[i] += densities[i] + logHeight }
    }
    return (0..<count).map { point in
      ExplorationPoint(
        w: columns.map { $0[point] }, logVolume: -logDensities[point] - log(Double(count)))
    }
  }
}
