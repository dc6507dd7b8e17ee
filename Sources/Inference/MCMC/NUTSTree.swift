import Foundation
import PPL

/// A trajectory that is doubled forwards or backwards until it turns back, with the point of it that is drawn so far.
struct NUTSTree<Steps: TrajectoryIntegrator> {
  private(set) var proposal: Proposal
  private(set) var transition = HamiltonianTransition()

  private var integrator: Steps
  private let mass: MassMatrix
  private let maxDepth: Int
  /// The two ends.
  private var backward, forward: PhasePoint
  private var momentumSum: [Double]
  /// The log of the sum of the weights exp(-energy) relative to the start.
  private var logWeight = 0.0
  private var half: Subtree

  /// The trajectory of one point.
  init(_ start: PhasePoint, by integrator: Steps, _ mass: MassMatrix, maxDepth: Int) {
    let energy = start.energy
    proposal = Proposal(start, energy: energy)
    (self.integrator, self.mass, self.maxDepth) = (integrator, mass, maxDepth)
    (backward, forward, momentumSum) = (start, start, start.momentum)
    half = Subtree(start, energy: energy)
  }

  /// Doubles the trajectory until it turns back, diverges or is as deep as allowed.
  ///
  /// - Complexity: One step of the integrator a point; memory is taken once for each doubling.
  mutating func grow(of density: borrowing GradientEvaluator, _ key: RandomKey) throws {
    var (acceptance, points) = (0.0, 0)
    while transition.depth < maxDepth {
      // The direction, the choice between the halves, and the choice at each new point.
      let size = 1 << transition.depth
      let uniforms = key.foldIn(UInt32(transition.depth)).uniform([2 + size]).scalars
      let isForward = uniforms[0] < 0.5
      let adjacent = isForward ? forward.momentum : backward.momentum
      let ending =
        isForward
        ? try half.grow(&forward, 1, size, uniforms, mass, density, &integrator)
        : try half.grow(&backward, -1, size, uniforms, mass, density, &integrator)
      acceptance += half.acceptance
      points += half.count
      transition.depth += 1
      transition.isDivergent = ending == .divergent
      guard ending == .complete else { break }
      // Biased towards the new half.
      if Foundation.log(uniforms[1]) < half.logWeight - logWeight {
        swap(&proposal, &half.proposal)
      }
      logWeight = logSum(logWeight, half.logWeight)
      let old = isForward ? backward.momentum : forward.momentum
      let new = isForward ? forward.momentum : backward.momentum
      let isTurning =
        turns(old, new) { momentumSum[$0] + half.momentumSum[$0] }
        || turns(old, half.first) { momentumSum[$0] + half.first[$0] }
        || turns(adjacent, new) { adjacent[$0] + half.momentumSum[$0] }
      if isTurning { break }
      for i in momentumSum.indices { momentumSum[i] += half.momentumSum[i] }
    }
    transition.acceptance = acceptance / Double(max(points, 1))
    transition.gradients = integrator.gradients
    transition.energy = proposal.energy
  }
}

/// The new half of a doubled trajectory, built from its first point on.
private struct Subtree {
  enum Ending { case complete, turning, divergent, irreversible }

  var proposal: Proposal
  /// The momentum of the first point, and the sum of the momenta of all points.
  private(set) var first, momentumSum: [Double]
  private(set) var logWeight = 0.0
  /// The sum of the acceptance probabilities, and the number of points.
  private(set) var (acceptance, count) = (0.0, 0)

  private let startEnergy: Double
  private var last: [Double]
  /// The first points of the subtrees that have begun and not ended, the largest subtree first.
  private var starts: [Start] = []

  private struct Start {
    /// The momenta of the first point and of the one before it.
    var momentum, previous: [Double]
    /// The sum of the momenta of all points before the first.
    var sumBefore: [Double]

    /// Memory for momenta `[n]`.
    init(count: Int) {
      momentum = Array(repeating: 0, count: count)
      (previous, sumBefore) = (Array(repeating: 0, count: count), Array(repeating: 0, count: count))
    }
  }

  init(_ start: PhasePoint, energy: Double) {
    (proposal, startEnergy) = (Proposal(start, energy: energy), energy)
    (first, momentumSum, last) = (start.momentum, start.momentum, start.momentum)
    starts.reserveCapacity(8)
  }

  /// Moves one end of the trajectory by `size` steps, until a subtree turns back, the energy diverges, or a step cannot be
  /// taken back.
  ///
  /// Points are drawn by their weights, one after another. Point i of even number begins subtrees; one that ends in k binary
  /// ones ends k of them, whose first points are the last k of `starts`.
  mutating func grow(
    _ end: inout PhasePoint, _ direction: Double, _ size: Int, _ uniforms: [Double],
    _ mass: MassMatrix, _ density: borrowing GradientEvaluator,
    _ integrator: inout some TrajectoryIntegrator
  ) throws -> Ending {
    (logWeight, acceptance, count) = (-.infinity, 0, 0)
    for i in momentumSum.indices { momentumSum[i] = 0 }
    // All memory before the first step: no step allocates.
    while starts.count < max(1, size.trailingZeroBitCount) {
      starts.append(Start(count: first.count))
    }
    for point in 0..<size {
      let step = try integrator.move(&end, direction, mass, density)
      let energy = end.energy
      let change = startEnergy - energy
      count += 1
      guard step != .divergent, change > -HamiltonianTransition.largestRise else {
        return .divergent
      }
      acceptance += integrator.acceptance(change)
      guard step == .reversible else { return .irreversible }
      logWeight = logSum(logWeight, change)
      if uniforms[2 + point] < exp(change - logWeight) { proposal.set(end, energy: energy) }

      let level = (point >> 1).nonzeroBitCount
      if point == 0 { copy(end.momentum, &first) }
      if point.isMultiple(of: 2) { begin(level, end.momentum) }
      for i in momentumSum.indices { momentumSum[i] += end.momentum[i] }
      if !point.isMultiple(of: 2) {
        copy(end.momentum, &last)
        if isTurning(level, ended: (~point).trailingZeroBitCount) { return .turning }
      }
    }
    return .complete
  }

  private mutating func begin(_ level: Int, _ momentum: [Double]) {
    copy(momentum, &starts[level].momentum)
    copy(last, &starts[level].previous)
    copy(momentumSum, &starts[level].sumBefore)
  }

  /// Whether a subtree that ends at the last point turns back, as a whole or across its halves.
  private func isTurning(_ level: Int, ended: Int) -> Bool {
    for k in 0..<ended {
      let start = starts[level - k]
      if turns(start.momentum, last, { momentumSum[$0] - start.sumBefore[$0] }) { return true }
      if k == 0 { continue }
      let right = starts[level - k + 1]
      if turns(
        start.momentum, right.momentum,
        { right.sumBefore[$0] - start.sumBefore[$0] + right.momentum[$0] })
        || turns(
          right.previous, last, { momentumSum[$0] - right.sumBefore[$0] + right.previous[$0] })
      {
        return true
      }
    }
    return false
  }
}

/// Whether a stretch with the momenta `a` and `b` at its ends and this sum of momenta turns back.
private func turns(_ a: [Double], _ b: [Double], _ sum: (Int) -> Double) -> Bool {
  var (first, second) = (0.0, 0.0)
  for i in a.indices {
    let s = sum(i)
    first += a[i] * s
    second += b[i] * s
  }
  return !(first > 0 && second > 0)
}

/// The logarithm of exp(a) + exp(b), one of which is finite.
private func logSum(_ a: Double, _ b: Double) -> Double {
  max(a, b) + log1p(exp(min(a, b) - max(a, b)))
}

private func copy(_ from: [Double], _ to: inout [Double]) {
  for i in to.indices { to[i] = from[i] }
}
