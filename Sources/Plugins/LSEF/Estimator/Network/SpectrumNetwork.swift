import Foundation
import LinearAlgebra
import PPL
import Preconditions

/// A spectrum network with its weights: a function from the band variances of a point to its local spectrum.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 3.3.
public struct SpectrumNetwork: Sendable, Equatable, Codable {
  /// The architecture of the network.
  public let architecture: SpectrumArchitecture
  /// The layers, from the bands to the spectrum.
  public let layers: [Layer]

  /// An affine layer, x W + b.
  public struct Layer: Sendable, Equatable, Codable {
    /// The weights W, `[in, out]`.
    public let weights: Matrix
    /// The biases b, `[out]`.
    public let biases: [Double]

    /// A layer with these numbers.
    public init(weights: Matrix, biases: [Double]) {
      (self.weights, self.biases) = (weights, biases)
    }
  }

  /// A network with these layers.
  ///
  /// - Precondition: The layers are those of the architecture.
  public init(_ architecture: SpectrumArchitecture, layers: [Layer]) {
    let widths = architecture.widths
    require(
      layers.count == architecture.layerCount
        && layers.enumerated().allSatisfy { place, layer in
          layer.weights.rows == widths[place] && layer.weights.columns == widths[place + 1]
            && layer.biases.count == widths[place + 1]
        },
      "SpectrumNetwork: the layers do not have the widths \(widths).")
    (self.architecture, self.layers) = (architecture, layers)
  }

  /// A network with the values of the sites `layer0.weights`, `layer0.biases`, and so on, of `SpectrumModel`.
  ///
  /// - Precondition: All are there, in their shapes.
  public init(_ architecture: SpectrumArchitecture, values: [String: Tensor]) {
    let layers = (0..<architecture.layerCount).map { place in
      guard let weights = values["layer\(place).weights"],
        let biases = values["layer\(place).biases"], weights.rank == 2
      else { requirementFailed("SpectrumNetwork: no values for layer \(place).") }
      return Layer(
        weights: Matrix(rows: weights.shape[0], columns: weights.shape[1], weights.scalars),
        biases: biases.scalars)
    }
    self.init(architecture, layers: layers)
  }

  /// The values of the sites of `SpectrumModel` by name.
  var values: [String: Tensor] {
    let pairs = zip(architecture.parameters, scalars).map { ($0.name, Tensor($1, shape: $0.shape)) }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// The numbers of each parameter, in the order of the architecture's.
  var scalars: [[Double]] { layers.flatMap { [$0.weights.scalars, $0.biases] } }

  /// Modal spectra b at each point, never negative: `[n, L + 1]`.
  ///
  /// - Parameters:
  ///   - bandVariances: The band variances, `[n, J]`.
  ///   - unit: The variance that is 1 to the network, for fields of another amplitude than in its training; an
  ///     amplitude-free network needs none.
  /// - Throws: `EstimatorError` for another number of bands, and for variances that are negative or not finite.
  /// - Precondition: The unit is positive.
  /// - Complexity: O(n weights) time; memory for the hidden layers of 1,024 points besides the result.
  public func predict(
    _ bandVariances: Matrix, unit: Double = 1
  ) throws(EstimatorError) -> Matrix {
    require(unit > 0, "predict: the unit is \(unit), but must be positive.")
    var scaled = bandVariances
    if unit != 1 {
      scaled.withMutableScalars { v in
        for k in v.indices { v[k] /= unit }
      }
    }
    var result = try output(scaled)
    result.withMutableScalars { o in
      for k in o.indices { o[k] *= unit * o[k] }
    }
    return result
  }

  /// The network's output o, whose squares are the spectra: `[n, L + 1]`.
  ///
  /// An amplitude-free network gives 0 where all band variances are 0.
  ///
  /// - Throws: As `predict(_:)`.
  public func output(_ bandVariances: Matrix) throws(EstimatorError) -> Matrix {
    let bands = architecture.bandCount
    try EstimatorError.check(bandVariances, bands: bands)
    let (module, values) = (SpectrumLayers(architecture), ModuleValues(self.values))
    let batch = 1_024
    var output: [Double] = []
    output.reserveCapacity(bandVariances.rows * architecture.spectrumCount)
    for start in stride(from: 0, to: bandVariances.rows, by: batch) {
      let rows = min(batch, bandVariances.rows - start)
      let scalars = bandVariances.scalars[(start * bands)..<((start + rows) * bands)]
      let x = Tensor(architecture.inputs(scalars), shape: [rows, bands])
      output += module(x, values).scalars
    }
    if architecture.isAmplitudeFree {
      let units = architecture.totals(bandVariances.scalars[...]).map { $0.squareRoot() }
      for k in output.indices { output[k] *= units[k / architecture.spectrumCount] }
    }
    return Matrix(
      rows: bandVariances.rows, columns: architecture.spectrumCount, output)
  }
}

extension SpectrumArchitecture {
  /// The inputs of the first layer, from band variances row by row.
  func inputs(_ bandVariances: ArraySlice<Double>) -> [Double] {
    var result = Array(bandVariances)
    let totals = isAmplitudeFree ? totals(bandVariances) : []
    for start in stride(from: 0, to: result.count, by: bandCount) {
      let total = isAmplitudeFree ? totals[start / bandCount] : 1
      for j in 0..<bandCount {
        var normalized = result[start + j] / divisors[j]
        if isAmplitudeFree && total > 0 { normalized /= total }
        result[start + j] = takesRoots ? normalized.squareRoot() : normalized
      }
    }
    return result
  }

  /// The total of the band variances of each point, each divided by its divisor: the unit of an amplitude-free network.
  func totals(_ bandVariances: ArraySlice<Double>) -> [Double] {
    stride(from: bandVariances.startIndex, to: bandVariances.endIndex, by: bandCount).map { start in
      (0..<bandCount).reduce(0) { $0 + bandVariances[start + $1] / divisors[$1] }
    }
  }
}
