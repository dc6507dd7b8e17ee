import Foundation
import PPL

/// The mean of the parameters over the last part of the steps of a fit, Polyak–Ruppert averaging, with its standard error.
///
///     var average = IterateAverage()
///     let fit = try svi.run(steps: 5_000, from: state) { _, _, fit in
///       average.append(fit().state.parameters)
///       return !average.isSettled(within: 0.02, scales: fit().parameterScales)
///     }
///     let averaged = fit.averaged(by: average)
///
/// Steps with a constant learning rate end in a cloud around the optimum, whose middle is known much better than any point of
/// it. The window holds at least the last third of the steps, as means of at most 40 batches of consecutive steps.
///
/// - Complexity: O(P) a step and 40 P numbers, for P parameters.
/// - Reference: Polyak and Juditsky (1992), *Acceleration of stochastic approximation by averaging*; Dhaka et al. (2020),
///   *Robust, accurate stochastic optimization for variational inference*, alg. 1.
public struct IterateAverage: Sendable, Codable, Equatable {
  /// The number of steps in a batch, which doubles when there are 40.
  private var size = 1
  /// The sums over complete batches, `[P]` each.
  private var batches: [[Double]] = []
  /// The sum over the batch that is not complete, and the number of its steps.
  private var open: [Double] = []
  private var openCount = 0

  private static let most = 40
  /// The number of batches below which there is no standard error.
  private static let fewest = 10

  /// An average of no steps.
  public init() {}

  /// The number of steps in the average.
  public var count: Int { batches.count * size + openCount }

  /// Adds the parameters after a step, unconstrained, `[P]`.
  public mutating func append(_ parameters: [Double]) {
    if open.isEmpty { open = Array(repeating: 0, count: parameters.count) }
    for i in parameters.indices { open[i] += parameters[i] }
    openCount += 1
    guard openCount == size else { return }
    batches.append(open)
    (open, openCount) = ([], 0)
    guard batches.count == Self.most else { return }
    // The first half is forgotten, and the rest becomes batches of twice as many steps.
    let kept = Array(batches.dropFirst(Self.most / 2))
    batches = stride(from: 0, to: kept.count, by: 2).map { k in
      zip(kept[k], kept[k + 1]).map { $0 + $1 }
    }
    size *= 2
  }

  /// The mean of the parameters, `[P]`; nil without steps.
  public var mean: [Double]? {
    guard let first = batches.first ?? (open.isEmpty ? nil : open) else { return nil }
    var sum = Array(repeating: 0.0, count: first.count)
    for batch in batches + (open.isEmpty ? [] : [open]) {
      for i in sum.indices { sum[i] += batch[i] }
    }
    return sum.map { $0 / Double(count) }
  }

  /// The standard error of the mean of each parameter by the spread of the batches, and its drift: the mean of the second half
  /// of the batches less that of the first, `[P]` each; nil below 10 batches.
  public var errors: (standardErrors: [Double], drifts: [Double])? {
    guard batches.count >= Self.fewest else { return nil }
    let (n, half) = (Double(batches.count), batches.count / 2)
    var (errors, drifts): ([Double], [Double]) = ([], [])
    for i in batches[0].indices {
      var (sum, early, squares) = (0.0, 0.0, 0.0)
      for (k, batch) in batches.enumerated() {
        sum += batch[i]
        if k < half { early += batch[i] }
      }
      for batch in batches { squares += (batch[i] - sum / n) * (batch[i] - sum / n) }
      errors.append((squares / (n - 1) / n).squareRoot() / Double(size))
      drifts.append(((sum - early) / (n - Double(half)) - early / Double(half)) / Double(size))
    }
    return (errors, drifts)
  }

  /// The largest standard error and drift over all parameters, each in units of its scale; nil below 10 batches.
  ///
  /// - Parameter scales: The scales of the parameters, `[P]`, as `SVIFit.parameterScales`.
  public func largestErrors(
    scales: [Double]
  ) -> (standardError: Double, drift: Double, parameter: Int)? {
    guard let errors else { return nil }
    let scaled = zip(errors.standardErrors, scales).map { $0 / $1 }
    let drifts = zip(errors.drifts, scales).map { $0.magnitude / $1 }
    guard let worst = scaled.indices.max(by: { scaled[$0] < scaled[$1] }) else { return nil }
    return (scaled[worst], drifts.max() ?? 0, worst)
  }

  /// Whether the mean is known: no standard error is above the tolerance, and the halves of the window do not differ by more than
  /// four of their own standard errors, or the tolerance.
  ///
  /// - Parameters:
  ///   - tolerance: The largest standard error in units of the scales: for locations in fitted standard deviations, for scales
  ///     relative.
  ///   - scales: The scales of the parameters, `[P]`.
  public func isSettled(within tolerance: Double, scales: [Double]) -> Bool {
    guard let errors else { return false }
    return scales.indices.allSatisfy { i in
      let error = errors.standardErrors[i] / scales[i]
      return error <= tolerance
        && errors.drifts[i].magnitude / scales[i] <= max(tolerance, 4 * 2 * error)
    }
  }
}

extension SVIFit {
  /// The fit with the mean of its parameters over the steps of an average, unconstrained.
  ///
  /// It is for draws and summaries; further steps start from the fit itself.
  public func averaged(by average: IterateAverage) -> SVIFit {
    guard let mean = average.mean, mean.count == state.parameters.count else { return self }
    var fit = self
    fit.state.parameters = mean
    return fit
  }

  /// The units in which an error of each parameter counts, `[P]`: for the locations of normal guides their fitted standard
  /// deviations, for all others 1, which is relative for scales.
  public var parameterScales: [Double] {
    let values = parameters
    var scales = Array(repeating: 1.0, count: state.parameters.count)
    for entry in state.layout.entries where entry.name.hasSuffix("_loc") {
      let stem = entry.name.dropLast(4)
      var own: [Double]?
      if let scale = values["\(stem)_scale"], scale.count == entry.range.count {
        own = scale.scalars
      } else if let factor = values["\(stem)_scale_tril"] {
        own = sqrt(square(factor).sum(along: [1])).scalars
      }
      if let own, own.allSatisfy({ $0 > 0 && $0.isFinite }) {
        scales.replaceSubrange(entry.range, with: own)
      }
    }
    return scales
  }
}
