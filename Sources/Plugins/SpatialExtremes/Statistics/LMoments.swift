import Foundation

/// The sample L-moments: linear combinations of order statistics that measure level, spread and shape.
///
///     λ₁ = b₀,    λ₂ = 2 b₁ - b₀,    λ₃ = 6 b₂ - 6 b₁ + b₀,    λ₄ = 20 b₃ - 30 b₂ + 12 b₁ - b₀
///     b_r = mean over j of x₍ⱼ₎ C(j - 1, r) / C(n - 1, r)
///
/// They exist for every distribution with a mean, and are less sensitive to the largest values than moments, so that they
/// give good starting values of a likelihood of extremes.
///
///     let start = try LMoments(maxima).gev()
///
/// - Reference: Hosking (1990), *L-moments: analysis and estimation of distributions using linear combinations of order
///   statistics*, eq. (2.1) to (2.4) and §3.
public struct LMoments: Sendable, Equatable {
  /// The first four L-moments λ₁ to λ₄, in the units of the sample; the first is the mean.
  public let mean, scale, third, fourth: Double

  /// The ratio λ₃ / λ₂, the L-skewness, between -1 and 1.
  public var skewness: Double { third / scale }
  /// The ratio λ₄ / λ₂, the L-kurtosis, at most 1.
  public var kurtosis: Double { fourth / scale }

  /// The unbiased estimates from a sample of four numbers or more.
  ///
  /// - Parameter sample: The numbers in any order; leave out missing ones.
  /// - Throws: `StatisticsError.tooFew` for fewer than four numbers, `.notFinite` for one that is not finite.
  /// - Complexity: O(n log n).
  public init(_ sample: [Double]) throws(StatisticsError) {
    guard sample.count >= 4 else { throw .tooFew(sample.count, of: "LMoments", needed: 4) }
    guard sample.allSatisfy(\.isFinite) else { throw .notFinite("LMoments") }
    let sorted = sample.sorted()
    let n = Double(sorted.count)
    // About the median: the level does not take digits from the spread.
    let centre = sorted[sorted.count / 2]
    var b = [0.0, 0, 0, 0]
    for (j, x) in sorted.enumerated() {
      var weight = (x - centre) / n
      for r in b.indices {
        b[r] += weight
        weight *= (Double(j) - Double(r)) / (n - 1 - Double(r))
      }
    }
    mean = centre + b[0]
    scale = 2 * b[1] - b[0]
    third = 6 * b[2] - 6 * b[1] + b[0]
    fourth = 20 * b[3] - 30 * b[2] + 12 * b[1] - b[0]
  }
}

/// An error of a statistic of a sample or a series.
public enum StatisticsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A sample of fewer numbers than the statistic needs.
  case tooFew(Int, of: String, needed: Int)
  /// A sample with a number that is not finite.
  case notFinite(String)
  /// L-moments that no distribution of the family has: numbers that are all equal, or a threshold above their mean.
  case noEstimate(String)
  /// A number of steps between clusters that is not positive.
  case runLength(Int)

  public var description: String {
    switch self {
    case .tooFew(let count, let owner, let needed):
      "\(owner): there are \(count) numbers, but \(needed) are needed; take a longer series or a lower threshold."
    case .notFinite(let owner):
      "\(owner): the sample has a number that is not finite; leave out missing values."
    case .noEstimate(let family):
      "LMoments: the sample has no estimate of a \(family): its numbers are all equal, or not above the threshold."
    case .runLength(let length):
      "runs declustering: the run length is \(length), but must be positive."
    }
  }
}
