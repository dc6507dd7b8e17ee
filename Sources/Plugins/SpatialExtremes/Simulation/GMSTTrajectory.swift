import ArgumentParser
import Foundation

/// A simulated course of the global mean surface temperature, the value of `--trajectory`.
///
///     g[t] = trend[t] + noise[t],  noise[t] = 0.6 noise[t - 1] + e[t],  e[t] ~ Normal(0, s)
///
/// - Reference: jejjohnson/xtremax, `generate_gmst_trajectory` and `generate_physical_gmst`.
enum GMSTTrajectory: String, Sendable, CaseIterable, ExpressibleByArgument {
  /// From 0.1 to 0.9 °C on a line.
  case linear
  /// From 0.1 to 0.9 °C, faster and faster.
  case exponential
  /// From 0 to 1 °C on an S-shaped curve.
  case logistic
  /// The response of an energy balance to a doubling of carbon dioxide, the solar cycle, eruptions and red noise of the radiative
  /// forcing; the temperature itself has no noise added (`PhysicalWarming`).
  case physical

  /// The anomalies of consecutive years, °C.
  ///
  /// - Parameters:
  ///   - count: The number of years.
  ///   - noise: The standard deviation s of the innovations, °C. For the physical course 4 s, in W m⁻², is that of the white noise
  ///     from which the red noise of the forcing is made: 0.2 W m⁻² for 0.05.
  ///   - seed: The seed of NumPy's generator.
  func values(_ count: Int, noise: Double, seed: UInt64) -> [Double] {
    var generator = NumPyGenerator(seed: seed)
    if self == .physical {
      return PhysicalWarming(
        years: count, noise: Self.forcingOfNoise * noise, &generator
      ).temperatures
    }
    let innovations = generator.standardNormal(count).map { noise * $0 }
    return zip((0..<count).map { trend($0, count) }, Self.redNoise(innovations)).map { $0 + $1 }
  }

  /// The noise of the forcing for that of the temperature, W m⁻² per °C: a choice, so that one flag is the noise of every course.
  private static let forcingOfNoise = 4.0

  /// An autoregressive series with coefficient 0.6, from its first innovation.
  static func redNoise(_ innovations: [Double]) -> [Double] {
    var last = 0.0
    return innovations.enumerated().map { index, e in
      last = index == 0 ? e : 0.6 * last + e
      return last
    }
  }

  private func trend(_ year: Int, _ count: Int) -> Double {
    // As numpy.linspace(0, 1, count).
    let x = year == count - 1 && year > 0 ? 1 : Double(year) * (1 / Double(max(count - 1, 1)))
    return switch self {
    case .linear, .physical: 0.1 + 0.8 * x
    case .exponential: 0.1 + 0.8 * (x * x)
    case .logistic: 1 / (1 + exp(-10 * (x - 0.5)))
    }
  }
}
