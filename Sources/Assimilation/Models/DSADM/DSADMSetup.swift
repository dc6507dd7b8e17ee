import Foundation
import Preconditions

extension DSADM {
  /// The grid of the model, a circle of points, and the time between two steps.
  public struct Mesh: Sendable, Equatable {
    /// The number of points n, at least 3.
    public var points: Int
    /// The radius R of the circle, in metres.
    public var radius: Double
    /// The time step dt, in seconds.
    public var timeStep: Double

    /// A grid of this size.
    ///
    /// - Precondition: There are at least three points; radius and time step are positive.
    public init(points: Int = 120, radius: Double = 6.37e6, timeStep: Double = 21_600) {
      require(
        points >= 3 && radius > 0 && timeStep > 0,
        "DSADM.Mesh: \(points) points, radius \(radius), time step \(timeStep).")
      (self.points, self.radius, self.timeStep) = (points, radius, timeStep)
    }

    /// The distance h of neighbours along the circle, in metres.
    public var spacing: Double { 2 * .pi * radius / Double(points) }
    /// The points as a `Grid` with chordal distances in metres, for localization.
    public var ring: Ring { Ring(points: points, metric: .chord(radius: radius)) }
  }

  /// The coefficients of the equation where they are constant.
  ///
  ///     dξ/dt + U dξ/ds + rho ξ - nu d²ξ/ds² = sigma alpha
  public struct Coefficients: Sendable, Equatable {
    /// The velocity U, in m/s.
    public var velocity: Double
    /// The decay rate rho, in 1/s.
    public var decay: Double
    /// The diffusivity nu, in m²/s.
    public var diffusion: Double
    /// The amplitude sigma of space-time white noise.
    public var noise: Double

    /// Coefficients with these values, in the units of the properties.
    public init(velocity: Double, decay: Double, diffusion: Double, noise: Double) {
      (self.velocity, self.decay) = (velocity, decay)
      (self.diffusion, self.noise) = (diffusion, noise)
    }
  }

  /// The setup of the process: its scales in space, time and amplitude.
  ///
  /// The parameter fields obey the same equation with a longer length scale, by `parameterLengthRatio`.
  ///
  /// - Reference: Tsyrulnikov and Rakitko (2019), *Impact of non-stationarity on hybrid ensemble filters: a study with a
  ///   doubly stochastic advection-diffusion-decay model*, QJRMS 145, section 3; the defaults are those of Tsyrulnikov and
  ///   Sotskiy (2023), section 6: `lsef.md` 9.3.
  public struct Setup: Sendable, Equatable {
    /// The wavenumbers in the sums that determine rho and sigma.
    public enum Sums: Sendable {
      /// The wavenumbers -n/4 + 1 ... n/4 of the published experiments.
      case half
      /// All wavenumbers of the ring, -n/2 + 1 ... n/2.
      case full
    }

    /// The grid of the process, and its time step.
    public var mesh = Mesh()
    /// The velocity U of the unperturbed process and of all parameter fields, in m/s.
    public var velocity = 20.0
    /// The characteristic velocity V, the length scale over the time scale, in m/s.
    public var characteristicVelocity = 3.0
    /// The length scale L, in spacings of the mesh.
    public var lengthInSpacings = 5.0
    /// The length scale of the parameter fields over L.
    public var parameterLengthRatio = 3.0
    /// The standard deviation of the process where its coefficients are not perturbed.
    public var deviation = 5.0
    /// The wavenumbers in the sums that determine rho and sigma.
    public var sums = Sums.half

    /// The published setup.
    public init() {}

    /// The length scale L, in metres.
    public var length: Double { lengthInSpacings * mesh.spacing }

    /// The coefficients of the unperturbed process.
    public var unperturbed: Coefficients { coefficients(length: length, deviation: deviation) }

    /// The coefficients of a parameter field with this standard deviation.
    public func parameterField(deviation: Double) -> Coefficients {
      coefficients(length: parameterLengthRatio * length, deviation: deviation)
    }

    /// The coefficients by the scales.
    ///
    ///     T = L / V,    rho = (S2 / S1) / T,    nu = rho L²,    sigma = SD sqrt(2π R) sqrt(2 rho / S1)
    ///     S1 = sum_m 1 / (1 + (L m / R)²),    S2 = sum_m 1 / (1 + (L m / R)²)²
    ///
    /// - Reference: `lsef.md` 9.2.
    private func coefficients(length: Double, deviation: Double) -> Coefficients {
      let half = sums == .half ? mesh.points / 4 : mesh.points / 2
      var (S1, S2) = (0.0, 0.0)
      for m in (1 - half)...half {
        let ratio = length * Double(m) / mesh.radius
        let term = 1 / (1 + ratio * ratio)
        S1 += term
        S2 += term * term
      }
      let time = length / characteristicVelocity
      let decay = S2 / S1 / time
      let root = (2 * .pi * mesh.radius).squareRoot()
      return Coefficients(
        velocity: velocity, decay: decay, diffusion: decay * length * length,
        noise: deviation * root * (2 * decay / S1).squareRoot())
    }
  }
}

extension DSADM.Coefficients {
  /// The stationary variance of each wavenumber m, one of both signs, in the continuous equation: m = 0...n/2.
  ///
  ///     b_m = sigma² / (4π R) / (rho + nu m² / R²)
  ///
  /// - Reference: `lsef.md` 9.2.
  public func stationarySpectrum(on mesh: DSADM.Mesh) -> [Double] {
    (0...mesh.points / 2).map { m in
      let wavenumber = Double(m) / mesh.radius
      let damping = decay + diffusion * wavenumber * wavenumber
      return noise * noise / (4 * .pi * mesh.radius) / damping
    }
  }
}
