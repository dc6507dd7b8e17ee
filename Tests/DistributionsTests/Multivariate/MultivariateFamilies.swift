import Distributions
import PPL
import TestSupport

/// A symmetric matrix, so that differences may move each element of a parameter alone.
func symmetric(_ a: Tensor) -> Tensor { 0.5 * (a + a.transposed()) }

private let factor = Tensor(rows: [[0.8, 0, 0], [0.5, 0.7, 0], [-0.6, 0.2, 1.2]])
private let scale = Tensor(rows: [[2, 0.3, -0.4], [0.3, 1, 0.2], [-0.4, 0.2, 1.5]])
private let indefinite = Tensor(rows: [[1, 2, 0], [2, 1, 0], [0, 0, 1]])
/// A path of four sites with unequal weights.
private let path = Tensor(rows: [[0, 1, 0, 0], [1, 0, 2, 0], [0, 2, 0, 0.5], [0, 0, 0.5, 0]])

/// Distributions of vectors and matrices; matrices among the parameters are made symmetric or triangular by `make`.
let multivariateFamilies: [Family] = [
  Family(
    "MultivariateNormal",
    [Tensor(rows: [[1, -2], [0, 0.5]]), Tensor(rows: [[0.8, 0], [0.5, 0.3]])],
    invalid: [("choleskyFactor", [Tensor([0, 0]), Tensor(rows: [[1, 0], [0, -1]])])]
  ) { MultivariateNormal($0[0], choleskyFactor: $0[1].lowerTriangle()) },
  Family(
    "MultivariateNormal, a batch of factors",
    [Tensor([1, -2]), Tensor([0.8, 0, 0.5, 0.3, 1, 0, -2, 2], shape: [2, 2, 2])], invalid: []
  ) { MultivariateNormal($0[0], choleskyFactor: $0[1].lowerTriangle()) },
  Family(
    "MultivariateNormal of a covariance", [Tensor([1, -2, 0]), scale],
    invalid: [("covariance", [Tensor([0, 0, 0]), indefinite])]
  ) { MultivariateNormal($0[0], covariance: symmetric($0[1])) },
  Family(
    "MultivariateNormal of a precision", [Tensor(rows: [[1, -2, 0], [0, 0, 1]]), scale],
    invalid: [("precision", [Tensor([0, 0, 0]), indefinite])]
  ) { MultivariateNormal($0[0], precision: symmetric($0[1])) },
  Family(
    "LowRankMultivariateNormal",
    [
      Tensor([1, -2, 0]), Tensor(rows: [[0.5, 0.1], [0.2, -0.3], [0.7, 0.4]]),
      Tensor(rows: [[0.3, 0.5, 0.2], [1, 2, 3]]),
    ],
    invalid: [("diagonal", [Tensor([0, 0, 0]), .ones([3, 1]), Tensor([1, 0, 1])])]
  ) { LowRankMultivariateNormal($0[0], factor: $0[1], diagonal: $0[2]) },
  Family(
    "MultivariateStudentT", [Tensor([5, 30]), Tensor([1, -2, 0]), factor],
    invalid: [
      ("degreesOfFreedom", [0, Tensor([0, 0, 0]), factor]),
      ("choleskyFactor", [1, Tensor([0, 0, 0]), -factor]),
    ], hasFourthMoment: false, draws: .inExpectation
  ) { MultivariateStudentT($0[0], $0[1], choleskyFactor: $0[2].lowerTriangle()) },
  Family(
    "MatrixNormal",
    [
      Tensor([0, 1, 0.5, -0.5, 0, 0, 1, 1, 1, 2, 2, 2], shape: [2, 3, 2]), factor,
      Tensor(rows: [[0.6, 0], [0.2, 1.1]]),
    ], invalid: [("columnFactor", [.zeros([3, 2]), factor, .zeros([2, 2])])]
  ) {
    MatrixNormal($0[0], rowFactor: $0[1].lowerTriangle(), columnFactor: $0[2].lowerTriangle())
  },
  Family(
    "RLargest", [35, Tensor(rows: [[1.8], [0.5]]), Tensor([-0.3, -1e-9, 0.2])],
    invalid: [("scale", [0, 0, 0.1]), ("shape", [0, 1, Tensor(.nan)])],
    // Values keep their order.
    moving: { x in
      let gaps = 0.1 + 0.3 * sigmoid(x[.ellipsis, .range(1..<4)] - 35)
      let first = x[.ellipsis, .range(0..<1)]
      return concatenate([first, first - gaps.cumulativeSum()], along: -1)
    }
  ) { RLargest($0[0], $0[1], $0[2], count: 4) },
  Family(
    "RLargest of ragged blocks", [Tensor([3, 35]), 1.8, 0.2], invalid: [("scale", [0, 0, 0.1])]
  ) { RLargest($0[0], $0[1], $0[2], count: 3, present: [1, 2]) },
  // So many exceedances that no place is left, at which a density has a jump.
  Family(
    "PoissonPointProcess",
    [35, Tensor(rows: [[1.8], [0.5]]), Tensor([-0.3, -1e-9, 0.2]), 36, Tensor(1e4)],
    invalid: [("scale", [0, 0, 0.1, 1, 1]), ("blocks", [0, 1, 0.1, 1, 0])], draws: .none,
    // Clear of the threshold and of the upper end.
    moving: { 36.1 + 0.5 * sigmoid($0 - 36) }
  ) { PoissonPointProcess($0[0], $0[1], $0[2], threshold: $0[3], blocks: $0[4], capacity: 3) },
  Family(
    "Wishart", [Tensor([5.5, 9]), scale],
    invalid: [("degreesOfFreedom", [1.9, scale]), ("scale", [5, indefinite])], draws: .inExpectation
  ) { Wishart($0[0], scale: symmetric($0[1])) },
  Family(
    "Wishart of a rate", [5.5, scale], invalid: [("rate", [5, indefinite])], draws: .inExpectation
  ) {
    Wishart($0[0], rate: symmetric($0[1]))
  },
  Family(
    "WishartCholesky", [Tensor([5.5, 9]), factor],
    invalid: [("degreesOfFreedom", [2, factor]), ("choleskyFactor", [5, -factor])],
    draws: .inExpectation
  ) { WishartCholesky($0[0], choleskyFactor: $0[1].lowerTriangle()) },
  Family(
    "InverseWishart", [Tensor([14, 20]), scale],
    invalid: [("degreesOfFreedom", [1.9, scale]), ("scale", [5, indefinite])], draws: .inExpectation
  ) { InverseWishart($0[0], scale: symmetric($0[1])) },
  Family(
    "InverseWishartCholesky", [Tensor([14, 20]), factor],
    invalid: [("degreesOfFreedom", [2, factor]), ("choleskyFactor", [5, -factor])],
    draws: .inExpectation
  ) { InverseWishartCholesky($0[0], choleskyFactor: $0[1].lowerTriangle()) },
  Family("LKJ", [Tensor([1, 2.5])], invalid: [("concentration", [0])], draws: .inExpectation) {
    LKJ(dimension: 3, concentration: $0[0])
  },
  Family(
    "LKJCholesky", [Tensor([0.7, 2.5])], invalid: [("concentration", [0])], draws: .inExpectation
  ) {
    LKJCholesky(dimension: 4, concentration: $0[0])
  },
  Family(
    "Dirichlet", [Tensor(rows: [[0.8, 2, 7], [1, 1, 1]])],
    invalid: [("concentration", [Tensor([1, 0, 2])])], draws: .inExpectation
  ) { Dirichlet($0[0]) },
  Family("ZeroSumNormal", [Tensor([1.2, 0.3])], invalid: [("scale", [0])]) {
    ZeroSumNormal($0[0], shape: [4])
  },
  Family("ZeroSumNormal of two axes", [1.2], invalid: []) {
    ZeroSumNormal($0[0], shape: [3, 4])
  },
  Family("GaussianRandomWalk", [Tensor([0.7, 2])], invalid: [("scale", [-1])]) {
    GaussianRandomWalk($0[0], steps: 4)
  },
  Family(
    "GaussianStateSpace",
    [
      Tensor(rows: [[0.9, 0.1], [-0.2, 0.7]]), Tensor(rows: [[0.5, 0], [0.2, 0.8]]),
      Tensor(rows: [[1, 2], [0, 0]]),
    ],
    invalid: [
      ("choleskyFactor", [.identity(2), .zeros([2, 2]), .zeros([2])]),
      ("transition", [.full(.nan, [2, 2]), .identity(2), .zeros([2])]),
    ]
  ) {
    GaussianStateSpace(
      steps: 3, transition: $0[0], choleskyFactor: $0[1].lowerTriangle(), initialState: $0[2])
  },
  Family(
    "GaussianStateSpace from zero", [stack([factor, 0.5 * factor]), scale],
    invalid: [("covariance", [factor, indefinite])]
  ) { GaussianStateSpace(steps: 2, transition: $0[0], covariance: symmetric($0[1])) },
  Family(
    "CAR", [Tensor([1, 0, -1, 2]), Tensor([0.4, -0.8]), 1.3],
    invalid: [
      ("correlation", [.zeros([4]), 1, 1]), ("conditionalPrecision", [.zeros([4]), 0, 0]),
    ]
  ) { CAR($0[0], correlation: $0[1], conditionalPrecision: $0[2], adjacency: path) },
  Family(
    "CirculantNormal",
    [Tensor(rows: [[0.1, 0.2, 0.3, 0.4, 0.5], [1, 1, 1, 1, 1]]), Tensor([2, 1.5, 0.8])],
    invalid: [("spectrum", [.zeros([3]), Tensor([1, 0])])]
  ) { CirculantNormal($0[0], spectrum: $0[1]) },
  Family(
    "CirculantNormal of a row", [Tensor([0.1, 0.2, 0.3, 0.4]), Tensor([1.5, 0.4, 0.1])],
    invalid: [("covarianceRow", [.zeros([4]), Tensor([1, 1, 1])])]
  ) {
    // The last element repeats the second.
    CirculantNormal(
      $0[0], covarianceRow: concatenate([$0[1], $0[1][.range(1..<2)]]))
  },
  Family(
    "GaussianCopula",
    [Tensor([0.5, -2, 0]), Tensor(rows: [[1], [0.4]]), Tensor([0.3, -0.2, 0.5])],
    invalid: [
      ("scale", [Tensor([0, 0, 0]), Tensor([0]), Tensor([0, 0, 0])]),
      ("correlation", [Tensor([0, 0, 0]), Tensor([1]), Tensor([1, 1, -1])]),
    ]
  ) {
    let r = $0[2]
    let lower = stack([Tensor([0, 0, 0]), stack([r[0], 0, 0]), stack([r[1], r[2], 0])])
    return GaussianCopula(
      Gumbel($0[0], $0[1]), correlation: lower + lower.transposed() + .identity(3))
  },
]
