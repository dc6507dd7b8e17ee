import Preconditions
import SpectralFields

/// The shape of a network that turns the band variances of a point into its local spectrum.
///
///     z_j = sqrt(v_j / divisor_j) -> layers with an activation -> o_l,    b_l = o_l²
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 3.3; `lsef.md` 5.1.
public struct SpectrumArchitecture: Sendable, Equatable, Codable {
  /// What follows each hidden layer.
  public enum Activation: String, Sendable, Equatable, Codable {
    /// What is negative becomes 0.
    case relu
    /// The hyperbolic tangent.
    case tanh
    /// `1 / (1 + exp(-x))`.
    case sigmoid
    /// A hundredth of what is negative.
    case leakyReLU
  }

  /// What the band variances are divided by; one for each of the J bands.
  public var divisors: [Double]
  /// The widths of the hidden layers.
  public var hidden: [Int]
  /// How many numbers a spectrum has: L + 1.
  public var spectrumCount: Int
  /// What follows each hidden layer.
  public var activation: Activation
  /// Whether the network sees the roots of the band variances, or themselves.
  public var takesRoots: Bool

  /// A network's shape.
  ///
  /// - Parameters:
  ///   - divisors: What the band variances are divided by; one for each band.
  ///   - spectrumCount: How many numbers a spectrum has.
  ///   - hidden: The widths of the hidden layers; by default two of twenty units a band.
  ///   - activation: What follows each hidden layer.
  ///   - takesRoots: Whether the network sees the roots of the band variances, or themselves.
  /// - Precondition: The divisors are positive; there is a band, and a wavenumber.
  public init(
    divisors: [Double], spectrumCount: Int, hidden: [Int]? = nil, activation: Activation = .relu,
    takesRoots: Bool = true
  ) {
    require(
      !divisors.isEmpty && divisors.allSatisfy { $0 > 0 && $0.isFinite },
      "SpectrumArchitecture: the divisors are \(divisors), but must be positive.")
    require(
      spectrumCount > 0, "SpectrumArchitecture: spectrumCount is \(spectrumCount).")
    let hidden = hidden ?? [20 * divisors.count, 20 * divisors.count]
    require(
      hidden.allSatisfy { $0 > 0 }, "SpectrumArchitecture: the hidden layers have \(hidden) units.")
    (self.divisors, self.hidden, self.spectrumCount) = (divisors, hidden, spectrumCount)
    (self.activation, self.takesRoots) = (activation, takesRoots)
  }

  /// For a filter bank of the sphere: the variance of each band is divided by its weight, so that it is a mean of the spectrum.
  public static func sphere(_ bank: FilterBank) -> SpectrumArchitecture {
    SpectrumArchitecture(divisors: bank.weights, spectrumCount: bank.omega.columns)
  }

  /// For a filter bank of the circle: band variances as they are.
  public static func circle(_ bank: FilterBank) -> SpectrumArchitecture {
    SpectrumArchitecture(
      divisors: Array(repeating: 1, count: bank.count), spectrumCount: bank.omega.columns)
  }

  /// How many bands there are: J.
  public var bandCount: Int { divisors.count }

  /// The widths of all layers, from the J bands to the L + 1 numbers of the spectrum.
  public var widths: [Int] { [bandCount] + hidden + [spectrumCount] }

  /// How many layers have weights.
  public var layerCount: Int { hidden.count + 1 }

  /// How many weights and biases there are.
  public var parameterCount: Int {
    zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 + $1.1 }
  }

  /// The name and shape of each parameter, layer by layer.
  var parameters: [(name: String, shape: [Int], fanIn: Int)] {
    zip(widths, widths.dropFirst()).enumerated().flatMap { layer, widths in
      [
        ("layer\(layer).weights", [widths.0, widths.1], widths.0),
        ("layer\(layer).biases", [widths.1], widths.0),
      ]
    }
  }
}
