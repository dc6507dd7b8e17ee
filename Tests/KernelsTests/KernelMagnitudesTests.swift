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

    func make() throws -> any Kernel {
      func value(_ key: String) throws -> Tensor { Tensor(try #require(parameters[key])) }
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
