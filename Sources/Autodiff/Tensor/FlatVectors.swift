import CNumerics

// Arithmetic on flat vectors in place, for those who keep parameters and gradients outside of tensors.

extension [Double] {
  /// Takes over the numbers of another array of this count without its memory.
  package mutating func copy(_ other: [Double]) {
    precondition(count == other.count, "copy: \(other.count) numbers for \(count) places.")
    copy(other, at: 0)
  }

  /// Takes over the numbers of another array, from place `start` on.
  package mutating func copy(_ other: [Double], at start: Int) {
    other.withUnsafeBufferPointer { copy($0, at: start) }
  }

  mutating func copy(_ other: UnsafeBufferPointer<Double>, at start: Int) {
    let places = start..<start + other.count
    precondition(
      indices.contains(places),
      "copy: \(other.count) numbers from place \(start) on do not fit among \(count).")
    withUnsafeMutableBufferPointer { _ = $0[places].update(fromContentsOf: other) }
  }

  /// Adds another array of this count, number by number.
  package mutating func add(_ other: [Double]) {
    precondition(count == other.count, "add: \(other.count) numbers to \(count).")
    other.withUnsafeBufferPointer { other in
      withUnsafeMutableBufferPointer { own in
        for i in own.indices { own[i] += other[i] }
      }
    }
  }

  package var sumOfSquares: Double { ppl_sum_of_squares(self, count) }
}

/// One step of Adam: from the gradient to the change of the parameters, in place.
///
///     m <- b1 m + (1 - b1) g,    v <- b2 v + (1 - b2) g²
///     g <- -rate (m / meanBias) / (sqrt(v / squareBias) + epsilon)
package struct AdamStep {
  private var rates: ppl_adam_rates

  package init(
    learningRate: Double, decay: Double, squareDecay: Double, epsilon: Double, meanBias: Double,
    squareBias: Double
  ) {
    rates = ppl_adam_rates(
      learning_rate: learningRate, decay: decay, square_decay: squareDecay, epsilon: epsilon,
      over_mean_bias: 1 / meanBias, over_square_bias: 1 / squareBias)
  }

  /// - Precondition: The three have one count.
  package mutating func callAsFunction(
    _ gradient: inout [Double], mean: inout [Double], square: inout [Double]
  ) {
    let count = gradient.count
    precondition(
      mean.count == count && square.count == count,
      "Adam: \(count) parameters met the state of \(mean.count).")
    ppl_adam(&rates, count, &gradient, &mean, &square)
  }
}
