import Autodiff

/// The double exponential quadrature rule for `∫ f(t) exp(-t) dt` over the positive numbers.
///
///     t = exp(u - exp(-u)),    dt = t (1 + exp(-u)) du
///
/// It handles a singularity at 0 and has about fourteen digits for functions that grow slowly.
///
/// - Reference: Takahasi and Mori (1974), *Double exponential formulas for numerical integration*.
enum ExponentialQuadrature {
  private static let steps = Tensor.arange(321) * 0.03125 - 5
  static let nodes = exp(steps - exp(-steps))
  static let weights = 0.03125 * nodes * (1 + exp(-steps)) * exp(-nodes)
}
