import PPL

/// The error of a covariance that is not positive definite to rounding.
public struct FactorizationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The name of the kernel; that of a sum or product names its parts.
  public let kernel: String
  /// The name and value of each hyperparameter.
  public let hyperparameters: [String]
  /// The jitter added to the diagonal, in squared units of the process.
  public let jitter: Double
  /// The two inputs closest to each other in the metric of the kernel, with their distance.
  public let closest: ClosestPair?

  /// Two close rows of the inputs.
  public struct ClosestPair: Equatable, Sendable {
    /// The two rows, counted from 0.
    public let first, second: Int
    /// The distance between the rows, in the units of the metric: those of the inputs for the Euclidean one.
    public let distance: Double
    /// The name of the metric; nil for the Euclidean one.
    public let metric: String?
  }

  public var description: String {
    let settings = hyperparameters.isEmpty ? "" : " with " + hyperparameters.joined(separator: ", ")
    let pair =
      closest.map {
        " The closest inputs are rows \($0.first) and \($0.second), \($0.distance) apart"
          + ($0.metric.map { " in the metric \($0)" } ?? "") + "."
      } ?? ""
    return
      "the covariance of \(kernel)\(settings) and jitter \(jitter) is not positive definite.\(pair) "
      + "Merge inputs that are nearly equal, shorten the lengthscale, or raise the jitter."
  }
}

extension GaussianProcess {
  /// The reason why the covariance has no Cholesky factor; nil if it has one.
  ///
  /// It is nil while the covariance is being recorded, because its numbers cannot be read. A factor that fails
  /// in a replay is not a number throughout, and is counted with the loss.
  public var factorizationError: FactorizationError? {
    covarianceTriangle.isRecorded ? nil : error(ofFactor: choleskyFactor)
  }

  /// The reason why a Cholesky factor with known numbers is invalid; nil if it is valid.
  func error(ofFactor factor: Tensor) -> FactorizationError? {
    guard inputs.shape[0] > 0, factor.scalars[0].isNaN else { return nil }
    let known = (kernel?.hyperparameters ?? []).filter { !$0.value.isRecorded }
    return FactorizationError(
      kernel: kernel?.name ?? "a conditioned process",
      hyperparameters: known.map { parameter in
        let values = parameter.value.scalars.map { "\($0)" }
        return "\(parameter.name) "
          + (values.count == 1 ? values[0] : "[" + values.joined(separator: ", ") + "]")
      },
      jitter: jitter, closest: closestPair)
  }

  private var closestPair: FactorizationError.ClosestPair? {
    let n = inputs.shape[0]
    guard n > 1, !inputs.isRecorded else { return nil }
    let distances = metric.distances(inputs, inputs).scalars
    var best = (first: 0, second: 1, distance: distances[1])
    for i in 0..<n {
      for j in (i + 1)..<n where distances[i * n + j] < best.distance {
        best = (i, j, distances[i * n + j])
      }
    }
    return .init(
      first: best.first, second: best.second, distance: best.distance,
      metric: metric is Euclidean ? nil : metric.name)
  }
}
