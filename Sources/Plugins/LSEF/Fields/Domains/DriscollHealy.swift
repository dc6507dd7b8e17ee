import Preconditions
import RealModule

/// The weights of an exact quadrature in colatitude on equal steps.
///
///     ∫_0^π f(θ) sin θ dθ = sum_{i=0}^{n-1} w_i f(π i / n)
///     w_i = (4/n) sin(π i / n) sum_{k=0}^{n/2-1} sin((2k+1) π i / n) / (2k+1)
///
/// Exact for polynomials in cos θ of degree below n: for products of harmonics up to degree n/2 - 1.
///
/// - Parameter intervals: The number n of steps from pole to pole; even.
/// - Returns: n + 1 weights, one for each end of a step; those of the poles are 0.
/// - Reference: Driscoll and Healy (1994), *Computing Fourier transforms and convolutions on the 2-sphere*, Lemma 2.
public func driscollHealyWeights(intervals: Int) -> [Double] {
  require(
    intervals > 0 && intervals % 2 == 0,
    "driscollHealyWeights: \(intervals) intervals, but an even number is needed.")
  let n = Double(intervals)
  return (0...intervals).map { i in
    guard i > 0, i < intervals else { return 0 }
    let angle = Double.pi * Double(i) / n
    var sum = 0.0
    for k in stride(from: 1.0, to: n, by: 2) { sum += Double.sin(k * angle) / k }
    return 4 / n * Double.sin(angle) * sum
  }
}
