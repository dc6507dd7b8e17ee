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
/// - Cost: 100,000 draws, sorted, and 10,000 values of the distribution function, for each element of the batch.
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

  // The distribution function at every tenth of the sorted draws: as it does not fall between them, the distance found is
  // no shorter than that of all draws, and longer by at most 10 / count.
  let places = Array(stride(from: 0, to: count - 1, by: 10)) + [count - 1]
  let columns = draws.reshaped(to: [count, batch])
  let ordered = (0..<batch).map { column in
    let values = columns[.all, .at(column)].scalars.sorted()
    return Tensor(places.map { values[$0] })
  }
  let probabilities = cdf(stack(ordered, along: 1).reshaped(to: [places.count] + batchShape))
    .reshaped(to: [places.count, batch])
  for column in 0..<batch {
    let p = probabilities[.all, .at(column)].scalars
    var distance = max(p[0], 1 - p[p.count - 1])
    for next in 1..<p.count {
      let (before, after) = (places[next - 1] + 1, places[next])
      distance = max(
        distance, p[next] - Double(before) / Double(count),
        Double(after) / Double(count) - p[next - 1])
    }
    // The limiting distribution exceeds 2.225 with probability 2 exp(-2 · 2.225²) = 1e-4.
    #expect(
      distance * Double(count).squareRoot() < 2.225, "\(label), batch element \(column)",
      sourceLocation: sourceLocation)
  }
}
