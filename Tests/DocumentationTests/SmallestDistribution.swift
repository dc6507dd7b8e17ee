import PPL
import TestSupport
import Testing

// [
/// The hyperbolic secant distribution, with heavier tails than the normal one: that of a scaled log |Cauchy|.
///
///     p(x) = sech(π z / 2) / (2 scale),    z = (x - location) / scale
///
/// - Shape: batch is `location` and `scale` broadcast together; event `[]`.
/// - Units: `location` and `scale`, mean and standard deviation, share the units of `x`.
/// - Reference: Fischer (2014), *Generalized Hyperbolic Secant Distributions*, ch. 1.
public struct HyperbolicSecant: Distribution {
  let location, scale: Tensor

  /// A batch with one distribution for each element of `location` and `scale`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor) {
    (self.location, self.scale) = broadcast(location, scale)
  }

  public var parameters: [Parameter] {
    [.init("location", location, .real), .init("scale", scale, .positive)]
  }
  public var support: Support { .real }
  public var batchShape: [Int] { location.shape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (first, second) = key.split()
    let ratio = first.normal(shape + batchShape) / second.normal(shape + batchShape)
    return location + scale * (2 / Tensor(.pi)) * log(abs(ratio))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let a = Tensor(.pi / 2) * (x - location) / scale
    return a - softplus(2 * a) - log(scale)
  }
}
// ]

private let families: [Family] = [
  // [
  Family(
    "HyperbolicSecant", [Tensor([0.5, -2]), 1.5], invalid: [("scale", [0, -1])]
  ) { HyperbolicSecant($0[0], $0[1]) }
  // ]
]

/// The distribution that `Documentation/Extending.md` shows, and its row.
@Suite struct SmallestDistributionTests {
  @Test func aFileAndARowAreADistribution() { families.forEach(expectDistribution) }
}

/// The blocks of Swift in the pages for contributors are parts of tests, and so compiled and run.
@Suite struct PageBlockTests {
  @Test(arguments: [
    ("CONTRIBUTING.md", "Tests/AutodiffTests/SmallestOperation.swift"),
    ("Documentation/Extending.md", "Tests/DocumentationTests/SmallestDistribution.swift"),
  ])
  func theBlocksAreThoseOfTheTest(page: String, test: String) throws {
    let shown = blocks("swift", of: try Repository.text(page))
    #expect(shown.count == 2)
    #expect(shown == snippets(of: try Repository.text(test)))
  }
}
