import Foundation
import PPL
import Testing

/// Expects draws of a discrete distribution as often as their probabilities say, and a distribution function that adds these up.
///
/// `expectDistribution(_:)` asks for this as well.
///
/// - Cost: 100,000 draws.
public func expectCounts(_ distribution: any Distribution) {
  let batch = distribution.batchShape.reduce(1, *)
  let width = distribution.eventShape.reduce(1, *)
  let ones = distribution.batchShape.map { _ in 1 }
  let draws = distribution.sample([100_000], key: RandomKey(6)).scalars
  for column in 0..<batch {
    let starts = stride(from: column * width, to: draws.count, by: batch * width)
    expectFrequencies(
      of: starts.map { Array(draws[$0..<$0 + width]) }, "batch element \(column)"
    ) { events in
      let shape = [events.count] + ones + distribution.eventShape
      let logProb = distribution.logProb(Tensor(events.flatMap { $0 }, shape: shape))
      return logProb.reshaped(to: [events.count, batch])[.all, .at(column)].scalars
    }
  }
  if let distribution = distribution as? any HasCDF { expectCDFAddsUp(distribution) }
}

/// Expects draws as often as a probability function says, by Pearson's chi-square test at level 1e-4.
///
/// Events that are expected fewer than ten times count together with all that were never drawn.
///
/// - Parameters:
///   - draws: The events that were drawn, each as its numbers.
///   - label: The words that a failure begins with.
///   - sourceLocation: The place that a failure is reported at.
///   - logProb: The log probabilities of some events.
public func expectFrequencies(
  of draws: [[Double]], _ label: String = "", sourceLocation: SourceLocation = #_sourceLocation,
  logProb: ([[Double]]) -> [Double]
) {
  let total = Double(draws.count)
  var observed: [[Double]: Int] = [:]
  for draw in draws { observed[draw, default: 0] += 1 }
  let events = observed.keys.sorted { $0.lexicographicallyPrecedes($1) }

  var cells: [(observed: Double, expected: Double)] = []
  var rest = (observed: total, expected: total)
  for (event, logProb) in zip(events, logProb(events)) where total * exp(logProb) >= 10 {
    cells.append((Double(observed[event] ?? 0), total * exp(logProb)))
    rest.observed -= cells[cells.count - 1].observed
    rest.expected -= cells[cells.count - 1].expected
  }
  // More would be a distribution of total probability above one; less is rounding.
  #expect(rest.expected > -1e-6 * total, "\(label)", sourceLocation: sourceLocation)
  if rest.expected >= 10 || cells.isEmpty {
    cells.append(rest)
  } else {
    cells[cells.count - 1].observed += rest.observed
    cells[cells.count - 1].expected += rest.expected
  }

  let statistic = cells.reduce(0) { sum, cell in
    let excess = cell.observed - cell.expected
    return sum + excess * excess / cell.expected
  }
  // The quantile by Wilson & Hilferty (1931); a standard normal variable exceeds 3.719 with
  // probability 1e-4.
  let degrees = Double(max(cells.count - 1, 1))
  let part = 2 / (9 * degrees)
  let root = 1 - part + 3.719 * part.squareRoot()
  #expect(
    statistic < degrees * root * root * root, "\(label), \(cells.count) cells",
    sourceLocation: sourceLocation)
}

/// At the first values of the support, below it, and between two values.
private func expectCDFAddsUp(_ distribution: any HasCDF) {
  let first = distribution.support.feasible(distribution.batchShape)
  let steps = Tensor.arange(60).reshaped(to: [60] + distribution.batchShape.map { _ in 1 })
  let x = first + steps
  let p = exp(distribution.logProb(x))
  var sum = Tensor.zeros(distribution.batchShape)
  for step in 0..<60 {
    sum += p[.at(step)]
    // Rounding of the sum, and of an incomplete beta or gamma function.
    expectClose(distribution.cdf(first + Tensor(Double(step))), sum, relative: 1e-9)
  }
  #expect(distribution.cdf(x + 0.5).scalars == distribution.cdf(x).scalars)
  #expect(distribution.cdf(first - 1).scalars.allSatisfy { $0 == 0 })
}
