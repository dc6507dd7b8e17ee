import Preconditions

/// A band set: the rule of the centres, half-widths and shape of a bank's filters, relative to the size of a domain.
///
/// The size is L on the sphere, the number of points n on the circle.
///
///     var wide = BandSet.sphere
///     (wide.bands, wide.exponent) = (8, 2)
///     let bank = FilterBank.sphere(49, set: wide)
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 3.2; `lsef.md` 3.2 to 3.4.
public struct BandSet: Sendable, Equatable {
  /// A fraction of the size of the domain, with the rounding of `numerator * size / denominator`.
  public struct Fraction: Sendable, Equatable {
    /// The numerator and the denominator.
    public let numerator, denominator: Double

    /// A fraction, `numerator / denominator` of the size.
    ///
    /// - Precondition: Both are positive.
    public init(_ numerator: Double, over denominator: Double) {
      require(
        numerator > 0 && denominator > 0,
        "BandSet.Fraction: \(numerator) over \(denominator), but both must be positive.")
      (self.numerator, self.denominator) = (numerator, denominator)
    }

    func of(_ size: Double) -> Double { numerator * size / denominator }
  }

  /// The number of bands J, from 3.
  public var bands = 6
  /// The exponent q of the transfer functions, positive.
  public var exponent = 3.0
  /// The half-width of the first filter.
  public var firstHalfWidth: Fraction
  /// The half-width of the last filter.
  public var lastHalfWidth: Fraction
  /// The centre of the second filter; the first one is at 0.
  public var secondCentre: Fraction

  /// A set of six filters with exponent 3.
  public init(firstHalfWidth: Fraction, lastHalfWidth: Fraction, secondCentre: Fraction) {
    (self.firstHalfWidth, self.lastHalfWidth) = (firstHalfWidth, lastHalfWidth)
    self.secondCentre = secondCentre
  }

  /// The set of the published sphere experiments: half-widths from L/20 to 0.3 L.
  public static let sphere = BandSet(
    firstHalfWidth: Fraction(1.5, over: 30), lastHalfWidth: Fraction(1.2, over: 4),
    secondCentre: Fraction(1.5, over: 22))
  /// The set a of the published circle experiments: half-widths from n/60 to n/6, second centre n/45.
  public static let a = BandSet(
    firstHalfWidth: Fraction(1, over: 60), lastHalfWidth: Fraction(1, over: 6),
    secondCentre: Fraction(1, over: 45))
  /// The set b of the published circle experiments: half-widths from n/50 to n/5, second centre n/40.
  public static let b = BandSet(
    firstHalfWidth: Fraction(1, over: 50), lastHalfWidth: Fraction(1, over: 5),
    secondCentre: Fraction(1, over: 40))
}
