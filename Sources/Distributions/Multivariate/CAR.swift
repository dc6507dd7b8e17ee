import Autodiff
import PPL
import Preconditions

/// The conditional autoregressive (CAR) distribution of values at the sites of a graph, each near the mean of its
/// neighbours.
///
///     x ~ Normal(location, P⁻¹),    P = τ (D - ρ W),    D = diag(Σⱼ W[i, j])
///
/// The determinant comes from the eigenvalues of `D^(-1/2) W D^(-1/2)`, which are computed once, and the squared
/// distance from the edges alone: a density costs as much as the graph has sites and edges. Draws factorise P.
///
/// - Shape: `location` is `[..., n]`, `correlation` ρ and `conditionalPrecision` τ are `[...]`, and broadcast to the
///   batch; `adjacency` W is `[n, n]`, one graph for all; the event is `[n]`.
/// - Units: `location` has those of `x`, τ one over their square.
/// - Note: The adjacency is data: it is read when the distribution is made, and has no derivative.
/// - Complexity: O(*n*³) once, then O(*n* + edges) for a density and O(*n*³) for draws.
/// - Reference: Besag (1974), *Spatial Interaction and the Statistical Analysis of Lattice Systems*; Jin, Carlin &
///   Banerjee (2005), *Generalized Hierarchical Multivariate CAR Models for Areal Data*, §2.
public struct CAR: HasMoments, HasEntropy, HasGaussianForm {
  /// The mean, batch + `[n]`; the spatial correlation ρ and the conditional precision τ, batch shape each; and
  /// the symmetric adjacency matrix W, `[n, n]`.
  public let location, correlation, conditionalPrecision, adjacency: Tensor
  public let batchShape: [Int]
  public let eventShape: [Int]
  private let graph: Graph

  /// A batch of CAR distributions; the parameters must broadcast to it.
  public init(
    _ location: Tensor, correlation: Tensor, conditionalPrecision: Tensor, adjacency: Tensor
  ) {
    holds(adjacency.rank == 2, "CAR: adjacency \(adjacency.shape) is not one matrix, [n, n].")
    let (batch, sizes) = eventShapes(
      of: "CAR",
      [
        ("location", location.shape, "n"), ("correlation", correlation.shape, ""),
        ("conditionalPrecision", conditionalPrecision.shape, ""),
        ("adjacency", adjacency.shape, "nn"),
      ])
    (batchShape, eventShape) = (batch, [sizes["n", default: 0]])
    self.location = location.broadcast(to: batchShape + eventShape)
    (self.correlation, self.conditionalPrecision) = (correlation, conditionalPrecision)
    self.adjacency = adjacency
    let isSquare = adjacency.rank == 2 && adjacency.shape[0] == adjacency.shape[1]
    graph = Graph(isSquare ? adjacency : .zeros([1, 1]))
  }

  public var meanParameter: String { "location" }
  public var parameters: [Parameter] {
    [
      .init("location", location, .realVector),
      .init("correlation", correlation, .openInterval(-1, 1)),
      .init("conditionalPrecision", conditionalPrecision, .positive),
      .init("adjacency", adjacency, Support(AdjacencyConstraint())),
    ]
  }
  public var support: Support { .realVector }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { normal.sample(shape, key: key) }

  public func logProb(_ x: Tensor) -> Tensor {
    let r = x - location
    let own = (graph.degrees * square(r)).sum(along: [-1])
    let pairs =
      r.taking(indices: graph.from, along: r.rank - 1)
      * r.taking(indices: graph.to, along: r.rank - 1)
    let shared = 2 * (graph.weights * pairs).sum(along: [-1])
    let distance = conditionalPrecision * (own - correlation * shared)
    return 0.5 * (logDeterminant - distance) - count * Tensor(Constant.halfLogTwoPi)
  }

  public var mean: Tensor { location }
  public var variance: Tensor { normal.variance.broadcast(to: shape) }
  public var entropy: Tensor {
    let standard = count * Tensor(Constant.halfLogTwoPi + 0.5)
    return (standard - 0.5 * logDeterminant).broadcast(to: batchShape)
  }

  /// The precision matrix P, `[..., n, n]`.
  public var precision: Tensor {
    let pull = correlation.withEventAxes(2) * adjacency
    return conditionalPrecision.withEventAxes(2) * (graph.degrees.diagonalMatrix() - pull)
  }

  private var normal: MultivariateNormal { MultivariateNormal(location, precision: precision) }
  private var count: Tensor { Tensor(Double(eventShape[0])) }

  /// The log determinant `log |P| = n log τ + Σ log D + Σ log(1 - ρ λ)`.
  private var logDeterminant: Tensor {
    let pull = log1p(-correlation.withEventAxes(1) * graph.eigenvalues).sum(along: [-1])
    return count * log(conditionalPrecision) + log(graph.degrees).sum() + pull
  }
}

/// The parts of an adjacency matrix that a density needs.
private struct Graph {
  let degrees: Tensor
  /// The two sites of each edge, from below the diagonal, and its weight; `[edges]` each.
  let from, to, weights: Tensor
  /// The eigenvalues of the adjacency scaled by the roots of the degrees, in [-1, 1]; `[n]`.
  let eigenvalues: Tensor

  init(_ adjacency: Tensor) {
    let n = adjacency.shape[0]
    let numbers = adjacency.scalars
    let edges = (0..<n).flatMap { i in (0..<i).map { j in (i, j) } }
      .filter { numbers[$0.0 * n + $0.1] != 0 }
    from = Tensor(edges.map { Double($0.0) })
    to = Tensor(edges.map { Double($0.1) })
    weights = Tensor(edges.map { numbers[$0.0 * n + $0.1] })
    degrees = Tensor(numbers, shape: [n, n]).sum(along: [-1])
    let scale = reciprocal(sqrt(degrees))
    eigenvalues = symmetricEigenvalues(
      Tensor(numbers, shape: [n, n]) * outerProduct(scale))
  }
}

/// The constraint on adjacency matrices: symmetric, non-negative weights that leave no site isolated and link none
/// to itself.
private struct AdjacencyConstraint: Constraint {
  var name: String { "symmetric and non-negative, zero on its diagonal and not in a whole row" }
  var eventRank: Int { 2 }

  func contains(_ x: Tensor) -> Tensor {
    let isWeight = (isFinite(x) .& (x .>= 0) .& (x .== x.transposed())).min(along: [-2, -1])
    let isJoined = (x.sum(along: [-1]) .> 0) .& (x.diagonal() .== 0)
    return isWeight .& isJoined.min(along: [-1])
  }

  func finding(in event: Tensor) -> Finding? {
    if let found = Finding.asymmetry(of: event) { return found }
    let (n, weights) = (event.shape[0], event.scalars)
    if let place = weights.firstIndex(where: { $0 < 0 }) {
      return Finding([place / n, place % n], "is \(weights[place])")
    }
    if let site = (0..<n).first(where: { weights[$0 * n + $0] != 0 }) {
      return Finding([site, site], "is \(weights[site * n + site])")
    }
    let sums = event.sum(along: [-1]).scalars
    return sums.firstIndex(of: 0).map { Finding([$0], "has no neighbour") }
  }

  var bijection: any Transform {
    requirementFailed("an adjacency matrix is data: it has no bijection from the reals")
  }

  /// The complete graph, as a feasible value.
  func feasible(_ shape: [Int]) -> Tensor {
    (1 - Tensor.identity(shape[shape.count - 1])).broadcast(to: shape)
  }
}
