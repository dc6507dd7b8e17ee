import Autodiff
import Foundation
import LinearAlgebra
import Preconditions

/// A generator of the coefficients of a `DSADM`, a number of steps at a time, so that long runs need little memory.
///
///     var world = DSADMWorld(regime: .standard, key: key)
///     for _ in 0..<50 { let model = try world.next(2_000) ... }
///
/// Each starred field of the regime obeys the equation of `Setup.parameterField`, from a draw of its stationary distribution on. The
/// digits do not depend on how many steps are taken at once.
///
/// - Reference: `lsef.md` 9.6.
public struct DSADMWorld: Sendable {
  /// The scales of the process and of its coefficients.
  public let setup: DSADM.Setup
  /// The variability of the coefficients.
  public let regime: DSADM.Regime
  private let noiseKey: RandomKey
  /// The transforms to U, rho, nu and sigma.
  private let coefficients: [Coefficient]
  /// The equation of the starred fields, with unit variance.
  private let equation: DSADM
  /// The starred fields U*, rho*, nu* and sigma*, `[4, n]`.
  private var fields: Matrix
  /// The number of steps made so far.
  public private(set) var step = 0

  /// A generator at step 0, its coefficients drawn from their stationary distribution.
  ///
  /// - Throws: `DSADM.InstabilityError` for a setup whose parameter fields the scheme cannot follow.
  public init(setup: DSADM.Setup = .init(), regime: DSADM.Regime, key: RandomKey) throws {
    let (startKey, noiseKey) = key.split()
    (self.setup, self.regime, self.noiseKey) = (setup, regime, noiseKey)
    let (n, mean, spread) = (setup.mesh.points, setup.unperturbed, log(regime.strength))
    coefficients = [
      Coefficient(mean: mean.velocity, deviation: regime.velocityDeviation, offset: nil),
      Coefficient(mean: mean.decay, deviation: spread, offset: regime.decayOffset),
      Coefficient(mean: mean.diffusion, deviation: spread, offset: regime.diffusionOffset),
      Coefficient(mean: mean.noise, deviation: spread, offset: 0),
    ]
    let unit = setup.parameterField(deviation: 1)
    let spectrum = unit.stationarySpectrum(on: setup.mesh)
    fields = DSADM.stationaryDraws(spectrum, count: 4, mesh: setup.mesh, key: startKey)
    equation = try DSADM(
      mesh: setup.mesh, steps: 0...Int.max - 1,
      velocity: .init(constant: unit.velocity, points: n),
      decay: .init(constant: unit.decay, points: n),
      diffusion: .init(constant: unit.diffusion, points: n),
      noise: .init(constant: unit.noise, points: n))
  }

  /// The model of the next `count` steps.
  ///
  /// - Throws: `DSADM.InstabilityError` for a regime that is too unstable for the scheme.
  /// - Precondition: There is a step.
  public mutating func next(_ count: Int) throws -> DSADM {
    require(count > 0, "DSADMWorld: \(count) steps.")
    let n = setup.mesh.points
    let steps = step + 1...step + count
    var parts = coefficients.map { _ in [Double]() }
    let changing = coefficients.indices.filter { coefficients[$0].deviation > 0 }
    for k in changing { parts[k].reserveCapacity(count * n) }
    for step in steps {
      equation.advance(&fields, to: step, noise: noiseKey.foldIn(UInt32(step)))
      for k in changing {
        let coefficient = coefficients[k]
        for i in 0..<n { parts[k].append(coefficient(fields[k, i])) }
      }
    }
    step = steps.upperBound
    let fields = zip(parts, coefficients).map {
      $0.isEmpty
        ? DSADM.ParameterField(constant: $1.mean, points: n)
        : DSADM.ParameterField(Matrix(rows: count, columns: n, $0))
    }
    return try DSADM(
      mesh: setup.mesh, steps: steps, velocity: fields[0], decay: fields[1], diffusion: fields[2],
      noise: fields[3])
  }

  /// The transform of the values of a starred field to a coefficient.
  private struct Coefficient: Sendable {
    let mean: Double
    /// The standard deviation of the starred field, by which the unit fields are multiplied.
    let deviation: Double
    /// The offset e; nil for a coefficient that the field is added to.
    let offset: Double?

    func callAsFunction(_ unit: Double) -> Double {
      guard let offset else { return mean + deviation * unit }
      return mean * ((1 + offset) * DSADM.Regime.transformed(deviation * unit) - offset)
    }
  }
}

extension DSADM {
  /// A realisation of the coefficients from step 1 on.
  ///
  /// - Throws: `InstabilityError` for a regime that is too unstable for the scheme.
  /// - Complexity: O(steps *n*) time; eight numbers a step and point of memory.
  public init(setup: Setup = .init(), regime: Regime, steps: Int, key: RandomKey) throws {
    var world = try DSADMWorld(setup: setup, regime: regime, key: key)
    self = try world.next(steps)
  }

  /// Draws of real stationary fields with this variance at each wavenumber m = 0...n/2, of one sign: `[count, n]`.
  ///
  ///     x(s) = sum_m z_m exp(i m s / R),    m = -n/2 + 1...n/2
  public static func stationaryDraws(
    _ spectrum: [Double], count: Int, mesh: Mesh, key: RandomKey
  ) -> Matrix {
    let n = mesh.points
    require(
      spectrum.count == n / 2 + 1, "DSADM: a spectrum of \(spectrum.count) on \(n) points.")
    let amplitudes = Matrix(rows: count, columns: n, key.normal([count, n]).scalars)
    return Matrix.product(amplitudes, waves(spectrum, n))
  }

  /// The real waves at all points, times their standard deviations, `[n, n]`: wavenumber 0, then the cosine and sine of each
  /// m, and for even n the last cosine.
  private static func waves(_ spectrum: [Double], _ n: Int) -> Matrix {
    let entries = (0..<n).flatMap { wave in
      let m = (wave + 1) / 2
      let isSingle = m == 0 || 2 * m == n
      let deviation = (isSingle ? spectrum[m] : 2 * spectrum[m]).squareRoot()
      let isSine = wave > 0 && wave % 2 == 0
      return (0..<n).map { i in
        let angle = 2 * Double.pi * Double(m * i % n) / Double(n)
        return deviation * (isSine ? sin(angle) : cos(angle))
      }
    }
    return Matrix(rows: n, columns: n, entries)
  }
}
