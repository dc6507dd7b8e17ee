import Autodiff
import Preconditions
import RealModule

/// The derivative of an angle of the von Mises distribution in the concentration at constant probability.
///
/// - Reference: Figurnov, Mohamed, Mnih (2018), *Implicit reparameterization gradients*, eq. (6).
func vonMisesQuantileSlope(_ concentration: Tensor, _ x: Tensor) -> Tensor {
  let inConcentration = Tensor.apply(VonMisesCDFSlope(), concentration, x)
  let fromTop = -2 * concentration * square(sin(0.5 * x))
  let density = exp(fromTop) / (Tensor(2 * Double.pi) * besselI0e(concentration))
  return -inConcentration / density
}

/// The derivative of the von Mises distribution function in the concentration, for concentrations and angles of one
/// shape.
struct VonMisesCDFSlope: TensorOperation {
  var name: String { "vonMisesCDFSlope" }
  var isElementwise: Bool { true }
  func shape(_ operands: [[Int]]) -> [Int] { operands[0] }

  func kernel(_ operands: [[Int]]) -> OperationKernel {
    OperationKernel(
      function: { x, n in for i in 0..<n[0] { x[2][i] = Self.slope(x[0][i], x[1][i]) } },
      integers: [elementCount(operands[0])])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    reportMistake("Second derivatives of the von Mises distribution function are not available.")
    return operands.map { .unknown($0.shape) }
  }

  /// How the probability of an angle in [-π, x] moves with the concentration, for x in [-π, π].
  ///
  ///     dF/dκ = ∫ (cos t - I_1(κ) / I_0(κ)) p(t) dt over [-π, x]
  static func slope(_ concentration: Double, _ x: Double) -> Double {
    guard concentration >= 0, !x.isNaN else { return .nan }
    if abs(x) >= .pi { return 0 }
    let shortfall =
      1 - concentration * Special.besselRatio(1, concentration)
      / Special.besselRatio(0, concentration)
    let half = centralIntegral(concentration, abs(x)) { t in
      let s = Double.sin(0.5 * t)
      return shortfall - 2 * s * s
    }
    return x < 0 ? -half : half
  }

  /// ∫ g(t) p(t) dt over [0, end], by Gauss-Legendre panels that the density hardly changes across.
  private static func centralIntegral(
    _ concentration: Double, _ end: Double, _ g: (Double) -> Double
  ) -> Double {
    // Beyond this the density is below e^-40 of its top.
    let reach = Double.acos(max(-1, 1 - 40 / concentration))
    let end = min(end, reach)
    let panels = max(1, (end * (1 + concentration.squareRoot()) / 1.5).rounded(.up))
    let width = end / panels
    var sum = 0.0
    for panel in 0..<Int(panels) {
      for (node, weight) in legendre {
        let t = width * (Double(panel) + 0.5 * (1 + node))
        let s = Double.sin(0.5 * t)
        sum += weight * g(t) * Double.exp(-2 * concentration * s * s)
      }
    }
    return 0.5 * width * sum / (2 * .pi * Special.besselRatio(0, concentration))
  }

  /// The nodes and weights of the 20-point rule on [-1, 1]: zeros of the Legendre polynomial by Newton steps.
  ///
  /// - Reference: DLMF 3.5.15, 18.9.1.
  private static let legendre: [(node: Double, weight: Double)] = (1...20).map { i in
    let n = 20.0
    var x = Double.cos(.pi * (Double(i) - 0.25) / (n + 0.5))
    var slope = 1.0
    for _ in 0..<10 {
      var (p, previous) = (x, 1.0)
      for k in 2...20 {
        (p, previous) = ((Double(2 * k - 1) * x * p - Double(k - 1) * previous) / Double(k), p)
      }
      slope = n * (x * p - previous) / (x * x - 1)
      x -= p / slope
    }
    return (x, 2 / ((1 - x * x) * slope * slope))
  }
}
