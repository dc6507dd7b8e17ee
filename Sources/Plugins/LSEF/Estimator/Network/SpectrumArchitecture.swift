import Preconditions
import SpectralFields

/// The architecture of a spectrum network: a multilayer perceptron from the band variances of a point to its local
/// spectrum.
///
///     z_j = sqrt(v_j / divisor_j) -> layers with an activation -> o_l,    b_l = o_l²
///
/// An amplitude-free network takes the inputs relative to their total, and gives the output in its unit, so that one
/// network serves fields of any unit and strength:
///
///     z_j = sqrt(v_j / divisor_j / t) -> layers -> o_l / sqrt(t),    t = sum_j v_j / divisor_j
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 3.3; `lsef.md` 5.1.
public struct SpectrumArchitecture: Sendable, Equatable, Codable {
  /// The activation function of the hidden layers.
  public enum Activation: String, Sendable, Equatable, Codable {
    /// The rectifier, max(x, 0).
    case relu
    /// The hyperbolic tangent.
    case tanh
    /// The logistic function, `1 / (1 + exp(-x))`.
    case sigmoid
    /// The leaky rectifier, max(x, 0.01 x).
    case leakyReLU
  }

  /// The divisors of the band variances, one for each of the J bands, in their units.
  public var divisors: [Double]
  /// The widths of the hidden layers.
  public var hidden: [Int]
  /// The number of wavenumbers of a spectrum, L + 1.
  public var spectrumCount: Int
  /// The activation function of the hidden layers.
  public var activation: Activation
  /// Whether the inputs are the square roots of the band variances, rather than the variances.
  public var takesRoots: Bool
  /// The choice of an amplitude-free network; nil for false, so that older files keep their checksums.
  private var amplitudeFree: Bool?

  /// Whether the inputs are relative to their total, so that spectra scale as the band variances do.
  public var isAmplitudeFree: Bool {
    get { amplitudeFree ?? false }
    set { amplitudeFree = newValue ? true : nil }
  }

  /// An architecture with these layers.
  ///
  /// - Parameters:
  ///   - divisors: The divisors of the band variances, one for each band.
  ///   - spectrumCount: The number of wavenumbers of a spectrum, L + 1.
  ///   - hidden: The widths of the hidden layers; by default two of twenty units a band.
  ///   - activation: The activation function of the hidden layers.
  ///   - takesRoots: Whether the inputs are the square roots of the band variances, rather than the variances.
  ///   - isAmplitudeFree: Whether the inputs are relative to their total.
  /// - Precondition: The divisors are positive; there is a band, and a wavenumber.
  public init(
    divisors: [Double], spectrumCount: Int, hidden: [Int]? = nil, activation: Activation = .relu,
    takesRoots: Bool = true, isAmplitudeFree: Bool = true
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
    self.isAmplitudeFree = isAmplitudeFree
  }

  /// The published architecture for a filter bank of the sphere, which divides the variance of each band by its weight, to a
  /// mean of the spectrum. It has the amplitude of its training unless `isAmplitudeFree` is true.
  public static func sphere(
    _ bank: FilterBank, isAmplitudeFree: Bool = false
  ) -> SpectrumArchitecture {
    SpectrumArchitecture(
      divisors: bank.weights, spectrumCount: bank.omega.columns, isAmplitudeFree: isAmplitudeFree)
  }

  /// The published architecture for a filter bank of the circle, which uses band variances undivided. It has the amplitude of
  /// its training unless `isAmplitudeFree` is true.
  public static func circle(
    _ bank: FilterBank, isAmplitudeFree: Bool = false
  ) -> SpectrumArchitecture {
    SpectrumArchitecture(
      divisors: Array(repeating: 1, count: bank.count), spectrumCount: bank.omega.columns,
      isAmplitudeFree: isAmplitudeFree)
  }

  /// The number of bands, J.
  public var bandCount: Int { divisors.count }

  /// The widths of all layers, from the J bands to the L + 1 numbers of the spectrum.
  public var widths: [Int] { [bandCount] + hidden + [spectrumCount] }

  /// The number of layers with weights.
  public var layerCount: Int { hidden.count + 1 }

  /// The number of weights and biases.
  public var parameterCount: Int {
    zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 + $1.1 }
  }
}
