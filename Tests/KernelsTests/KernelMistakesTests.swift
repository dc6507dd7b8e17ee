import Distributions
import Kernels
import PPL
import Testing

/// Every mistake of a kernel's arguments in a model is thrown by its run, with a sentence of its own.
@Suite struct KernelMistakesTests {
  /// A mistake and its sentence.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sentence: String
    let tensor: @Sendable () -> Tensor

    init(_ name: String, _ sentence: String, _ tensor: @escaping @Sendable () -> Tensor) {
      (testDescription, self.sentence, self.tensor) = (name, sentence, tensor)
    }
  }

  private static let inputs = Tensor.zeros([3, 2])

  static let rows: [Row] = [
    Row(
      "inputs of other columns", "Kernel: inputs are [N, D] and [M, D], not [3, 2] and [4, 1]."
    ) { RBF(lengthscale: 1).gram(inputs, .zeros([4, 1])) },
    Row("inputs that are a vector", "Kernel: inputs are [N, D] and [M, D], not [3] and [3].") {
      RBF(lengthscale: 1).gramTriangle(.zeros([3]))
    },
    Row("inputs that are a number", "Kernel: inputs are [N, D] and [M, D], not [] and [].") {
      White().gram(1)
    },
    Row(
      "inputs of a period", "Kernel: inputs are [N, D] and [M, D], not [3, 2] and [4, 1]."
    ) { Periodic(lengthscale: 1, period: 1).gram(inputs, .zeros([4, 1])) },
    Row("a lengthscale too many", "RBF: 3 lengthscales for inputs with 2 axes.") {
      RBF(lengthscale: Tensor([1, 2, 3])).gram(inputs)
    },
    Row("a lengthscale too many of a triangle", "Matern32: 3 lengthscales for inputs with 2 axes.")
    { Matern32(lengthscale: Tensor([1, 2, 3])).gramTriangle(inputs) },
    Row("a lengthscale of periods", "Periodic: 3 lengthscales for inputs with 2 axes.") {
      Periodic(lengthscale: Tensor([1, 2, 3]), period: 1).gram(inputs)
    },
    Row("a period too many", "Cosine: 3 periods for inputs with 2 axes.") {
      Cosine(period: Tensor([1, 2, 3])).gram(inputs)
    },
    Row(
      "a smooth kernel of great circles",
      "Matern32 is not positive definite with the metric greatCircle; on a sphere take the metric "
        + ".chordal, or Matern12."
    ) { Matern32(lengthscale: 800, metric: .greatCircle).gram(inputs) },
    Row(
      "a lengthscale by axis of a sphere",
      "Matern52: 2 lengthscales with the metric chordal, which needs one; the metric "
        + ".anisotropic(lengthscales:) has one for each axis."
    ) { Matern52(lengthscale: Tensor([1, 2]), metric: .chordal).gramTriangle(inputs) },
    Row(
      "places that are not on a sphere",
      "greatCircle: inputs with 3 axes; they must be longitudes and latitudes in degrees, [N, 2]."
    ) { Matern12(lengthscale: 800, metric: .greatCircle).gram(.zeros([4, 3])) },
    Row(
      "a latitude that is not a number",
      "chordal: row 1 has latitude nan, but latitudes are in [-90, 90]; columns are longitude "
        + "and latitude in degrees."
    ) { RBF(lengthscale: 800, metric: .chordal).gram(Tensor(rows: [[0, 0], [1, .nan]])) },
    Row(
      "a longitude that is not finite",
      "greatCircle: row 0 has longitude inf, but longitudes are finite; columns are longitude and "
        + "latitude in degrees."
    ) { Matern12(lengthscale: 800, metric: .greatCircle).gram(Tensor(rows: [[.infinity, 0]])) },
    Row(
      "a sphere without a radius", "chordal: the radius is -1.0, but must be positive and finite."
    ) { RBF(lengthscale: 800, metric: Chordal(radius: -1)).gram(.zeros([2, 2])) },
    Row(
      "latitudes before longitudes",
      "chordal: row 1 has latitude 139.69, but latitudes are in [-90, 90]; columns are longitude "
        + "and latitude in degrees."
    ) {
      RBF(lengthscale: 800, metric: .chordal).gram(Tensor(rows: [[40.4, -3.7], [35.69, 139.69]]))
    },
    Row("a lengthscale too many of a metric", "Anisotropic: 3 lengthscales for 2 axes.") {
      RBF(lengthscale: 1, metric: .anisotropic(lengthscales: Tensor([1, 2, 3]))).gram(inputs)
    },
    Row(
      "axes of other inputs",
      "Anisotropic: axes of shape [3, 3] for inputs with 2 axes; they must be [E, 2]."
    ) {
      RBF(lengthscale: 1, metric: .anisotropic(lengthscales: 1, axes: .identity(3))).gram(inputs)
    },
    Row("a degree of 0", "Polynomial: the degree is 0, but must be positive.") {
      Polynomial(degree: 0, bias: 1).gram(inputs)
    },
    Row(
      "factors of two sizes",
      "SumKronecker: the left factors have shapes [3, 3] and [2, 2], but must be square and of one size."
    ) { SumKronecker(.ones([3, 3]), .ones([2, 2]), .ones([2, 2]), .ones([2, 2])).dense() },
    Row(
      "a vector that does not fit", "SumKronecker: cannot multiply [4, 4] with a vector of [3]."
    ) {
      let identity = Tensor.identity(2)
      return SumKronecker(identity, identity, identity, identity).times(.ones([3]))
    },
    Row(
      "a factor that is not square",
      "Kronecker: the left factor has shape [2, 3], but must be square."
    ) { Kronecker(.ones([2, 3]), .identity(2)).dense() },
    Row(
      "one product only",
      "SumKronecker: products of shapes [[4, 4]], but it needs two or more with factors of equal sizes."
    ) { SumKronecker([Kronecker(.identity(2), .identity(2))]).dense() },
    Row(
      "a right factor that is no covariance",
      "Kronecker: the right factors have the eigenvalue -1.0 (relative to their largest entries), but a covariance has none "
        + "below 0."
    ) {
      Kronecker(.identity(2), Tensor(rows: [[1, 0], [0, -1]])).factored(noise: 1).logDeterminant
    },
    Row(
      "a right side that does not fit",
      "KroneckerFactor: the right side has shape [3], but is [4]."
    ) { Kronecker(.identity(2), .identity(2)).factored(noise: 1).solve(.ones([3])) },
    Row(
      "noise of several numbers", "KroneckerFactor: the noise has shape [4], but is one number."
    ) { Kronecker(.identity(2), .identity(2)).factored(noise: .ones([4])).logDeterminant },
    Row(
      "values on another grid",
      "GridNormal: the mean [3] or the values that are present [2, 2] do not fit [2, 2]."
    ) {
      GridNormal(.zeros([3]), Kronecker(.identity(2), .identity(2)), noise: 1).logProb(
        .ones([2, 2]))
    },
    Row("inputs of a process", "GaussianProcess: inputs are [N, D] or [N], not [].") {
      GaussianProcess(RBF(lengthscale: 1), at: 1).covariance
    },
    Row(
      "a mean that is not said elsewhere",
      "conditioned(on:at:): the mean is given at the 2 inputs only; say by meanAtPoints: what it is "
        + "at the points."
    ) {
      GaussianProcess(RBF(lengthscale: 1), at: Tensor([0, 1]), mean: Tensor([5, 6]))
        .conditioned(on: Tensor([1, 2]), at: Tensor([3])).mean
    },
    Row("a negative jitter", "GaussianProcess: jitter is -1e-06, but must not be negative.") {
      GaussianProcess(RBF(lengthscale: 1), at: Tensor([0, 1]), jitter: -1e-6).mean
    },
  ]

  @Test(arguments: rows) func eachMistakeIsThrownWithItsSentence(_ row: Row) {
    let model = Model<Void> { p in p.deterministic("k", row.tensor()) }
    let error = #expect(throws: ModelError.self) { try model.trace() }
    #expect(error?.description == "before or in the statement of \"k\": " + row.sentence)
  }

  /// The covariance of placeholders may have no factor, which is not what was wrong.
  @Test func aProcessOfMistakenInputsIsNotBlamedForItsFactor() {
    let kernel = RBF(lengthscale: Tensor([1, 2, 3]))
    let plain = Model<Void> { p in
      p.sample("f", GaussianProcess(kernel, at: .zeros([3, 2]), jitter: 0))
    }
    let whitened = Model<Void> { p in
      p.sample("f", GaussianProcess(kernel, at: .zeros([3, 2]), jitter: 0).whitened)
    }
    for model in [plain, whitened] {
      let error = #expect(throws: ModelError.self) {
        try model.seeded(by: RandomKey(0)).trace()
      }
      #expect(
        error?.description
          == "before or in the statement of \"f\": RBF: 3 lengthscales for inputs with 2 axes.")
    }
  }
}
