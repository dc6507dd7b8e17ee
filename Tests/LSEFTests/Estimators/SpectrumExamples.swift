import Foundation
import LSEF
import LinearAlgebra
import PPL

/// Pairs of a small problem whose answer is known: spectra A / (1 + (a l)²) of 5 wavenumbers with A and a that vary, seen through 3
/// bands with relative errors.
func examplePairs(_ count: Int, noise: Double, seed: UInt64) throws -> SpectrumPairs {
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

let exampleOmega = Matrix(
  rows: 3, columns: 5, [1, 0.5, 0, 0, 0, 0, 0.7, 1, 0.4, 0, 0, 0, 0.2, 0.9, 1.1])

let exampleArchitecture = SpectrumArchitecture(
  divisors: [1.5, 2.1, 2.2], spectrumCount: 5, hidden: [12, 12])
