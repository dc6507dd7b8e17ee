import Foundation
import Inference
import Kernels
import PPL
import Preconditions

extension GEVFamily {
  /// The prior covariance of the fields of the location over stations and years, at the medians of the hyperparameters.
  ///
  ///     K = Σ K_field ⊗ x xᵀ
  ///
  /// with x the covariate of time of the field, or 1. It is the covariance of the processes, neither centred over the stations
  /// nor with jitter.
  ///
  /// - Returns: A `Kronecker` for one field, a `SumKronecker` for several; nil for none.
  /// - Throws: As a run of the model does.
  public func locationCovariance() throws -> (any KroneckerStructure)? {
    let products = try location.compactMap { try ($0 as? VaryingCoefficient)?.covariance(data) }
    return products.count > 1 ? SumKronecker(products) : products.first
  }
}

extension VaryingCoefficient {
  /// The prior covariance of the field times the covariate over stations and years; nil without a field.
  func covariance(_ data: StationTensors) throws -> Kronecker? {
    guard let places = try field?.covariance(data) else { return nil }
    let x = try times(data)
    return Kronecker(places, x[.all, .newAxis] * x)
  }

  /// The factor of the coefficient in each year, `[T]`: the term of a constant 1.
  private func times(_ data: StationTensors) throws -> Tensor {
    var unit = self
    (unit.field, unit.stations, unit.slopes, unit.map) = (nil, nil, [], nil)
    (unit.exponential, unit.constant) = (nil, Coefficient("one", 1, 1))
    let term = unit
    let model = Model<Tensor> { p in term.sample(&p, process: nil, data) }
    let value = try model.substituting(["one": 1]).run(key: RandomKey(0))
    return value.broadcast(to: [1, data.maxima.shape[1]])[.at(0)]
  }
}

extension SpatialField {
  /// The prior covariance at the stations, `[S, S]`, at the medians of the hyperparameters and without jitter.
  func covariance(_ data: StationTensors) throws -> Tensor? {
    var field = self
    // Centred, the site of the values has the process itself.
    (field.parameterization, field.quantity) = (.centred, .location)
    (field.startsAtMedians, field.startsAtZero) = (true, false)
    let own = field
    let model = Model<Tensor> { p in own.sample(&p, data) }
    let trace = try model.substituting(own.start(data)).seeded(by: RandomKey(0)).trace()
    return (trace[site]?.distribution as? GaussianProcess)?.covariance
  }
}

extension KroneckerStructure {
  /// The size and the storage of the covariance of the location, for `ppl describe --prior`.
  func description(_ data: StationMaxima, unit: String) -> String {
    let fields = terms.count
    let deviation = (trace.scalar / Double(shape[0])).squareRoot()
    let ratio = Double(denseEntries) / Double(storedEntries)
    return """
      Prior covariance of the location over \(counted(data.stations.count, "station")) and \
      \(counted(data.years.count, "year")), \(Self.self) of \(counted(fields, "field")):
        shape           \(shape[0]) x \(shape[1])
        stored entries  \(storedEntries)
        dense entries   \(denseEntries)
        ratio           \(String(format: "%g", ratio))
        time rank       \(timeRank)
        standard deviation, root mean square  \(String(format: "%.4f", deviation)) \(unit)
      """
  }
}
