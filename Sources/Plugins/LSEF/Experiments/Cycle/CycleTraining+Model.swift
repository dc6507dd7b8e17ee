import Assimilation
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator

extension CycleTraining {
  /// The spectra of the forecasts of an ensemble filter along a run of any model on a circle, `[cycles, n/2 + 1]`.
  ///
  ///     let spectra = try CycleTraining.spectra(of: filter, along: twin, key: RandomKey(0))
  ///     let pairs = try StationarySample(.circle(points: 40), members: 10).pairs(of: spectra, key: RandomKey(1))
  ///
  /// At each analysis the mean of the members' modal periodograms about the estimate, times N / (N - 1), is a spectrum. The
  /// points of the model are those of the circle, in their order.
  ///
  /// - Parameters:
  ///   - filter: The filter, of two members at least.
  ///   - twin: The truth and its observations, with the model.
  ///   - burnIn: The number of analyses at the start that give nothing.
  ///   - key: The random key of the filter.
  /// - Throws: What the filter throws, such as `FilterError.notFinite` for one that loses the truth.
  /// - Precondition: The model has an even number of points.
  /// - Complexity: A forecast and an analysis for each spectrum.
  /// - Reference: Tsyrulnikov and Sotskiy (2023), section 6.3; `lsef.md` 10.6, for other models.
  public static func spectra(
    of filter: some Filter, along twin: TwinExperiment, burnIn: Int = 50, key: RandomKey
  ) throws -> Matrix {
    let circle = Circle(points: twin.model.dimension)
    let keys = key.split()
    var state = try filter.start(twin.initial, key: keys.0)
    var spectra: [Double] = []
    for (index, observations) in twin.observations.enumerated() {
      try filter.forecast(
        &state, with: twin.model, to: twin.times[index], key: keys.1.foldIn(UInt32(2 * index)))
      if index >= burnIn, var deviations = state.ensemble {
        let N = Double(deviations.rows)
        deviations.shiftRows(
          from: state.estimate, to: Array(repeating: 0, count: circle.pointCount),
          scaledBy: (N / (N - 1)).squareRoot())
        spectra += StationarySample.spectrum(of: deviations, on: circle)
      }
      try filter.analyse(&state, observations, key: keys.1.foldIn(UInt32(2 * index + 1)))
    }
    return Matrix(
      rows: spectra.count / circle.spectrumCount, columns: circle.spectrumCount, spectra)
  }
}
