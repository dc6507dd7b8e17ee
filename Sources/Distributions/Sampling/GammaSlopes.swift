import Autodiff
import Preconditions
import RealModule

/// The derivative of a gamma draw in its shape parameter at constant probability: -(dP/da) / (dP/dx).
///
/// - Reference: Figurnov, Mohamed, Mnih (2018), *Implicit reparameterization gradients*, eq. (6).
struct GammaSlope: TensorOperation {
  var name: String { "gammaSlope" }
  func shape(_ operands: [[Int]]) -> [Int] { operands[0] }

  func kernel(_ operands: [[Int]]) -> OperationKernel {
    OperationKernel(
      function: { operands, n in
        for i in 0..<n[0] {
          operands[2][i] = Self.slope(operands[0][i], operands[1][i])
        }
      }, integers: [elementCount(operands[0])])
  }

  /// The derivative dx/da at constant P(a, x).
  static func slope(_ a: Double, _ x: Double) -> Double {
    let logDensity = (a - 1) * .log(x) - x - Special.logGamma(a)
    return -Special.regularizedGammaPSlope(a, x) / .exp(logDensity)
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    reportMistake("Second derivatives through gamma draws are not available.")
    return operands.map { _ in nil }
  }
}

/// The derivative of the logarithm y of a gamma draw in its shape parameter at constant probability.
///
/// Where x = exp(y) is tiny, P(a, x) = x^a / Gamma(a + 1) to relative order x, hence dy/da = (psi(a + 1) - y) / a,
/// also where x underflows.
struct LogGammaSlope: TensorOperation {
  var name: String { "logGammaSlope" }
  func shape(_ operands: [[Int]]) -> [Int] { operands[0] }

  func kernel(_ operands: [[Int]]) -> OperationKernel {
    OperationKernel(
      function: { operands, n in
        for i in 0..<n[0] {
          let (a, y) = (operands[0][i], operands[1][i])
          let x = Double.exp(y)
          operands[2][i] =
            x < 1e-10 ? (Special.polygamma(0, a + 1) - y) / a : GammaSlope.slope(a, x) / x
        }
      }, integers: [elementCount(operands[0])])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    reportMistake("Second derivatives through gamma draws are not available.")
    return operands.map { _ in nil }
  }
}
