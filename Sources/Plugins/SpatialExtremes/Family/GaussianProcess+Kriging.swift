import Distributions
import Kernels
import PPL

extension GaussianProcess {
  /// The values at other points given those at the inputs, `[P]`: independent draws for each point, or the means.
  ///
  /// - Parameters:
  ///   - points: The other points, `[P, D]`, or `[P]` on one axis.
  ///   - f: The values at the inputs, `[N]`, of a process with mean 0.
  ///   - key: The key of the draws; nil for the means.
  /// - Complexity: O(*N*³ + *N*² *P*).
  /// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, eq. (2.23) and (2.24).
  public func values(at points: Tensor, given f: Tensor, key: RandomKey?) -> Tensor {
    guard let kernel else { return .zeros([points.shape[0]]) }
    let L = choleskyFactor
    let A = triangularSolve(L, kernel.gram(inputs, points))  // [N, P]
    let mean = matmul(A.transposed(), triangularSolve(L, f))
    guard let key else { return mean }
    let variance = maximum(kernel.diagonal(points) - square(A).sum(along: [0]), 0)
    return mean + sqrt(variance) * key.normal(mean.shape)
  }
}
