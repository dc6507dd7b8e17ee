import Autodiff

/// The multinomial sampler: counts of a number of trials by category.
///
/// Up to `longestRun` trials are drawn one by one, with the uniform numbers that NumPyro uses: trial t of element
/// n out of *N* uses word t *N* + n of the key. More trials are distributed category by category, each a binomial
/// draw of those that are left, whose cost does not grow with the trials.
///
/// - Reference: Davis (1993), "The computer generation of multinomial random variates", *Comput.
///   Statist. Data Anal.* 16, 205–217 (conditional distribution method).
struct MultinomialSampler {
  /// The number of trials from which drawing one by one is slower than a few binomial draws.
  static let longestRun = 1000.0

  private let weights: UnsafeBufferPointer<Double>
  private let categories: CategoricalSampler

  init(weights: UnsafeBufferPointer<Double>) {
    (self.weights, categories) = (weights, CategoricalSampler(weights: weights))
  }

  /// Element `n` of `size` draws, written over `counts`; `nan` for invalid parameters.
  func draw(
    trials: Double, _ n: Int, of size: Int, key: Threefry,
    into counts: UnsafeMutableBufferPointer<Double>
  ) {
    counts.update(repeating: 0)
    guard categories.isValid, trials >= 0, trials < .infinity else {
      return counts.update(repeating: .nan)
    }
    if trials > Self.longestRun { return shareOut(trials, key.child(UInt64(n)), counts) }
    for trial in 0..<Int(trials) {
      counts[categories.category(key.uniform(UInt64(trial * size + n)))] += 1
    }
  }

  private func shareOut(
    _ trials: Double, _ key: Threefry, _ counts: UnsafeMutableBufferPointer<Double>
  ) {
    // Sums from the end, so that a share of what is left never exceeds one.
    var left = [0.0]
    for weight in weights.reversed() { left.append(left[left.count - 1] + weight) }
    var rest = trials
    for (place, weight) in weights.enumerated() where rest > 0 && weight > 0 {
      let share = weight / left[weights.count - place]
      counts[place] = BinomialSampler.draw(
        trials: rest, probability: share, key: key.child(UInt64(place)))
      rest -= counts[place]
    }
  }
}
