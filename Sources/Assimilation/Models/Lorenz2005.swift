import Autodiff
import LinearAlgebra
import Preconditions

/// The Lorenz-2005 models II and III: Lorenz-96 with smooth waves over many points, without or with small scales upon them.
///
///     II:   dX/dt = [X, X]_K - X + F
///     III:  dZ/dt = [X, X]_K + b² [Y, Y]_1 + c [Y, X]_1 - X - b Y + F,    Z = X + Y
///
/// X is a weighted mean of Z over 2 I + 1 points, and [X, Y]_K an advection with means over K points:
///
///     [X, Y]_K,n = -W_{n-2K} V_{n-K} + mean over j of W_{n-K+j} Y_{n+K+j},    W and V the means of X and Y
///
/// With K = 1 model II is Lorenz-96. A step is one or several of the classical Runge-Kutta method.
///
/// - Units: A time of 1 is five days of weather.
/// - Reference: Lorenz (2005), *Designing chaotic models*, eqs. (8)-(10) and (12)-(15).
public struct Lorenz2005: DynamicalModel {
  /// The small scales of model III.
  public struct SmallScales: Sendable, Equatable {
    /// The number of points I to each side over which the large scales are averaged.
    public let radius: Int
    /// The speed b of the small scales.
    public let speed: Double
    /// The strength c of their coupling to the large scales.
    public let coupling: Double

    /// Small scales with these parameters; those of the paper if not given.
    ///
    /// - Precondition: The radius is positive.
    public init(radius: Int = 12, speed: Double = 10, coupling: Double = 2.5) {
      require(radius > 0, "Lorenz2005: small scales of radius \(radius).")
      (self.radius, self.speed, self.coupling) = (radius, speed, coupling)
    }

    /// The weights of the mean X over offsets -I...I, `[2 I + 1]`; a quadratic field stays as it is.
    var weights: [Double] {
      let I = Double(radius)
      let alpha = (3 * I * I + 3) / (2 * I * I * I + 4 * I)
      let beta = (2 * I * I + 1) / (I * I * I * I + 2 * I * I)
      return (-radius...radius).map { i in
        (alpha - beta * Double(abs(i))) * (abs(i) == radius ? 0.5 : 1)
      }
    }
  }

  public let dimension: Int
  /// The number of points K of the means in the advection.
  public let width: Int
  /// The forcing F.
  public let forcing: Double
  /// The small scales; nil in model II.
  public let smallScales: SmallScales?
  /// The length of a step, in the time of the equations.
  public let timeStep: Double
  /// The number of Runge-Kutta steps in a step.
  public let substeps: Int
  /// The noise that is added after each step; nil for none.
  public let noise: NormalNoise?

  private init(
    _ points: Int, _ width: Int, _ forcing: Double, _ smallScales: SmallScales?, _ timeStep: Double,
    _ substeps: Int, _ noise: NormalNoise?
  ) {
    require(
      width > 0 && points >= 4 * width && points > 2 * (smallScales?.radius ?? 0),
      "Lorenz2005: \(points) points, but must be at least \(max(4 * width, 4)) for means over \(width) points, "
        + "and more than twice the radius of small scales.")
    require(substeps > 0, "Lorenz2005: \(substeps) Runge-Kutta steps in a step.")
    (dimension, self.width, self.forcing) = (points, width, forcing)
    (self.smallScales, self.timeStep) = (smallScales, timeStep)
    (self.substeps, self.noise) = (substeps, noise)
  }

  /// Model II, with the parameters of the paper's figure 4 if not given.
  ///
  /// - Precondition: There are at least 4 K points.
  public static func two(
    points: Int = 240, width: Int = 8, forcing: Double = 15, timeStep: Double = 0.05,
    substeps: Int = 2, noise: NormalNoise? = nil
  ) -> Lorenz2005 {
    Lorenz2005(points, width, forcing, nil, timeStep, substeps, noise)
  }

  /// Model III, with the parameters of the paper's figure 6 if not given, twelve Runge-Kutta steps in six hours.
  ///
  /// - Precondition: There are at least 4 K points, and more than 2 I.
  public static func three(
    points: Int = 960, width: Int = 32, forcing: Double = 15,
    smallScales: SmallScales = SmallScales(), timeStep: Double = 0.05, substeps: Int = 12,
    noise: NormalNoise? = nil
  ) -> Lorenz2005 {
    Lorenz2005(points, width, forcing, smallScales, timeStep, substeps, noise)
  }

  public func advance(_ states: inout Matrix, to step: Int, noise key: RandomKey?) {
    let n = dimension
    var numbers = states.scalars
    for start in stride(from: 0, to: numbers.count, by: n) {
      var state = Array(numbers[start..<start + n])
      for _ in 0..<substeps { rungeKuttaStep(&state, timeStep / Double(substeps), tendency) }
      for i in 0..<n { numbers[start + i] = state[i] }
    }
    states = Matrix(rows: states.rows, columns: n, numbers)
    if let noise, let key { noise.add(to: &states, key: key) }
  }

  /// The rates of change of a state, `[n]`.
  func tendency(_ z: [Double]) -> [Double] {
    guard let smallScales else {
      var rates = advection(of: z)
      for i in rates.indices { rates[i] += forcing - z[i] }
      return rates
    }
    let (n, b, c) = (dimension, smallScales.speed, smallScales.coupling)
    let x = weightedMeans(z, smallScales)
    let y = zip(z, x).map { $0 - $1 }
    var rates = advection(of: x)
    var (second, before) = (n - 2, n - 1)
    for i in 0..<n {
      let after = i + 1 < n ? i + 1 : 0
      let small = y[before] * y[after] - y[second] * y[before]
      let coupled = y[before] * x[after] - y[second] * x[before]
      rates[i] += b * b * small + c * coupled - x[i] - b * y[i] + forcing
      (second, before) = (before, i)
    }
    return rates
  }

  /// The advection [X, X]_K, `[n]`.
  private func advection(of x: [Double]) -> [Double] {
    let (n, K) = (dimension, width)
    let W = means(x)
    // Copies that are turned along the ring, since remainders take longer than products.
    let behind = turned(W, by: n - K)
    let products = zip(behind, turned(x, by: K)).map { $0 * $1 }
    let (M, far) = (means(products), turned(W, by: n - 2 * K))
    return (0..<n).map { M[$0] - far[$0] * behind[$0] }
  }

  /// The field whose number i is that of `x` at i + `shift`.
  private func turned(_ x: [Double], by shift: Int) -> [Double] {
    Array(x[shift...] + x[..<shift])
  }

  /// The means over K points around each; of an even number, K + 1 points, of which the outer two count half.
  private func means(_ x: [Double]) -> [Double] {
    let (n, K) = (dimension, width)
    if K == 1 { return x }
    let J = K / 2
    let padded = Array(x[(n - J)...] + x + x[..<J])
    let end = K.isMultiple(of: 2) ? 0.5 : 1.0
    var result = Array(repeating: 0.0, count: n)
    // The sum over the points before the last one of the window, moved along the ring.
    var sum = 0.0
    for j in 0..<2 * J { sum += padded[j] }
    for i in 0..<n {
      let (first, last) = (padded[i], padded[i + 2 * J])
      result[i] = (sum - (1 - end) * first + end * last) / Double(K)
      sum += last - first
    }
    return result
  }

  private func weightedMeans(_ z: [Double], _ scales: SmallScales) -> [Double] {
    let (n, I, weights) = (dimension, scales.radius, scales.weights)
    let numbers = Array(z[(n - I)...] + z + z[..<I])
    return (0..<n).map { i in
      var sum = 0.0
      for k in weights.indices { sum += weights[k] * numbers[i + k] }
      return sum
    }
  }
}
