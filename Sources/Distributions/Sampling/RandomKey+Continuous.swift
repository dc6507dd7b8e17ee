import Autodiff

extension RandomKey {
  /// Draws from the exponential distribution of rate 1.
  public func exponential(_ shape: [Int] = []) -> Tensor { -log1p(-uniform(shape)) }

  /// Draws from the standard Gumbel distribution.
  public func gumbel(_ shape: [Int] = []) -> Tensor {
    -log(-log(uniform(shape, in: .leastNormalMagnitude..<1)))
  }

  /// Draws from the standard Cauchy distribution.
  public func cauchy(_ shape: [Int] = []) -> Tensor {
    let u = uniform(shape, in: Double.ulpOfOne..<1)
    let angle = Tensor(Double.pi) * (u - 0.5)
    return sin(angle) / cos(angle)
  }

  /// Draws from the gamma distribution of shape `alpha` and rate 1.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result, to which `alpha` broadcasts.
  ///   - alpha: The shape of the distribution, positive.
  /// - Reference: Marsaglia and Tsang (2000), *A simple method for generating gamma variables*.
  public func gamma(_ shape: [Int], alpha: Tensor) -> Tensor {
    draw(.gamma, shape, alpha)
  }

  /// Draws of the logarithm of a gamma variable, which does not underflow for small `alpha`.
  public func logGamma(_ shape: [Int], alpha: Tensor) -> Tensor {
    draw(.logGamma, shape, alpha)
  }

  /// Draws of angles from the von Mises distribution about 0, in [-π, π].
  ///
  /// - Parameters:
  ///   - shape: The shape of the result, to which `concentration` broadcasts.
  ///   - concentration: The concentration κ, not negative.
  public func vonMises(_ shape: [Int], concentration: Tensor) -> Tensor {
    draw(.vonMises, shape, concentration)
  }

  /// Draws of the first of two dependent von Mises angles about 0, in [-π, π]; no gradient passes.
  ///
  ///     p(a) ∝ I₀(√(κ₂² + correlation² sin² a)) exp(κ₁ cos a)
  ///
  /// - Parameters:
  ///   - shape: The shape of the result, to which the parameters broadcast.
  ///   - concentrations: The concentrations κ₁ of this angle and κ₂ of the other one.
  ///   - correlation: The dependence ρ of the angles.
  public func sineVonMises(
    _ shape: [Int], concentrations: (Tensor, Tensor), correlation: Tensor
  ) -> Tensor {
    draw(.sineVonMises, shape, concentrations.0, concentrations.1, correlation)
  }

  private func draw(_ family: ContinuousDraw.Family, _ shape: [Int], _ parameters: Tensor...)
    -> Tensor
  {
    Tensor.apply(
      ContinuousDraw(family: family, target: shape),
      [words] + parameters.map { $0.broadcast(to: shape) })
  }
}
