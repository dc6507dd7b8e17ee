import Autodiff
import PPL
import Preconditions

/// The linear Gaussian state-space distribution of a path: linear transitions with normal innovations.
///
///     zₜ = A zₜ₋₁ + eₜ,    eₜ ~ Normal(0, L Lᵀ),    t = 1, …, T
///
/// - Shape: `transition` A and `choleskyFactor` L are `[..., n, n]`, `initialState` z₀ `[..., n]`, zero if none is
///   given; they broadcast to the batch, the event is `[T, n]`.
/// - Complexity: O(*T n*²); draws step by step, densities for all steps at once.
/// - Reference: Durbin & Koopman (2012), *Time Series Analysis by State Space Methods*, eq. (3.1).
public struct GaussianStateSpace: HasMoments, HasEntropy {
  /// The number of states T after the initial one.
  public let steps: Int
  /// The transition matrix A and the Cholesky factor L of the innovation covariance; batch + `[n, n]` each.
  public let transition, choleskyFactor: Tensor
  public let batchShape: [Int]
  public let eventShape: [Int]
  private let given: Parameter
  private let initialState: Tensor?

  /// A batch of paths given by the Cholesky factor of the covariance of their innovations.
  ///
  /// - Precondition: `steps` is positive and the shapes agree.
  public init(
    steps: Int, transition: Tensor, choleskyFactor: Tensor, initialState: Tensor? = nil
  ) {
    self.init(
      steps, transition, CovarianceFactor(choleskyFactor: choleskyFactor), initialState)
  }

  /// A batch of paths given by the covariance of the innovations, `[..., n, n]`; not a number where it is not
  /// positive definite.
  public init(steps: Int, transition: Tensor, covariance: Tensor, initialState: Tensor? = nil) {
    self.init(steps, transition, CovarianceFactor(covariance: covariance), initialState)
  }

  /// A batch of paths given by the precision matrix of the innovations, `[..., n, n]`.
  public init(steps: Int, transition: Tensor, precision: Tensor, initialState: Tensor? = nil) {
    self.init(steps, transition, CovarianceFactor(precision: precision), initialState)
  }

  private init(
    _ steps: Int, _ transition: Tensor, _ covariance: CovarianceFactor, _ initialState: Tensor?
  ) {
    holds(steps > 0, "GaussianStateSpace: steps is \(steps), but must be positive.")
    // Draws and moments are computed state by state, which more steps would never finish.
    let isTooLarge = !holds(
      steps <= 100_000_000, "GaussianStateSpace: steps is \(steps), but must be at most 100000000.")
    let steps = isTooLarge ? 1 : max(steps, 1)
    (given, choleskyFactor) = (covariance.given, covariance.factor)
    (self.steps, self.transition, self.initialState) = (steps, transition, initialState)
    let start = initialState.map { [(name: "initialState", shape: $0.shape, event: "n")] } ?? []
    let (batch, sizes) = eventShapes(
      of: "GaussianStateSpace",
      [("transition", transition.shape, "nn"), (given.name, given.value.shape, "nn")] + start)
    (batchShape, eventShape) = (batch, [steps, sizes["n", default: 0]])
  }

  public var parameters: [Parameter] {
    let start = initialState.map { [Parameter("initialState", $0, .realVector)] } ?? []
    return [.init("transition", transition, .realMatrix), given] + start
  }
  public var support: Support { .realMatrix }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let noise = key.normal(shape + batchShape + eventShape)
    return states(from: start) { t in product(choleskyFactor, noise[.ellipsis, .at(t), .all]) }
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let states = x.broadcast(to: broadcastShapes([x.shape, shape]) ?? x.shape)
    let first = start.expandingDimension(at: -2)
      .broadcast(to: states.shape.dropLast(2) + [1, eventShape[1]])
    let before = concatenate(
      [first, states[.ellipsis, .range(0..<steps - 1), .all]], along: -2)
    // Times go in front of the batch, where vectors that share a matrix belong.
    let innovations = timesFirst(states) - product(transition, timesFirst(before))
    let white = solution(choleskyFactor, innovations)
    let distance = square(white).sum(along: [0, -1])
    return -0.5 * distance - count * logTriangularDeterminant(choleskyFactor)
      - Tensor(Double(eventShape[0] * eventShape[1]) * Constant.halfLogTwoPi)
  }

  public var mean: Tensor { states(from: start) { _ in .zeros(start.shape) } }

  /// The variance of each state: the cumulative sum of the squares of `Aᵏ L` by rows.
  public var variance: Tensor {
    var response = choleskyFactor
    var total = square(response).sum(along: [-1])
    var variances = [total]
    for _ in 1..<steps {
      response = matmul(transition, response)
      total = total + square(response).sum(along: [-1])
      variances.append(total)
    }
    return stack(variances.map { $0.broadcast(to: batchShape + [eventShape[1]]) }, along: -2)
  }

  public var entropy: Tensor {
    let standard = Double(eventShape[0] * eventShape[1]) * (Constant.halfLogTwoPi + 0.5)
    let entropy = count * logTriangularDeterminant(choleskyFactor) + Tensor(standard)
    return entropy.broadcast(to: batchShape)
  }

  private var count: Tensor { Tensor(Double(steps)) }
  private var start: Tensor {
    (initialState ?? .zeros([eventShape[1]])).broadcast(to: batchShape + [eventShape[1]])
  }

  /// The states z₁, …, z_T for these innovations, `[..., T, n]`.
  private func states(from start: Tensor, _ innovation: (Int) -> Tensor) -> Tensor {
    var state = start
    var states: [Tensor] = []
    for t in 0..<steps {
      let step = innovation(t)
      state = product(transition, state.broadcast(to: step.shape)) + step
      states.append(state)
    }
    return stack(states, along: -2)
  }

  /// Moves the time axis to the front: `[..., T, n]` to `[T, ..., n]`.
  private func timesFirst(_ x: Tensor) -> Tensor {
    x.transposed([x.rank - 2] + Array(0..<x.rank - 2) + [x.rank - 1])
  }
}
