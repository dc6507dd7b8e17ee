import Kernels
import PPL
import TestSupport
import Testing

private let stationary: [@Sendable (Tensor) -> any Kernel] = [
  { Matern12(lengthscale: $0) }, { Matern32(lengthscale: $0) }, { Matern52(lengthscale: $0) },
  { RBF(lengthscale: $0) }, { RationalQuadratic(lengthscale: $0, alpha: 1.7) },
]

/// Kernels of inputs of any size, and of several dimensions, against `Tests/Reference/kernels.json`.
@Suite struct KernelMagnitudesTests {
  private struct File: Decodable {
    let cases: [Case]
  }

  private struct Case: Decodable {
    let kernel: String
    let parameters: [String: Double]
    let displacements: [[Double]]
    let values: [Double]
    /// In the period, where there is one.
    let slopes: [Double]?

    func make(period: Tensor? = nil) throws -> any Kernel {
      func value(_ key: String) throws -> Tensor {
        if key == "period", let period { return period }
        return Tensor(try #require(parameters[key]))
      }
      return switch kernel {
      case "matern12": Matern12(lengthscale: try value("lengthscale"))
      case "matern32": Matern32(lengthscale: try value("lengthscale"))
      case "matern52": Matern52(lengthscale: try value("lengthscale"))
      case "rbf": RBF(lengthscale: try value("lengthscale"))
      case "rational":
        RationalQuadratic(lengthscale: try value("lengthscale"), alpha: try value("alpha"))
      case "periodic":
        Periodic(lengthscale: try value("lengthscale"), period: try value("period"))
      default: Cosine(period: try value("period"))
      }
    }
  }

  @Test func correlationsKeepTheirDigitsAtAnyLengthscale() throws {
    let cases = try Reference.kept("kernels.json", as: File.self).cases
    #expect(cases.count > 100)
    for one in cases {
      let displacements = Tensor(rows: one.displacements)
      let origin = Tensor.zeros([1, displacements.shape[1]])
      // A cosine next to its zeros has the error of its phase, of a few periods. Underflow below 1e-300 is no error.
      expectClose(
        try one.make().gram(displacements, origin).scalars, one.values, relative: 1e-10,
        absolute: one.kernel == "cosine" ? 1e-13 : 1e-300,
        "\(one.kernel) with \(one.parameters) at \(one.displacements)")
    }
  }

  @Test func slopesKeepTheirDigitsAtAnyPeriod() throws {
    let cases = try Reference.kept("kernels.json", as: File.self).cases.filter { $0.slopes != nil }
    #expect(cases.count >= 40)
    for one in cases {
      let period = try #require(one.parameters["period"])
      for (displacement, expected) in zip(one.displacements, try #require(one.slopes)) {
        let x = Tensor(displacement, shape: [1, displacement.count])
        let slope = try gradient(
          of: { try one.make(period: $0).gram(x, .zeros(x.shape)).sum() }, at: Tensor(period))
        // Next to its zeros a slope has the error of its phase, of a few periods.
        expectClose(
          [slope.scalar * period], [expected * period], relative: 1e-10, absolute: 1e-13,
          "\(one.kernel) with \(one.parameters) at \(displacement)")
      }
    }
  }

  /// Of a period that is far below the inputs the phases are rounded, but slopes that exceed all numbers must not cancel to
  /// none.
  @Test(arguments: [1e-300, 1e-200, 1e-160, 1e-150, 1e-100])
  func slopesInTinyPeriodsAreNumbers(_ period: Double) {
    let x = Tensor(rows: [[1, 0.2], [2.3, 0.7], [4.1, 3], [2.3, 0.7]])
    let kernels: [@Sendable (Tensor) -> any Kernel] = [
      { Periodic(lengthscale: 0.9, period: $0) }, { Cosine(period: $0) },
      { Periodic(lengthscale: 0.9, period: stack([$0, 1], along: -1)) },
      { Cosine(period: stack([1, $0], along: -1)) },
    ]
    for make in kernels {
      for inputs in [x, Tensor(period) * x, x[.range(0..<1), .all]] {
        let slope = gradient(of: { make($0).gram(inputs).sum() }, at: Tensor(period)).scalar
        #expect(!slope.isNaN)
        let triangle = gradient(of: { make($0).gramTriangle(inputs).sum() }, at: Tensor(period))
        #expect(!triangle.scalar.isNaN)
      }
    }
  }

  @Test func aPolynomialOfAnyDegreeHasItsPower() {
    let x = Tensor(rows: [[1], [-0.5], [1.5]])
    let base = matmul(x, x.transposed()) + 0.25
    for degree in [1, 2, 3, 4, 5, 6, 7, 10, 31, 32, 33] {
      let power = (1..<degree).reduce(base) { power, _ in power * base }
      // A few products, each rounded.
      expectClose(
        Polynomial(degree: degree, bias: 0.25).gram(x), power, relative: 1e-14, absolute: 0)
    }
    // Products of (1, 0.5), at once.
    let large = Polynomial(degree: .max, bias: 0).gram(
      Tensor(rows: [[1]]), Tensor(rows: [[1], [0.5]]))
    #expect(large.scalars == [1, 0])
    let slope = gradient(
      of: { Polynomial(degree: 1 << 40, bias: $0).gram(Tensor(rows: [[1]])).sum() }, at: 0)
    #expect(slope.scalar == 0x1p40)
  }

  @Test func tinyLengthscalesAreNotLostInAFloorOfTheDistance() {
    let x = Tensor(rows: [[1e-19], [2e-19], [4e-19]])
    let K = Matern32(lengthscale: 1e-19).gram(x)
    // The digits of the printed values.
    expectClose(
      Array(K.scalars.prefix(3)), [1, 0.4833577246, 0.03431324320], relative: 1e-9)
    #expect(K.diagonal().scalars == [1, 1, 1])
  }

  /// Values and gradients of scaled inputs are those of the inputs: at two equal rows too, where the kink has slope 0.
  @Test(arguments: [-990, -500, -63, 500, 990])
  func unitsOfTheInputsDoNotMatter(_ exponent: Int) {
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    for make in stationary {
      let sum = { (x: [Tensor]) in make(x[1]).gram(x[0]).sum() }
      let (value, gradient) = valueWithGradient(of: sum, at: [places, 0.9])
      let (scaled, scaledGradient) = valueWithGradient(
        of: sum, at: [Tensor(unit) * places, Tensor(0.9 * unit)])
      // Powers of two leave all digits but those of the last operation.
      expectClose(scaled, value, relative: 1e-14)
      for (a, b) in zip(scaledGradient, gradient) {
        expectClose(Tensor(unit) * a, b, relative: 1e-13, absolute: 1e-13)
      }
    }
  }

  /// The same for one lengthscale an axis, and inputs on one axis.
  @Test(arguments: [-990, 990])
  func unitsDoNotMatterOnOneAxisOrByAxis(_ exponent: Int) {
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    for make in stationary {
      let line = Tensor(unit) * times
      expectClose(make(Tensor(unit)).gram(line), make(1).gram(times), relative: 1e-14)
      let scales = Tensor([0.9, 2])
      expectClose(
        make(Tensor(unit) * scales).gram(Tensor(unit) * places), make(scales).gram(places),
        relative: 1e-14)
    }
  }

  @Test func slopesAtCoincidentInputsAreZero() {
    for make in stationary {
      for lengthscale in [1e-200, 1, 1e200] {
        let point = Tensor(lengthscale) * Tensor(rows: [[1, 2]])
        let slopes = gradient(of: { make(Tensor(lengthscale)).gram($0, point).sum() }, at: point)
        #expect(slopes.scalars == [0, 0])
      }
    }
  }

  @Test func inputsThatDifferAtAllHaveIndependentNoise() {
    let x = Tensor(rows: [[0, 0], [1e-200, 0], [0, Double.leastNonzeroMagnitude]])
    #expect(White().gram(x).scalars == Tensor.identity(3).scalars)
    #expect(White().gramTriangle(x).scalars == [1, 0, 1, 0, 0, 1])
  }

  /// Euclidean distances give least eigenvalues of -1.458 and -3.510 here.
  @Test func periodicKernelsAreCovariancesInThePlane() {
    let marks = [0, 1.0 / 3, 2.0 / 3, 1]
    let grid = Tensor(rows: marks.flatMap { x in marks.map { [x, $0] } })
    let kernels: [any Kernel] = [Periodic(lengthscale: 1, period: 1), Cosine(period: 1)]
    for kernel in kernels {
      let least = symmetricEigenvalues(kernel.gram(grid)).min().scalar
      // Rounding of a matrix whose trace is 16.
      #expect(least > -1e-13, "\(kernel.name): \(least)")
    }
  }

  @Test func periodicKernelsAreProductsOverTheAxes() {
    let (x, y) = (places[.all, .range(0..<1)], places[.all, .range(1..<2)])
    let periodic = Periodic(lengthscale: Tensor([0.9, 2]), period: Tensor([2.7, 1.9]))
    expectClose(
      periodic.gram(places),
      Periodic(lengthscale: 0.9, period: 2.7).gram(x)
        * Periodic(lengthscale: 2, period: 1.9).gram(y), relative: 1e-14)
    expectClose(
      Cosine(period: Tensor([2.7, 1.9])).gram(places),
      Cosine(period: 2.7).gram(x) * Cosine(period: 1.9).gram(y), relative: 1e-14)
  }
}
