import Foundation
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator

/// Pairs of a small problem whose answer is known: spectra A / (1 + (a l)²) of 5 wavenumbers with A and a that vary, seen
/// through 3 bands with relative errors.
public func examplePairs(_ count: Int, noise: Double, seed: UInt64) throws -> SpectrumPairs {
  let keys = RandomKey(seed).split(3)
  let amplitudes = keys[0].uniform([count], in: 0.5..<2).scalars
  let scales = keys[1].uniform([count], in: 0.3..<1.5).scalars
  let errors = keys[2].normal([count, 3]).scalars
  var (variances, spectra) = ([Double](), [Double]())
  for pair in 0..<count {
    let spectrum = (0..<5).map { amplitudes[pair] / (1 + pow(scales[pair] * Double($0), 2)) }
    spectra += spectrum
    for (band, exact) in exampleOmega.multiplied(by: spectrum).enumerated() {
      variances.append(exact * exp(noise * errors[3 * pair + band]))
    }
  }
  return try SpectrumPairs(
    bandVariances: Matrix(rows: count, columns: 3, variances),
    spectra: Matrix(rows: count, columns: 5, spectra))
}

/// The contribution of each of 5 wavenumbers to each of 3 bands, `[3, 5]`.
public let exampleOmega = Matrix(
  rows: 3, columns: 5, [1, 0.5, 0, 0, 0, 0, 0.7, 1, 0.4, 0, 0, 0, 0.2, 0.9, 1.1])

/// The shape of a small network from those bands to those wavenumbers.
public let exampleArchitecture = SpectrumArchitecture(
  divisors: [1.5, 2.1, 2.2], spectrumCount: 5, hidden: [12, 12], isAmplitudeFree: false)

/// A network of this bank with random weights, as before its training.
public func exampleNetwork(_ bank: FilterBank) -> SpectrumNetwork {
  let widths = [bank.count, 8, bank.omega.columns]
  let layers = zip(widths, widths.dropFirst()).enumerated().map { place, widths in
    let key = RandomKey(UInt64(place))
    let weights = key.normal([widths.0, widths.1]).scalars.map { 0.3 * $0 }
    return SpectrumNetwork.Layer(
      weights: Matrix(rows: widths.0, columns: widths.1, weights),
      biases: key.foldIn(1).normal([widths.1]).scalars)
  }
  return SpectrumNetwork(
    SpectrumArchitecture(
      divisors: Array(repeating: 1, count: bank.count), spectrumCount: bank.omega.columns,
      hidden: [8], isAmplitudeFree: false), layers: layers)
}
