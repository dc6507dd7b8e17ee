import Kernels
import PPL
import TestSupport
import Testing

/// Five places of which two are one, `[5, 2]`.
let places = Tensor(rows: [[0, 0], [1, 0.5], [0.25, -2], [1, 0.5], [-3, 1.5]])
/// Three others, `[3, 2]`.
let elsewhere = Tensor(rows: [[0.3, 0.1], [2, -1], [-1, 1]])

/// A rotation of the plane, `[2, 2]`.
let turn = Tensor(rows: [[0.8, 0.6], [-0.6, 0.8]])

extension KernelCase {
  static let all: [KernelCase] = [
    .init("RBF", [0.9]) { RBF(lengthscale: $0[0]) },
    .init("RBF by axis", [Tensor([0.9, 2])]) { RBF(lengthscale: $0[0]) },
    .init("Matern12", [0.9]) { Matern12(lengthscale: $0[0]) },
    .init("Matern32", [0.9]) { Matern32(lengthscale: $0[0]) },
    .init("Matern52", [0.9]) { Matern52(lengthscale: $0[0]) },
    .init("Matern52 by axis", [Tensor([0.9, 2])]) { Matern52(lengthscale: $0[0]) },
    .init("RationalQuadratic", [0.9, 1.7]) { RationalQuadratic(lengthscale: $0[0], alpha: $0[1]) },
    .init("RBF with an anisotropic metric", [Tensor([0.9, 2])]) {
      RBF(lengthscale: 1, metric: .anisotropic(lengthscales: $0[0]))
    },
    .init("Matern32 with an anisotropic metric of other axes", [Tensor([0.9, 2]), turn]) {
      Matern32(lengthscale: 1, metric: .anisotropic(lengthscales: $0[0], axes: $0[1]))
    },
    .init("DotProduct", []) { _ in DotProduct() },
    .init("Polynomial", [0.4]) { Polynomial(degree: 3, bias: $0[0]) },
    .init("White", []) { _ in White() },
    .init("Constant", []) { _ in Constant() },
    .init("scaled", [1.3, 0.9]) { $0[0] * Matern32(lengthscale: $0[1]) },
    .init("sum", [1.3, 0.9, 0.2]) { $0[0] * RBF(lengthscale: $0[1]) + $0[2] * DotProduct() },
    .init("product", [0.9, 0.4]) {
      RBF(lengthscale: $0[0]) * (Constant() + $0[1] * DotProduct())
    },
  ]
}

/// Periodic kernels, which are tried on a line as well, `[5, 1]`.
let periodicCases: [KernelCase] = [
  .init("Periodic", [0.9, 2.7]) { Periodic(lengthscale: $0[0], period: $0[1]) },
  .init("Cosine", [2.7]) { Cosine(period: $0[0]) },
]
let times = Tensor(rows: [[0], [0.4], [1.1], [0.4], [2.9]])

@Suite struct KernelTests {
  @Test(arguments: KernelCase.all + periodicCases)
  func eachKernelIsACovarianceFunctionWithItsGradients(_ one: KernelCase) {
    expectKernel(one, at: places, and: elsewhere)
  }

  @Test(arguments: periodicCases)
  func eachKernelIsACovarianceFunctionOnALine(_ one: KernelCase) {
    expectKernel(one, at: times, and: Tensor(rows: [[0.2], [5]]))
  }

  // MARK: Algebra

  @Test func sumsAndProductsAreElementwise() {
    let (a, b) = (Matern32(lengthscale: 1.5), DotProduct())
    let (ka, kb) = (a.gram(places, elsewhere), b.gram(places, elsewhere))
    #expect((a + b).gram(places, elsewhere).scalars == (ka + kb).scalars)
    #expect((a * b).gram(places, elsewhere).scalars == (ka * kb).scalars)
    #expect((2.5 * a).gram(places, elsewhere).scalars == (2.5 * ka).scalars)
    let (ta, tb) = (a.gramTriangle(places), b.gramTriangle(places))
    #expect((a + b).gramTriangle(places).scalars == (ta + tb).scalars)
    #expect((a * b).gramTriangle(places).scalars == (ta * tb).scalars)
    #expect((2.5 * a).gramTriangle(places).scalars == (2.5 * ta).scalars)
    let (da, db) = (a.diagonal(places), b.diagonal(places))
    #expect((a + b).diagonal(places).scalars == (da + db).scalars)
    #expect((a * b).diagonal(places).scalars == (da * db).scalars)
    #expect((2.5 * a).diagonal(places).scalars == (2.5 * da).scalars)
  }

  @Test func scalingDistributesOverSums() {
    let (a, b) = (RBF(lengthscale: 1.5), Matern12(lengthscale: 0.5))
    let together: Tensor = 2 * (a.gram(places) + b.gram(places))
    expectClose((2 * (a + b)).gram(places), together, relative: 1e-15)
    expectClose((2 * a + 2 * b).gram(places), together, relative: 1e-15)
  }

  @Test func namesReadAsFormulas() {
    let (a, b) = (Matern32(lengthscale: 1.5), DotProduct())
    #expect((a + b).name == "Matern32 + DotProduct")
    #expect((a * (a + b)).name == "Matern32 * (Matern32 + DotProduct)")
    #expect((2 * a).name == "Matern32")
    #expect((2 * (a + b)).name == "(Matern32 + DotProduct)")
  }

  @Test func hyperparametersComeInOrder() {
    let kernel = 2 * Matern32(lengthscale: 1.5) + 0.1 * Periodic(lengthscale: 3, period: 4)
    #expect(
      kernel.hyperparameters.map(\.name)
        == ["variance", "lengthscale", "variance", "lengthscale", "period"])
    #expect(kernel.hyperparameters.map(\.value.scalar) == [2, 1.5, 0.1, 3, 4])
  }

  // MARK: Families

  @Test func polynomialsArePowersOfTheLinearKernel() {
    let linear = DotProduct() + 0.4 * Constant()
    let cube = linear * linear * linear
    expectClose(
      Polynomial(degree: 3, bias: 0.4).gram(places, elsewhere), cube.gram(places, elsewhere),
      relative: 1e-14)
  }

  /// One lengthscale an axis is one lengthscale where they are equal.
  @Test func equalLengthscalesByAxisAreOneLengthscale() {
    expectClose(
      Matern52(lengthscale: Tensor([1.5, 1.5])).gram(places),
      Matern52(lengthscale: 1.5).gram(places), relative: 1e-13)
  }

  @Test func rationalQuadraticTendsToTheSquaredExponential() {
    let wide = RationalQuadratic(lengthscale: 1.5, alpha: 1e9)
    // The next term is a⁴ / (8 alpha).
    expectClose(wide.gram(places), RBF(lengthscale: 1.5).gram(places), relative: 1e-7)
  }

  @Test func whiteNoiseIsSharedByEqualInputsOnly() {
    let expected = Tensor(rows: [
      [1, 0, 0, 0, 0], [0, 1, 0, 1, 0], [0, 0, 1, 0, 0], [0, 1, 0, 1, 0], [0, 0, 0, 0, 1],
    ])
    #expect(White().gram(places).scalars == expected.scalars)
  }

  @Test func periodicKernelsRepeat() {
    let shifted = times + 2.7
    let periodic = Periodic(lengthscale: 0.9, period: 2.7)
    expectClose(periodic.gram(times, shifted), periodic.gram(times), relative: 1e-12)
  }

  // MARK: Mistakes

  @Test func degreesArePositive() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Polynomial(degree: 0, bias: 1)
    }
    expectMessage("Polynomial: the degree is 0, but must be positive.", of: exit)
  }
}
