import Kernels
import PPL
import TestSupport
import Testing

/// A metric of a stranger: the sum of distances along the axes, which is of negative type.
private struct Manhattan: Metric {
  var isEuclidean: Bool { false }
  func distances(_ x: Tensor, _ y: Tensor) -> Tensor {
    abs(x[.all, .newAxis] - y[.newAxis]).sum(along: [-1])
  }
}

@Suite struct MetricTests {
  @Test func theDefaultIsEuclideanToTheBit() {
    let (usual, named) = (
      Matern32(lengthscale: 1.3), Matern32(lengthscale: 1.3, metric: .euclidean)
    )
    #expect(usual.metric is Euclidean)
    #expect(usual.gram(places, elsewhere).scalars == named.gram(places, elsewhere).scalars)
    #expect(
      usual.gram(places).scalars == usual.profile(distance(places, places) * (1 / 1.3)).scalars)
  }

  @Test func anAnisotropicMetricIsEuclideanOnScaledInputs() {
    let scales = Tensor([0.9, 2])
    let metric = Anisotropic(lengthscales: scales)
    #expect(
      metric.distances(places, elsewhere).scalars
        == distance(places / scales, elsewhere / scales).scalars)
    #expect(
      RBF(lengthscale: 1, metric: metric).gram(places).scalars
        == RBF(lengthscale: scales).gram(places).scalars)
  }

  /// A rotation alone changes nothing; a map to one axis measures along it.
  @Test func axesAreALinearMap() {
    expectClose(
      Anisotropic(lengthscales: 1, axes: turn).distances(places, elsewhere),
      distance(places, elsewhere), relative: 1e-14)
    let along = Anisotropic(lengthscales: 2, axes: Tensor(rows: [[0.6, 0.8]]))
    #expect(
      along.distances(Tensor(rows: [[1, 1]]), Tensor(rows: [[0, 0], [4, -3]])).shape == [1, 2])
    expectClose(
      along.distances(Tensor(rows: [[1, 1]]), Tensor(rows: [[0, 0]])).scalars, [0.7],
      relative: 1e-14)
  }

  @Test(
    arguments: [Euclidean(), Anisotropic(lengthscales: Tensor([0.9, 2]), axes: turn)]
      as [any Metric])
  func theTriangleIsThatOfTheMatrix(_ metric: any Metric) {
    #expect(
      metric.distanceTriangle(places).scalars
        == metric.distances(places, places).packedLowerTriangle().scalars)
  }

  @Test func hyperparametersOfTheMetricFollowThoseOfTheKernel() {
    let kernel = RationalQuadratic(
      lengthscale: 1, alpha: 2, metric: .anisotropic(lengthscales: Tensor([0.9, 2])))
    #expect(kernel.hyperparameters.map(\.name) == ["lengthscale", "alpha", "lengthscales"])
    #expect(
      Matern32(lengthscale: 1, metric: .chordal).hyperparameters.map(\.name) == ["lengthscale"])
  }

  @Test func aMetricMayComeFromOutside() {
    let one = KernelCase("Matern12 of city blocks", [0.9]) {
      Matern12(lengthscale: $0[0], metric: Manhattan())
    }
    expectKernel(one, at: places, and: elsewhere)
    // On the plane it is the product of the kernels along the axes.
    let product = [0, 1].map { exp(-distance(column($0, places), column($0, elsewhere)) / 0.9) }
    expectClose(one.kernel.gram(places, elsewhere), product[0] * product[1], relative: 1e-14)
  }

  private func column(_ axis: Int, _ x: Tensor) -> Tensor { x[.all, .range(axis..<axis + 1)] }

  @Test func aProcessOnTheSphereIsConditioned() {
    let sites = Tensor(rows: [[-3.7, 40.4], [2.35, 48.86], [12.5, 41.9]])
    let process = GaussianProcess(
      2 * Matern32(lengthscale: 800, metric: .chordal), at: sites, jitter: 1e-10)
    let values = Tensor([0.3, -1.2, 0.8])
    // At the data the process is the data, up to the jitter over the smallest eigenvalue.
    expectClose(
      process.conditioned(on: values, at: sites).mean, values, relative: 1e-8, absolute: 1e-8)
  }
}
