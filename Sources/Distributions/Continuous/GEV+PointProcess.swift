import Autodiff
import PPL

/// The limiting point process of which GEV maxima are the largest points: in each block a Poisson process on the line.
///
///     expected points above x: exp(-s) = -log F(x),    rate at x: exp(-(1 + shape) s) / scale
///
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, theorem 7.1.1.
extension GEV {
  /// The log rate of points at `x` in a block; -infinity outside the support, with derivatives 0.
  func logRate(_ x: Tensor) -> Tensor {
    let (s, inside, _) = reducedVariate(x)
    return select(inside, -log(scale) - (1 + shape) * s, Tensor(-.infinity))
  }

  /// The expected number of points above `x` in a block; 0 above the support, infinite below it.
  func meanExceedances(_ x: Tensor) -> Tensor { -logCDF(x) }
}
