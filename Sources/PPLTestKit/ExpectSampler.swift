import PPL
import Testing

/// Expects draws to follow a continuous distribution function, by the Kolmogorov–Smirnov test at level 1e-4 of 100,000 draws
/// for each element of the batch, and to depend on the key alone.
///
///     expectSampler(cdf: Normal(0, 1).cdf) { shape, key in key.normal(shape) }
///
/// - Parameters:
///   - batchShape: The shape of one draw.
///   - cdf: The distribution function, elementwise in draws of shape `[n] + batchShape`.
///   - label: The words that a failure begins with.
///   - sourceLocation: The place that a failure is reported at.
///   - sample: Draws of shape `shape + batchShape` from a key.
/// - Cost: 100,000 draws, sorted.
public func expectSampler(
  ofBatch batchShape: [Int] = [], cdf: (Tensor) -> Tensor, _ label: String = "",
  sourceLocation: SourceLocation = #_sourceLocation, _ sample: ([Int], RandomKey) -> Tensor
) {
  let count = 100_000
  let batch = batchShape.reduce(1, *)
  let draws = sample([count], RandomKey(6))
  #expect(draws.shape == [count] + batchShape, "\(label)", sourceLocation: sourceLocation)
  let few = sample([10], RandomKey(6)).scalars
  #expect(sample([10], RandomKey(6)).scalars == few, "\(label)", sourceLocation: sourceLocation)
  #expect(sample([10], RandomKey(7)).scalars != few, "\(label)", sourceLocation: sourceLocation)

  let probabilities = cdf(draws).reshaped(to: [count, batch])
  for column in 0..<batch {
    let sorted = probabilities[.all, .at(column)].scalars.sorted()
    var distance = 0.0
    for (index, p) in sorted.enumerated() {
      let (before, after) = (Double(index) / Double(count), Double(index + 1) / Double(count))
      distance = max(distance, p - before, after - p)
    }
    // The limiting distribution exceeds 2.225 with probability 2 exp(-2 · 2.225²) = 1e-4.
    #expect(
      distance * Double(count).squareRoot() < 2.225, "\(label), batch element \(column)",
      sourceLocation: sourceLocation)
  }
}
