import Foundation
import PPL

/// The standard units of some maxima: deviations from their mean, in standard deviations within a station.
///
///     z = round((y - mean) / s 2²⁶) / 2²⁶,    y = mean + s z
///
/// A fit whose likelihood has such values is the same for a record in °F and in °C, to the last digit of the sampled
/// coordinates: the numbers of a record in two units differ by rounding, which the rounding to 2⁻²⁶, 1.5e-8 standard deviations,
/// takes out. The last bits of unrounded numbers would grow along the trajectories of a sampler. A number is rounded differently
/// in two units with a probability of about 1e-6.
struct StandardUnits: Sendable {
  /// The standard deviation s, in the unit of the record.
  let deviation: Double
  /// The mean, in the unit of the record.
  let mean: Double

  /// The units of data with a mean and a standard deviation within a station.
  init(mean: Double, deviation: Double) {
    (self.mean, self.deviation) = (mean, deviation)
  }

  /// A value of the record in standard units, rounded; NaN stays so.
  func standard(_ value: Double) -> Double {
    Self.rounded((value - mean) / deviation, bits: 26)
  }

  /// Values of the record in standard units; those that are not data, but computed by a model, are not rounded.
  func standard(_ values: Tensor) -> Tensor {
    guard !values.isRecorded else { return (values - Tensor(mean)) / Tensor(deviation) }
    return Tensor(values.scalars.map { standard($0) }, shape: values.shape)
  }

  /// Values in the unit of the record.
  func recorded(_ values: Tensor) -> Tensor { Tensor(mean) + Tensor(deviation) * values }

  /// A number to a multiple of 2 to the power of `-bits`.
  static func rounded(_ value: Double, bits: Int) -> Double {
    let unit = Double(sign: .plus, exponent: bits, significand: 1)
    return (value * unit).rounded() / unit
  }

  /// A number to 30 significant bits, nine digits.
  static func rounded(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    return rounded(value, bits: 30 - Int(value.exponent))
  }

  /// Values of a site in the unit of the record, to 40 bits, twelve digits.
  ///
  /// So that the median of an even number of draws is the exact mean of two of them, which are then equally far from it in every
  /// unit: R-hat is of the ranks of these distances.
  ///
  /// - Reference: Dekker (1971), *A floating-point technique for extending the available precision*, §5, the high part.
  static func reported(_ values: Tensor) -> Tensor {
    let product = Tensor(8_193) * values
    return product - (product - values)
  }
}

/// The units of a term of a parameter whose model has standard units: those of the location are standard deviations, and the
/// logarithm of a scale is less by that of the standard deviation.
struct TermUnits: Sendable {
  /// The standard units of the maxima.
  let maxima: StandardUnits
  /// Whether values have a unit, those of the location, so that their sites are computed from others in standard units.
  let hasUnit: Bool
  /// Whether values are logarithms of a scale with a unit.
  let isLogarithm: Bool

  /// The unit of a value; 1 for that of a logarithm.
  var factor: Double { hasUnit ? maxima.deviation : 1 }
  /// The unit of the exponential of a logarithm.
  var exponentialFactor: Double { isLogarithm ? maxima.deviation : 1 }
  /// The part of the constant of the parameter that standard units take away.
  private var offset: Double {
    hasUnit ? maxima.mean : log(exponentialFactor)
  }

  /// A variance of the term in standard units, to nine digits.
  func standard(variance: Double) -> Double {
    hasUnit ? StandardUnits.rounded(variance / (factor * factor)) : variance
  }

  /// A standard deviation of the term in standard units, to nine digits.
  func standard(deviation: Double) -> Double {
    hasUnit ? StandardUnits.rounded(deviation / factor) : deviation
  }

  /// The mean and the standard deviation of a coefficient in standard units, to nine digits.
  ///
  /// - Parameter isConstant: Whether it is the constant of the parameter.
  func standard(
    mean: Double, deviation: Double, isConstant: Bool
  ) -> (mean: Double, deviation: Double) {
    let spread = standard(deviation: deviation)
    guard isConstant else { return (StandardUnits.rounded(mean / factor), spread) }
    return (StandardUnits.rounded((mean - offset) / factor, bits: 26), spread)
  }

  /// A value of the term in the unit of the record.
  func recorded(_ value: Tensor, isConstant: Bool) -> Tensor {
    let scaled = hasUnit ? Tensor(factor) * value : value
    return isConstant ? scaled + Tensor(offset) : scaled
  }
}

extension TermUnits? {
  /// The start of a variance by the name of the sampled site.
  func start(ofVariance site: String, _ median: Double) -> [String: Tensor] {
    guard let self, self.hasUnit else { return [site: Tensor(median)] }
    return ["\(site)_decentered": Tensor(self.standard(variance: median))]
  }
}
