import Distributions
import PPL
import Preconditions

/// A Gaussian process at a finite set of inputs: a multivariate normal distribution with its kernel.
///
///     let prior = GaussianProcess(variance * Matern32(lengthscale: lengthscale), at: stations)
///     let f = p.sample("f", prior.whitened)                    // [N], through f_u ~ Normal(0, 1)
///     let elsewhere = prior.conditioned(on: f, at: grid)       // again a process
///
/// The `jitter` is added to the diagonal of every covariance that is factorized, and never raised silently: a factor that
/// fails is a `FactorizationError`.
///
/// - Shape: batch `[]`, event `[N]`.
/// - Complexity: O(*N*³) time for the factor, O(*N*²) memory.
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, §2.2.
public struct GaussianProcess: HasGaussianForm {
  /// The covariance function; nil for a process given by its covariance alone, such as a conditioned one.
  public let kernel: (any Kernel)?
  /// The metric of the inputs, which a conditioned process has from its prior.
  let metric: any Metric
  /// The inputs of the process, `[N, D]`, in units of the problem.
  public let inputs: Tensor
  /// The prior mean at the inputs, `[N]`.
  public let mean: Tensor
  /// The prior mean at all inputs; nil if the mean is given at the inputs only.
  private let constantMean: Tensor?
  /// The jitter added to the diagonal of the covariance, in squared units of the process.
  public var jitter: Double { diagonal.variance }
  private let diagonal: Jitter
  /// The lower triangle of the covariance, row by row, without jitter: `[N (N + 1) / 2]`.
  let covarianceTriangle: Tensor

  /// A Gaussian process with a kernel at the given inputs.
  ///
  /// - Parameters:
  ///   - kernel: The covariance function.
  ///   - inputs: The inputs, `[N, D]`, or `[N]` for one axis.
  ///   - mean: The prior mean: a number for all inputs, or `[N]`.
  ///   - jitter: The number added to the diagonal before factorizing, in squared units of the process.
  public init(
    _ kernel: some Kernel, at inputs: Tensor, mean: Tensor = 0, jitter: Double = 1e-6
  ) {
    let inputs = Self.matrix(inputs)
    self.init(
      kernel: kernel, metric: kernel.metric, inputs: inputs, mean: mean,
      covarianceTriangle: kernel.gramTriangle(inputs), jitter: jitter)
  }

  private init(
    kernel: (any Kernel)?, metric: any Metric, inputs: Tensor, mean: Tensor,
    covarianceTriangle: Tensor, jitter: Double
  ) {
    diagonal = Jitter(jitter)
    (self.kernel, self.metric, self.inputs) = (kernel, metric, inputs)
    self.covarianceTriangle = covarianceTriangle
    self.mean = mean.broadcast(to: [inputs.shape[0]])
    constantMean = mean.rank == 0 ? mean : nil
  }

  /// The inputs as a matrix; those on one axis may be a vector.
  private static func matrix(_ inputs: Tensor) -> Tensor {
    if inputs.rank == 1 { return inputs.expandingDimension(at: 1) }
    let isMatrix = holds(
      inputs.rank == 2, "GaussianProcess: inputs are [N, D] or [N], not \(inputs.shape).")
    return isMatrix ? inputs : .zeros([1, 1])
  }

  /// The covariance without jitter, `[N, N]`, in squared units of the process.
  public var covariance: Tensor { covarianceTriangle.symmetricMatrix() }

  /// The lower Cholesky factor of the covariance plus jitter, `[N, N]`, in units of the process.
  public var choleskyFactor: Tensor {
    cholesky(triangle: diagonal.added(toTriangle: covarianceTriangle, rows: inputs.shape[0]))
  }

  private var normal: MultivariateNormal {
    MultivariateNormal(mean, choleskyFactor: choleskyFactor)
  }

  // MARK: Distribution

  public var parameters: [Parameter] {
    [.init("mean", mean, .real)] + (kernel?.hyperparameters ?? [])
  }
  public var support: Support { .realVector }
  public var batchShape: [Int] { [] }
  public var eventShape: [Int] { mean.shape }
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { normal.sample(shape, key: key) }
  public func logProb(_ x: Tensor) -> Tensor { normal.logProb(x) }

  // MARK: Conditioning

  /// The conditional process at `points`, given the values `f` at the inputs.
  ///
  ///     mean(*) + K(*, X) K^-1 (f - mean),    K(*, *) - K(*, X) K^-1 K(X, *),    K = K(X, X) + jitter I
  ///
  /// - Parameters:
  ///   - f: The values at the inputs, `[N]`.
  ///   - points: The points of prediction, `[M, D]`, or `[M]` for one axis.
  ///   - meanAtPoints: The prior mean there, a number or `[M]`; by default that of the process, if it is a number.
  /// - Precondition: The process has a kernel; its mean is a number, or `meanAtPoints` is given.
  /// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, eq. (2.19).
  public func conditioned(
    on f: Tensor, at points: Tensor, meanAtPoints: Tensor? = nil
  ) -> GaussianProcess {
    guard let kernel else {
      reportMistake(
        "conditioned(on:at:): this process has no kernel; condition the prior on all values at once."
      )
      return self
    }
    guard let meanAtPoints = meanAtPoints ?? constantMean else {
      reportMistake(
        "conditioned(on:at:): the mean is given at the \(mean.count) inputs only; say by meanAtPoints: what it is at the points."
      )
      return self
    }
    let points = Self.matrix(points)
    let L = choleskyFactor
    let A = triangularSolve(L, kernel.gram(inputs, points))  // [N, M]
    let residual = triangularSolve(L, f - mean)  // [N]
    let covariance = kernel.gram(points) - matmul(A.transposed(), A)
    return GaussianProcess(
      kernel: nil, metric: metric, inputs: points,
      mean: meanAtPoints + matmul(A.transposed(), residual),
      covarianceTriangle: covariance.packedLowerTriangle(), jitter: jitter)
  }
}

// MARK: Whitening

extension GaussianProcess {
  /// The whitened process, a function of independent normal variables: `f = mean + L u`, `u ~ Normal(0, I)`.
  ///
  /// In a model this is the form to sample: the posterior of `u` is close to its prior for any lengthscale.
  public var whitened: Whitened { Whitened(process: self) }

  /// A process as a function of independent standard normal variables.
  public struct Whitened: Sendable {
    let process: GaussianProcess

    /// The standard normal distribution of `u`, event `[N]`.
    public var distribution: any Distribution {
      Normal(.zeros(process.mean.shape), 1).toEvent(1)
    }

    /// The values of the process for `u`, `[N]`.
    public func callAsFunction(_ u: Tensor) -> Tensor { value(u, factor: process.choleskyFactor) }

    func value(_ u: Tensor, factor: Tensor) -> Tensor {
      process.mean + matmul(factor, u)
    }
  }
}

extension Context {
  /// Samples a Gaussian process: a site `name` with its values at the inputs.
  ///
  /// A covariance without a Cholesky factor makes the run fail, with the reason.
  ///
  /// - Returns: The values at the inputs, `[N]` with the plates around it.
  @discardableResult
  public mutating func sample(
    _ name: String, _ process: GaussianProcess, observed: Tensor? = nil, mask: Tensor? = nil
  ) -> Tensor {
    checkFactor(of: process, at: name)
    return sampleSite(name, process, observed: observed, mask: mask)
  }

  /// Samples a whitened process: a latent site `<name>_u`, `[N]`, and a deterministic site `name` with the values.
  ///
  /// - Returns: The values at the inputs, `[N]`.
  @discardableResult
  public mutating func sample(_ name: String, _ process: GaussianProcess.Whitened) -> Tensor {
    let factor = checkedFactor(of: process.process, at: name)
    func draw(_ distribution: some Distribution) -> Tensor {
      sampleSite(name + "_u", distribution, observed: nil, mask: nil)
    }
    let u = draw(process.distribution)
    return deterministic(
      name, process.value(u, factor: factor ?? process.process.choleskyFactor))
  }

  /// The Cholesky factor of a process where its numbers are there to be read, both checked and used; otherwise nil.
  mutating func checkedFactor(of process: GaussianProcess, at name: String) -> Tensor? {
    guard !isMistaken(before: name), !process.covarianceTriangle.isRecorded else { return nil }
    let factor = process.choleskyFactor
    if let error = process.error(ofFactor: factor) {
      fail(.other(site: name, message: error.description))
    }
    return factor
  }

  private mutating func checkFactor(of process: GaussianProcess, at name: String) {
    if !isMistaken(before: name), let error = process.factorizationError {
      fail(.other(site: name, message: error.description))
    }
  }

  /// The `sample` statement of any distribution, under a name that the overload for processes does not have.
  private mutating func sampleSite(
    _ name: String, _ distribution: some Distribution, observed: Tensor?, mask: Tensor?
  ) -> Tensor {
    sample(name, distribution, observed: observed, mask: mask)
  }
}
