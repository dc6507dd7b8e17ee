import Distributions
import PPL
import Preconditions

extension GaussianProcess {
  /// The parameterization of a Gaussian process: the coordinates u in which its values are sampled.
  ///
  /// All give the same distribution of the values. They differ in how far the posterior of u depends on the
  /// hyperparameters, and so in the work of a sampler and in the error of a mean-field guide.
  ///
  /// - Reference: Papaspiliopoulos, Roberts and Sköld (2007), *A general framework for the parametrization of
  ///   hierarchical models*; Betancourt and Girolami (2015), *Hamiltonian Monte Carlo for hierarchical models*.
  public enum Parameterization: Sendable {
    /// Independent standard normal coordinates, `f = mean + L u`: for values that the data hardly determine.
    case whitened
    /// The values themselves, `u = f`: for values that the data determine at each input alone.
    case centred
    /// Coordinates that are standard normal a posteriori, if the data tell of f what normal observations of it would.
    ///
    ///     f = mean + S P (estimates - mean) + C u,    S = (K⁻¹ + P)⁻¹ = C Cᵀ
    ///
    /// With such data the posterior of u is `Normal(0, I)` for all hyperparameters; with others it is so to first order.
    /// A precision of 0 is `whitened`; a large one is `centred`, shifted and scaled.
    ///
    /// - Parameters:
    ///   - precision: The precision P of the data about f: `[N]` for independent inputs, or a positive
    ///     semidefinite matrix `[N, N]`; in units of f to the power of -2. It must not depend on the hyperparameters for
    ///     the posterior of u to be independent of them, but the distribution of f is right for any.
    ///   - estimates: The estimates of f by the data alone, `[N]`; the mean of the process if nil.
    /// - Reference: Christensen, Roberts and Sköld (2006), *Robust Markov chain Monte Carlo methods for spatial
    ///   generalized linear mixed models*, §3; Gorinova, Moore and Hoffman (2020), *Automatic reparameterisation of
    ///   probabilistic programs*.
    case partial(precision: Tensor, estimates: Tensor? = nil)
  }

  /// The process in the coordinates of a parameterization, to be sampled in a model.
  ///
  ///     let f = p.sample("f", process.parameterized(.partial(precision: counts / noiseVariance)))
  public func parameterized(_ parameterization: Parameterization) -> Parameterized {
    Parameterized(process: self, parameterization: parameterization)
  }

  /// A Gaussian process in the coordinates of a parameterization.
  public struct Parameterized: Sendable {
    /// The process, whose distribution the values have.
    public let process: GaussianProcess
    /// The coordinates in which it is sampled.
    public let parameterization: Parameterization

    /// The prior distribution of the coordinates u, event `[N]`.
    ///
    /// - Complexity: O(*N*³) time for the factors.
    public var distribution: any Distribution {
      switch parameterization {
      case .whitened: process.whitened.distribution
      case .centred: process
      case .partial(let precision, let estimates):
        coordinates(precision, estimates, process.choleskyFactor).distribution
      }
    }

    /// The values of the process for coordinates u, `[N]`.
    public func callAsFunction(_ u: Tensor) -> Tensor {
      switch parameterization {
      case .whitened: process.whitened(u)
      case .centred: u
      case .partial(let precision, let estimates):
        coordinates(precision, estimates, process.choleskyFactor).values(u)
      }
    }

    func coordinates(
      _ precision: Tensor, _ estimates: Tensor?, _ factor: Tensor
    ) -> PartialCoordinates {
      PartialCoordinates(
        mean: process.mean, factor: factor, precision: precision, estimates: estimates)
    }
  }
}

/// The coordinates of a partially whitened process.
///
///     f = mean + L v,    v = U⁻ᵀ (u + c),    U Uᵀ = I + Lᵀ P L,    U c = Lᵀ P (estimates - mean)
///
/// U is upper triangular, so that `C = L U⁻ᵀ` is the lower Cholesky factor of S, which tends to the constant root of
/// P⁻¹ where the data are much more precise than the prior; with another root, u would turn with the hyperparameters.
/// Nothing is subtracted, so that no precision, large or 0, loses digits.
struct PartialCoordinates {
  private let mean, factor: Tensor
  /// The transpose of U, `[N, N]`, lower triangular.
  private let scale: Tensor
  /// The mean of u, `-c`, `[N]`.
  private let location: Tensor

  init(mean: Tensor, factor: Tensor, precision: Tensor, estimates: Tensor?) {
    (self.mean, self.factor) = (mean, factor)
    let n = mean.count
    let precision = Self.checked(precision, n)
    let backwards = TensorIndex.strided(from: n - 1, to: -1, by: -1)
    // The upper factor of a matrix is the lower one of its rows and columns in reverse, in reverse.
    let L = factor[.all, backwards]
    func weighted(_ x: Tensor) -> Tensor {
      if precision.rank == 2 { return matmul(precision, x) }
      return (x.rank == 2 ? precision.expandingDimension(at: 1) : precision) * x
    }
    let posterior = Tensor.identity(n) + matmul(L.transposed(), weighted(L))
    let lower = cholesky(triangle: posterior.packedLowerTriangle())
    scale = lower.transposed()[backwards, backwards]
    guard let estimates else {
      location = .zeros([n])
      return
    }
    let shift = triangularSolve(lower, matmul(L.transposed(), weighted(estimates - mean)))
    location = -shift[backwards]
  }

  /// The precision, if it has the shape and no negative element on its diagonal; otherwise 0, and a mistake.
  private static func checked(_ precision: Tensor, _ n: Int) -> Tensor {
    let hasShape = holds(
      [[n], [n, n]].contains(precision.shape),
      "GaussianProcess: the precision of .partial is \([n]) or \([n, n]), not \(precision.shape).")
    guard hasShape else { return .zeros([n]) }
    guard !precision.isRecorded else { return precision }
    let diagonal = (precision.rank == 1 ? precision : precision.diagonal()).scalars
    if let wrong = diagonal.first(where: { !($0 >= 0 && $0.isFinite) }) {
      reportMistake(
        "GaussianProcess: a precision of .partial is \(wrong), but must not be negative.")
      return .zeros([n])
    }
    return precision
  }

  var distribution: MultivariateNormal { MultivariateNormal(location, choleskyFactor: scale) }

  /// The values for u, `[N]`.
  func values(_ u: Tensor) -> Tensor {
    mean + matmul(factor, triangularSolve(scale, u - location))
  }
}

extension Context {
  /// Samples a Gaussian process in the coordinates of a parameterization.
  ///
  /// Whitened or partial it is a latent site `<name>_u`, `[N]`, and a deterministic site `name` with the values; centred it
  /// is a latent site `name`. A covariance without a Cholesky factor makes the run fail, with the reason.
  ///
  /// - Returns: The values at the inputs, `[N]`.
  @discardableResult
  public mutating func sample(_ name: String, _ process: GaussianProcess.Parameterized) -> Tensor {
    switch process.parameterization {
    case .whitened: return sample(name, process.process.whitened)
    case .centred: return sample(name, process.process)
    case .partial(let precision, let estimates):
      let factor =
        checkedFactor(of: process.process, at: name) ?? process.process.choleskyFactor
      let coordinates = process.coordinates(precision, estimates, factor)
      return deterministic(
        name, coordinates.values(sample(name + "_u", coordinates.distribution)))
    }
  }

  /// Samples a Gaussian process in the coordinates of a parameterization, and a site computed from its values, such as these in another unit.
  ///
  /// The latent site is `<name>_u`, or `<name>_decentered` if it is centred; `name` is deterministic.
  ///
  /// - Parameters:
  ///   - name: The name of the computed site.
  ///   - process: The process with its parameterization.
  ///   - reported: The value of the site for those of the process.
  /// - Returns: The values of the process at the inputs, `[N]`.
  @discardableResult
  public mutating func sample(
    _ name: String, _ process: GaussianProcess.Parameterized,
    reportedAs reported: (Tensor) -> Tensor
  ) -> Tensor {
    let values: Tensor
    switch process.parameterization {
    case .centred: values = sample(name + "_decentered", process.process)
    case .whitened:
      let factor = checkedFactor(of: process.process, at: name)
      values = process.process.whitened.value(
        sample(name + "_u", process.distribution),
        factor: factor ?? process.process.choleskyFactor)
    case .partial(let precision, let estimates):
      let factor =
        checkedFactor(of: process.process, at: name) ?? process.process.choleskyFactor
      let coordinates = process.coordinates(precision, estimates, factor)
      values = coordinates.values(sample(name + "_u", coordinates.distribution))
    }
    _ = deterministic(name, reported(values))
    return values
  }
}
