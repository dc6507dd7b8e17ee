import Distributions
import Inference
import Kernels
import PPL
import Preconditions

extension SpatialField {
  /// A further Matérn covariance in the sum of a field, with the priors of its own hyperparameters.
  public struct Summand: Sendable {
    /// The smoothness of the covariance.
    public let smoothness: FieldKernel
    /// The priors of the variance and of the lengthscale; medians and standard deviations of the logarithms.
    public let variance, lengthscale: SitePrior

    /// A summand with its priors.
    public init(_ smoothness: FieldKernel, _ variance: SitePrior, _ lengthscale: SitePrior) {
      (self.smoothness, self.variance, self.lengthscale) = (smoothness, variance, lengthscale)
    }
  }

  /// The numbers of a covariance, scalars but for the anisotropy, `[2]`.
  struct Hyperparameters {
    let variance, lengthscale: Tensor
    let others: [(variance: Tensor, lengthscale: Tensor)]
    let nugget, anisotropy: Tensor?
  }

  /// Samples the hyperparameters; those of a further summand, the nugget and the anisotropy come after the first two.
  ///
  /// - Parameters:
  ///   - p: The context of the model.
  ///   - units: The units of the field, which the variances have; nil for those of the record.
  func sampleHyperparameters(_ p: inout Context, _ units: TermUnits?) -> Hyperparameters {
    func variance(_ site: String, _ median: Double?, _ deviation: Double?) -> Tensor {
      p.variance(site, median ?? .nan, deviation: deviation ?? 0.5, in: units)
    }
    let v = variance(varianceSite, self.variance.number, deviations.variance)
    let l = p.scale(lengthscaleSite, lengthscale, deviation: Tensor(deviations.lengthscale))
    let others = others.map { summand in
      let prior = summand.variance
      return (
        variance(prior.site, prior.centre, prior.deviation), summand.lengthscale.sampleScale(&p)
      )
    }
    let nugget = nugget.map { variance($0.site, $0.centre, $0.deviation) }
    let a = anisotropy.map { prior in
      p.sample(
        prior.site,
        Normal(Tensor(prior.centre), Tensor(prior.deviation ?? 0.5)).expanded(to: [2]).toEvent(1))
    }
    if let a {
      let strength = Anisotropy(a)
      _ = p.deterministic(ratioSite, strength.ratio)
      _ = p.deterministic(angleSite, strength.angle)
    }
    return Hyperparameters(
      variance: v, lengthscale: l, others: others, nugget: nugget, anisotropy: a)
  }

  /// The hyperparameters of a draw.
  func hyperparameters(_ draws: Draws, _ n: Int) -> Hyperparameters {
    func value(_ site: String) -> Tensor { draws[site][.at(n)] }
    return Hyperparameters(
      variance: value(varianceSite), lengthscale: value(lengthscaleSite),
      others: others.map { (value($0.variance.site), value($0.lengthscale.site)) },
      nugget: nugget.map { value($0.site) }, anisotropy: anisotropy.map { value($0.site) })
  }

  /// The process with these hyperparameters at the stations.
  func process(_ h: Hyperparameters, _ data: StationTensors) -> GaussianProcess {
    let metric = h.anisotropy.map { self.metric(Anisotropy($0), data) } ?? self.metric
    func scaled(_ v: Tensor, _ kernel: any Kernel) -> any Kernel { v * kernel }
    func sum(_ a: any Kernel, _ b: any Kernel) -> any Kernel {
      func sum(_ a: some Kernel, _ b: some Kernel) -> any Kernel { a + b }
      return sum(a, b)
    }
    var kernel = scaled(h.variance, smoothness.kernel(h.lengthscale, metric))
    for (summand, (v, l)) in zip(others, h.others) {
      kernel = sum(kernel, scaled(v, summand.smoothness.kernel(l, metric)))
    }
    if let nugget = h.nugget { kernel = sum(kernel, scaled(nugget, White())) }
    func process(_ kernel: some Kernel) -> GaussianProcess {
      GaussianProcess(
        kernel, at: data.coordinates, jitter: data.units?.standard(variance: jitter) ?? jitter)
    }
    return process(kernel)
  }

  /// The distances after a stretch: degrees as they are, or km on the plane that touches the Earth at the mean latitude.
  private func metric(_ anisotropy: Anisotropy, _ data: StationTensors) -> any Metric {
    guard let sphere = metric as? Chordal else {
      require(
        metric is Euclidean, "SpatialField: anisotropy needs the metric of degrees or chords.")
      return Anisotropic(lengthscales: 1, axes: anisotropy.stretch)
    }
    let latitude = data.coordinates[.all, .at(1)].mean()
    let scale = Tensor(sphere.radius * .pi / 180)
    let east = stopGradient(scale * cos(latitude * Tensor(.pi / 180)))
    return Anisotropic(
      lengthscales: 1, axes: matmul(anisotropy.stretch, stack([east, scale]).diagonalMatrix()))
  }
}

/// The geometric anisotropy of a plane: correlation reaches further in one direction than across it.
///
///     v = log(ratio) (cos 2 angle, sin 2 angle),    distance = lengthscale⁻¹ |exp(-M / 2) (x - y)|,  M = [[v1, v2], [v2, -v1]]
///
/// `ratio` is the range along the angle by the range across it; the angle is counted from east towards north, and the
/// lengthscale is the geometric mean of both ranges. A normal prior of v favours no direction, and v is identified, where ratio
/// and angle are not near a ratio of 1.
///
/// - Reference: Chilès and Delfiner (2012), *Geostatistics*, §2.5.2; Llamazares-Elías, Latz and Lindgren (2024), *A
///   parameterization of anisotropic Gaussian fields with penalized complexity priors*, §2, for v.
struct Anisotropy {
  private let v: Tensor
  /// The logarithm of the ratio, with a derivative at 0.
  private let strength: Tensor

  /// The anisotropy of a vector, `[2]`.
  init(_ v: Tensor) {
    self.v = v
    // Above 1e-5, where the difference of exponentials below keeps 11 digits.
    strength = sqrt(square(v).sum() + 1e-10)
  }

  /// The ratio of the ranges, 1 or more.
  var ratio: Tensor { exp(strength) }
  /// The direction of the longer range, degrees from east towards north, -90 to 90.
  var angle: Tensor { atan(v[.at(1)] / (strength + v[.at(0)])) * Tensor(180 / .pi) }
  /// The map exp(-M / 2), `[2, 2]`.
  var stretch: Tensor {
    let (up, down) = (exp(0.5 * strength), exp(-0.5 * strength))
    let (even, odd) = (0.5 * (up + down), 0.5 * (up - down) / strength)
    let (a, b) = (odd * v[.at(0)], odd * v[.at(1)])
    return stack([stack([even - a, -b]), stack([-b, even + a])])
  }
}
