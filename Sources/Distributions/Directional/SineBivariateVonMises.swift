import Autodiff
import PPL

/// The sine model of the bivariate von Mises distribution: two dependent angles, such as the torsion angles of a
/// protein's backbone.
///
///     p(φ, ψ) = exp(κ₁ cos a + κ₂ cos b + ρ sin a sin b) / C,    a = φ - phiLocation,    b = ψ - psiLocation
///     C = 2π ∫ I₀(√(κ₂² + ρ² sin² a)) exp(κ₁ cos a) da
///
/// The distribution has two modes where `ρ² > κ₁ κ₂`; a `weightedCorrelation` within (-1, 1) keeps it to one. The
/// integral is a sum over the circle, exact to rounding for concentrations up to 10 000, where the usual series
/// needs hundreds of terms.
///
/// Draws have no gradients in the concentrations and the correlation: use it for observations, not as a guide.
///
/// - Shape: batch is all five parameters broadcast together; event `[2]`, the angles φ and ψ.
/// - Units: angles are in radians; the others have none.
/// - Reference: Singh, Hnizdo and Demchuk (2002), *Probabilistic model for two dependent circular
///   variables*, eq. (1.1).
public struct SineBivariateVonMises: CircularMoments {
  /// The directions about which the angles lie, in radians; batch shape each.
  public let phiLocation, psiLocation: Tensor
  /// The concentration of each angle about its direction; batch shape each.
  public let phiConcentration, psiConcentration: Tensor
  /// The dependence of the angles, ρ of the formula; batch shape.
  public let correlation: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `phiLocation`, `psiLocation`, `phiConcentration`,
  /// `psiConcentration` and `correlation`, whose shapes must broadcast.
  public init(
    phiLocation: Tensor, psiLocation: Tensor, phiConcentration: Tensor, psiConcentration: Tensor,
    correlation: Tensor
  ) {
    (self.phiLocation, self.psiLocation) = (phiLocation, psiLocation)
    (self.phiConcentration, self.psiConcentration) = (phiConcentration, psiConcentration)
    self.correlation = correlation
    batchShape = Distributions.batchShape(
      of: "SineBivariateVonMises",
      [
        "phiLocation": phiLocation.shape, "psiLocation": psiLocation.shape,
        "phiConcentration": phiConcentration.shape, "psiConcentration": psiConcentration.shape,
        "correlation": correlation.shape,
      ])
  }

  /// A batch in terms of the weighted correlation, relative to the largest that keeps the distribution at one mode.
  ///
  ///     correlation = weightedCorrelation √(phiConcentration psiConcentration)
  public init(
    phiLocation: Tensor, psiLocation: Tensor, phiConcentration: Tensor, psiConcentration: Tensor,
    weightedCorrelation: Tensor
  ) {
    self.init(
      phiLocation: phiLocation, psiLocation: psiLocation, phiConcentration: phiConcentration,
      psiConcentration: psiConcentration,
      correlation: weightedCorrelation * sqrt(phiConcentration * psiConcentration))
  }

  public var parameters: [Parameter] {
    [
      .init("phiLocation", phiLocation, .circular), .init("psiLocation", psiLocation, .circular),
      .init("phiConcentration", phiConcentration, .positive),
      .init("psiConcentration", psiConcentration, .positive),
      .init("correlation", correlation, .real),
    ]
  }
  public var hasReparameterizedDraws: Bool { false }
  public var support: Support { .independent(.circular, 1) }
  public var eventShape: [Int] { [2] }

  /// Samples φ by rejection, then ψ, which is a von Mises angle given φ.
  ///
  /// - Reference: Kent, Ganeiber and Mardia (2018), *A new unified approach for the simulation of a wide
  ///   class of directional distributions*, §4.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (phiKey, psiKey) = key.split()
    let phi = phiKey.sineVonMises(
      shape + batchShape, concentrations: (phiConcentration, psiConcentration),
      correlation: correlation)
    let pull = correlation * sin(phi)
    let given = VonMises(
      atan(pull / psiConcentration), sqrt(square(psiConcentration) + square(pull)))
    let psi = given.sample([], key: psiKey)
    return stack([wrapped(phi + phiLocation), wrapped(psi + psiLocation)], along: -1)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let angles = select(support.contains(x).expandingDimension(at: x.rank - 1), x, 0)
    let (a, b) = (angles[.ellipsis, 0] - phiLocation, angles[.ellipsis, 1] - psiLocation)
    let each = phiConcentration * cos(a) + psiConcentration * cos(b)
    let inner = each + correlation * sin(a) * sin(b) - logNormalizer
    return select(support.contains(x), inner, Tensor(-.infinity))
  }

  public var circularMean: Tensor {
    let locations = [phiLocation, psiLocation].map { wrapped($0).broadcast(to: batchShape) }
    return stack(locations, along: -1)
  }

  /// The circular variance of each angle by itself; batch + `[2]`.
  public var circularVariance: Tensor {
    let phi = variance(phiConcentration, psiConcentration)
    return stack([phi, variance(psiConcentration, phiConcentration)], along: -1)
  }

  private var logNormalizer: Tensor {
    let (logTerms, weights) = marginal(phiConcentration, psiConcentration)
    return (logTerms + log(weights)).logSumExp(along: [-1]) + Tensor(2 * Constant.halfLogTwoPi)
  }

  private func variance(_ own: Tensor, _ other: Tensor) -> Tensor {
    let (logTerms, weights) = marginal(own, other)
    let terms = exp(logTerms - logTerms.max(along: [-1], keepingDimensions: true)) * weights
    let shortfall = (terms * (1 - cos(halfCircle))).sum(along: [-1])
    return (shortfall / terms.sum(along: [-1])).broadcast(to: batchShape)
  }

  /// The unscaled log density of one angle on a half circle, with the weights of the sum over the circle.
  private func marginal(_ own: Tensor, _ other: Tensor) -> (logTerms: Tensor, weights: Tensor) {
    let columns = [own, other, correlation].map {
      $0.broadcast(to: batchShape).expandingDimension(at: batchShape.count)
    }
    let pull = columns[2] * sin(halfCircle)
    let logBessel = logBesselI0(sqrt(square(columns[1]) + square(pull)))
    return (columns[0] * cos(halfCircle) + logBessel, halfCircleWeights)
  }
}

/// Half the number of points of the periodic trapezoidal rule, which converges faster than any power: with n
/// points its error for a von Mises density is of the order exp(-n² / (2 concentration)).
private let halfCount = 512
private let halfCircle = Tensor.arange(halfCount + 1) * Tensor(.pi / Double(halfCount))
private let halfCircleWeights: Tensor = {
  let isEnd = (halfCircle .== 0) .| (Tensor.arange(halfCount + 1) .== Tensor(Double(halfCount)))
  return select(isEnd, 1, 2) * Tensor(.pi / Double(halfCount))
}()
