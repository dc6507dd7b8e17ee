import Foundation

/// The changes of means and standard deviations that the batches ask for, each before it is shrunk by the batch's weight.
///
/// At a fit they have mean 0, and their spread is the noise of a batch. Two blocks are kept, of which the second is twice as
/// long, so that the start is forgotten.
struct Innovations: Sendable, Codable, Equatable {
  /// Sums over the changes of one block of iterations.
  struct Block: Sendable, Codable, Equatable {
    var count = 0
    var sums: [Double] = []
    var squares: [Double] = []
  }
  private var earlier = Block()
  private var latest = Block()
  /// The number of changes after which the latest block ends.
  private var end = blockSize
  /// The number of changes so far.
  private(set) var count = 0

  /// The number of changes of the first block.
  static let blockSize = 16

  /// A mean and the variances of a fit, `[n]` each.
  typealias Moments = (mean: [Double], variances: [Double])

  mutating func append(from old: Moments, to new: Moments, weight: Double) {
    count += 1
    if count > end {
      (earlier, latest, end) = (latest, Block(), 2 * end)
    }
    let size = old.mean.count
    if latest.sums.isEmpty {
      latest.sums = Array(repeating: 0, count: 2 * size)
      latest.squares = latest.sums
    }
    latest.count += 1
    for i in 0..<size {
      let shift = (new.mean[i] - old.mean[i]) / (weight * new.variances[i].squareRoot())
      let spread = 0.5 * log(new.variances[i] / old.variances[i]) / weight
      for (place, value) in [(i, shift), (size + i, spread)] {
        latest.sums[place] += value
        latest.squares[place] += value * value
      }
    }
  }

  /// The error of the fit by the block that has enough changes; nil before.
  ///
  /// With weights c / t the fit is a weighted mean of the batches that counts as `(2 c - 1) t / c²` of them.
  func convergence(decay: Double) -> Convergence? {
    let block = latest.count >= Self.blockSize ? latest : earlier
    guard block.count >= Self.blockSize else { return nil }
    let batches = (2 * decay - 1) / (decay * decay) * Double(count)
    var (error, drift, excess) = (0.0, 0.0, 0.0)
    for place in block.sums.indices {
      let mean = block.sums[place] / Double(block.count)
      let variance = max(0, block.squares[place] / Double(block.count) - mean * mean)
      let noise = (variance / Double(block.count)).squareRoot()
      error = max(error, (variance / batches).squareRoot())
      drift = max(drift, mean.magnitude)
      excess = max(excess, mean.magnitude - 4 * noise)
    }
    return Convergence(standardError: error, drift: drift, driftBeyondNoise: excess)
  }

  /// The error of a fit, in its standard deviations: the largest over means and, relative, standard deviations.
  struct Convergence: Sendable, Equatable {
    /// The standard error by the noise of the batches.
    let standardError: Double
    /// The mean change that the latest batches ask for.
    let drift: Double
    /// What of that change is beyond four times its standard error; at most 0 for a fit without drift.
    let driftBeyondNoise: Double

    func isReached(drift tolerance: Double) -> Bool { driftBeyondNoise <= tolerance }

    func isReached(_ tolerance: Double) -> Bool {
      standardError <= tolerance && driftBeyondNoise <= tolerance
    }
  }
}

extension BatchAndMatch.State {
  var convergence: Innovations.Convergence? {
    innovations.convergence(decay: BatchAndMatch.decay)
  }
}
