import Distributions
import Inference
import PPL
import Synchronization
import TestModels
import TestSupport
import Testing

struct LogDensityTests {
  /// The number of runs of a model.
  private final class Runs: Sendable {
    let count = Atomic(0)
    var value: Int { count.load(ordering: .relaxed) }
  }

  private func counted(_ model: Model<Void>) -> (model: Model<Void>, runs: Runs) {
    let runs = Runs()
    return (
      Model { p in
        runs.count.add(1, ordering: .relaxed)
        model(&p)
      }, runs
    )
  }

  private func evaluated(
    _ density: LogDensity, at x: [Double]
  ) throws -> (value: Double, gradient: [Double]) {
    var gradient = Array(repeating: Double.nan, count: density.count)
    let value = try density.evaluator().value(at: x, gradient: &gradient)
    return (value, gradient)
  }

  @Test(arguments: TestModel.all)
  func theLogDensityIsTheJointDensityOfOneVector(_ test: TestModel) throws {
    let density = try LogDensity(test.model)
    let x = (0..<density.count).map { 0.3 - 0.1 * Double($0 % 5) }
    let (value, gradient) = try evaluated(density, at: x)
    #expect(value == (try density.logJoint(density.vector.named(Tensor(x))).scalar))
    #expect(density.reads.isEmpty && gradient.count == density.count)
    expectGradient(
      of: { x in (try? density.logJoint(density.vector.named(x[0]))) ?? Tensor(.nan) },
      at: [Tensor(x)], test.name)
    let byName = try density.valueWithGradient(at: density.vector.named(Tensor(x)))
    #expect(byName.value.scalar == value)
    #expect(density.vector.flat(byName.gradient).scalars == gradient)
  }

  @Test func aVectorComesBackFromItsParts() throws {
    let vector = try LogDensity(TestModel.groups().model).vector
    let x = Tensor((0..<vector.count).map { Double($0) })
    #expect(vector.flat(vector.named(x)).scalars == x.scalars)
    #expect(vector.ranges.map(\.count) == vector.sites.map { $0.shape.reduce(1, *) })
    let several = vector.split(stack([x, 2 * x]))
    #expect(several.map(\.value.shape) == vector.sites.map { [2] + $0.shape })
  }

  @Test func evaluationsDoNotRunTheModelAgain() throws {
    let (model, runs) = counted(TestModel.regression().model)
    let density = try LogDensity(model)
    let before = runs.value
    var gradient = [0.0, 0.0]
    let evaluator = density.evaluator()
    for i in 0..<20 { _ = try evaluator.value(at: [0.1 * Double(i), 1], gradient: &gradient) }
    _ = try density.valueWithGradient(at: ["a": 0, "b": 1])
    #expect(runs.value == before)
  }

  @Test func manyAttemptsAtAStartRecordTheModelOnce() throws {
    // The density is finite where x > 1.9: one uniform draw from (-2, 2) in forty.
    let (model, runs) = counted(
      Model { p in
        let x = p.sample("x", Normal(0, 1))
        p.factor("domain", log(x - 1.9))
      })
    let logJoint = try LogJoint(model)
    let before = runs.value
    let start = try logJoint.start(.uniform(), key: RandomKey(0))
    #expect(try #require(start["x"]).scalar > 1.9)
    #expect(runs.value == before + 1)
  }

  @Test func aModelThatReadsValuesIsRecordedAnewAtEachPoint() throws {
    let model = Model<Void> { p in
      let z = p.sample("z", Normal(0, 1))
      p.sample("y", Normal(z.scalar > 0 ? z : 2 * z, 1), observed: 1)
    }
    let density = try LogDensity(model)
    #expect(density.reads.count == 1)
    // d/dz of -z²/2 - (1 - c z)²/2 is -z + c (1 - c z).
    for (z, slope) in [(0.5, 1.0), (-0.5, 2.0)] {
      let (value, gradient) = try evaluated(density, at: [z])
      #expect(value == (try density.logJoint(["z": Tensor(z)]).scalar))
      expectClose(gradient, [-z + slope * (1 - slope * z)], relative: 1e-14)
    }
    let minimum = try LBFGS().minimize(from: [-1]) { x in
      (x.scalars[0] > 0 ? square(x - 1) : square(x - 1) + 1).sum()
    }
    expectClose(minimum.point, [1], relative: 1e-6)
  }

  @Test func theHessianOfARegressionIsItsPrecision() throws {
    let density = try LogDensity(TestModel.regression().model)
    let hessian = try density.hessianProduct(at: [0.2, -1])
    let x = [0.0, 0.5, 1, 1.5, 2]
    let ab = x.reduce(0, +) / 0.25
    let bb = 0.01 + x.reduce(0) { $0 + $1 * $1 } / 0.25
    expectClose(hessian.matrix().scalars, [-(0.01 + 5 / 0.25), -ab, -ab, -bb], relative: 1e-13)
    var product = [0.0, 0.0]
    hessian.apply(to: [1, -2], &product)
    expectClose(product, [-(0.01 + 5 / 0.25) + 2 * ab, -ab + 2 * bb], relative: 1e-13)
  }

  @Test(arguments: TestModel.all)
  func theHessianIsTheSlopeOfTheGradient(_ test: TestModel) throws {
    let density = try LogDensity(test.model)
    let x = (0..<density.count).map { 0.2 - 0.05 * Double($0 % 7) }
    var hessian = try density.hessianProduct(at: x.map { $0 + 1 })
    try hessian.move(to: x)
    let direction = (0..<density.count).map { $0 % 2 == 0 ? 1.0 : -0.5 }
    var product = x
    hessian.apply(to: direction, &product)
    let step = 1e-5
    let ahead = try evaluated(density, at: zip(x, direction).map { $0 + step * $1 }).gradient
    let behind = try evaluated(density, at: zip(x, direction).map { $0 - step * $1 }).gradient
    let slope = zip(ahead, behind).map { ($0 - $1) / (2 * step) }
    // Central differences lose half of the digits to rounding: 1e-16 / 1e-5 of a gradient.
    let size = product.map(abs).max() ?? 1
    expectClose(product, slope, relative: 0, absolute: 1e-6 * max(1, size))
  }
}
