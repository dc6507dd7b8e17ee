import Distributions
import PPL

/// Distributions of vectors and matrices; sizes that no parameter tells are those of the file's values.
let multivariateCounterparts: [String: Counterpart] = [
  "MultivariateNormalTril": .init(parameters: ["loc", "scale_tril"]) {
    MultivariateNormal($0[0], choleskyFactor: $0[1])
  },
  "MultivariateNormalCov": .init(parameters: ["loc", "covariance_matrix"]) {
    MultivariateNormal($0[0], covariance: $0[1])
  },
  "MultivariateNormalPrec": .init(parameters: ["loc", "precision_matrix"]) {
    MultivariateNormal($0[0], precision: $0[1])
  },
  "LowRankMultivariateNormal": .init(parameters: ["loc", "cov_factor", "cov_diag"]) {
    LowRankMultivariateNormal($0[0], factor: $0[1], diagonal: $0[2])
  },
  "MultivariateStudentT": .init(parameters: ["df", "loc", "scale_tril"]) {
    MultivariateStudentT($0[0], $0[1], choleskyFactor: $0[2])
  },
  "MatrixNormal": .init(parameters: ["loc", "scale_tril_row", "scale_tril_column"]) {
    MatrixNormal($0[0], rowFactor: $0[1], columnFactor: $0[2])
  },
  "Wishart": .init(parameters: ["concentration", "scale_matrix"]) { Wishart($0[0], scale: $0[1]) },
  "WishartCholesky": .init(parameters: ["concentration", "scale_matrix"]) {
    WishartCholesky($0[0], scale: $0[1])
  },
  "InverseWishart": .init(
    parameters: ["concentration", "scale_matrix"],
    exceptions: ["variance": "NumPyro's is wrong off the diagonal; draws decide in FamilyTests"]
  ) { InverseWishart($0[0], scale: $0[1]) },
  "InverseWishartCholesky": .init(
    parameters: ["concentration", "scale_matrix"],
    exceptions: [
      "mean": "NumPyro gives the factor of the mean matrix, not the mean of the factor",
      "variance": "NumPyro has none",
    ]
  ) { InverseWishartCholesky($0[0], scale: $0[1]) },
  "LKJ": .init(
    parameters: ["concentration"], sized: { LKJ(dimension: $1[0], concentration: $0[0]) }),
  "LKJCholesky": .init(
    parameters: ["concentration"], sized: { LKJCholesky(dimension: $1[0], concentration: $0[0]) }),
  "Dirichlet": .init(parameters: ["concentration"]) { Dirichlet($0[0]) },
  "ZeroSumNormal": .init(
    parameters: ["scale"], sized: { ZeroSumNormal($0[0], shape: $1) }),
  "GaussianRandomWalk": .init(
    parameters: ["scale"], sized: { GaussianRandomWalk($0[0], steps: $1[0]) }),
  "GaussianStateSpace": .init(
    parameters: ["transition_matrix", "scale_tril"],
    sized: { GaussianStateSpace(steps: $1[0], transition: $0[0], choleskyFactor: $0[1]) }),
  "CAR": .init(
    parameters: ["loc", "correlation", "conditional_precision"],
    sized: { parameters, eventShape in
      CAR(
        parameters[0], correlation: parameters[1], conditionalPrecision: parameters[2],
        adjacency: ring(eventShape[0]))
    }),
  "CirculantNormal": .init(parameters: ["loc", "covariance_row"]) {
    CirculantNormal($0[0], covarianceRow: $0[1])
  },
  "GaussianCopulaBeta": .init(
    parameters: ["concentration1", "concentration0", "correlation_matrix"],
    exceptions: [
      "grad_params concentration1": "JAX has no derivative of betainc in its shapes",
      "grad_params concentration0": "JAX has no derivative of betainc in its shapes",
      "sample": "the file has none: JAX has no inverse of betainc",
    ]
  ) { GaussianCopula(Beta($0[0], $0[1]), correlation: $0[2]) },
  "IndependentNormal": .init(parameters: ["loc", "scale"]) { Normal($0[0], $0[1]).toEvent(1) },
]

/// The adjacency of `count` sites on a ring, the graph of the file's autoregressions, `[count, count]`.
private func ring(_ count: Int) -> Tensor {
  Tensor(
    rows: (0..<count).map { i in
      (0..<count).map { j in
        [1, count - 1].contains((i - j + count) % count) ? 1 : 0
      }
    })
}
