import Foundation

/// The simulated warming of a zero-dimensional energy balance of the Earth, which responds to radiative forcing.
///
///     C dT/dt = F(t) - λ T,  C = 10 W a m⁻² K⁻¹,  λ = 3.7 / 3 W m⁻² K⁻¹
///
/// The forcing is the sum of carbon dioxide that doubles on an S-shaped curve about the middle of the years (3.7 W m⁻²), the
/// solar cycle of 11 years (0.1 W m⁻²), an eruption a decade whose cooling decays within two years, and red noise with coefficient
/// 0.95 from month to month and 0.05 times the white noise, so that its standard deviation is 0.16 times that of the white noise.
///
/// - Complexity: Twelve steps a year of the classical Runge-Kutta method.
/// - Reference: North, Cahalan and Coakley (1981), *Energy balance climate models*, Reviews of Geophysics 19; Hansen et al.
///   (2005) for the magnitudes; the form of jejjohnson/xtremax, `generate_physical_gmst`.
struct PhysicalWarming {
  /// The mean anomaly of each year, K above equilibrium.
  let temperatures: [Double]

  private static let stepsPerYear = 12
  private static let doubling = 3.7

  /// The course of the anomaly over some years from equilibrium.
  ///
  /// - Parameters:
  ///   - count: The number of years.
  ///   - noise: The standard deviation of the white noise that the red noise of the forcing is made from, W m⁻².
  ///   - generator: The generator of eruptions and noise.
  init(years count: Int, noise: Double, _ generator: inout NumPyGenerator) {
    let last = Double(count)
    let eruptions = (0..<count / 10).map { _ in
      let time = 5 + (last - 5) * generator.random()
      // A gamma variable of shape 2 is the sum of two exponential ones.
      return (
        time,
        magnitude: 1.5 * (generator.standardExponential() + generator.standardExponential())
      )
    }
    let steps = count * Self.stepsPerYear
    var red = 0.0
    let noises = generator.standardNormal(steps + 1).map { e in
      red = 0.95 * red + 0.05 * noise * e
      return red
    }
    func forcing(_ t: Double, _ index: Int, _ share: Double) -> Double {
      let gases = Self.doubling / (1 + exp(-0.1 * (t - last / 2)))
      let sun = 0.1 * sin(2 * Double.pi * t / 11)
      let volcanoes = eruptions.reduce(0) { sum, eruption in
        let dt = t - eruption.0
        return dt > 0 ? sum - eruption.magnitude * exp(-dt / 2) * 2 * dt : sum
      }
      return gases + sun + volcanoes
        + (1 - share) * noises[index] + share * noises[min(index + 1, steps)]
    }
    func slope(_ T: Double, _ F: Double) -> Double { (F - Self.doubling / 3 * T) / 10 }
    let h = 1 / Double(Self.stepsPerYear)
    var (T, sum) = (0.0, 0.0)
    var means: [Double] = []
    for index in 0..<steps {
      let t = Double(index) * h
      sum += T
      let (before, between, after) = (
        forcing(t, index, 0), forcing(t + h / 2, index, 0.5), forcing(t + h, index, 1)
      )
      let a = slope(T, before)
      let b = slope(T + h / 2 * a, between)
      let c = slope(T + h / 2 * b, between)
      let d = slope(T + h * c, after)
      T += h / 6 * (a + 2 * b + 2 * c + d)
      if (index + 1) % Self.stepsPerYear == 0 {
        means.append(sum / Double(Self.stepsPerYear))
        sum = 0
      }
    }
    temperatures = means
  }
}
