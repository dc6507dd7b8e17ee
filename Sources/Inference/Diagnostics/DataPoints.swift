import PPL
import Parallel

/// The log likelihoods of the points of observed sites, without masked ones.
struct DataPoints {
  /// The names of the points, such as `y[3]`.
  let names: [String]
  /// The place of each point among the elements of all sites, row-major, masked ones included.
  let places: [Int]
  /// The number of all elements.
  let all: Int
  /// The log likelihood of each point at all draws.
  let columns: [[Double]]
  /// The data of all elements of a single site whose events are numbers; nil for others.
  let observed: [Double]?

  /// The points of some observed sites of a model; of all if nil.
  ///
  /// - Throws: As `Draws.logLikelihood(of:in:parameters:pool:)`; `InferenceError.argument` without a point.
  init(
    _ draws: Draws, _ model: Model<some Sendable>, _ sites: [String]?,
    _ parameters: [String: Tensor], _ pool: WorkPool
  ) throws {
    try demandCount(draws.count, "the number of draws")
    let observed = try model.given(draws[0], parameters: parameters).filter {
      $0.kind == .sample && $0.isObserved
    }
    var names: [String] = []
    var places: [Int] = []
    var columns: [[Double]] = []
    var all = 0
    var data: [Double]?
    for name in sites ?? observed.map(\.name) {
      let values = try draws.logLikelihood(of: name, in: model, parameters: parameters, pool: pool)
      let batch = Array(values.shape.dropFirst())
      let own = Draws(count: draws.count, sites: [(name, values)]).elementNames(of: name)
      let site = observed.first { $0.name == name }
      let counts = site?.mask.map { $0.broadcast(to: batch).scalars }
      let found = try pointColumns(values, names: own)
      for place in own.indices where counts?[place] != 0 {
        names.append(own[place])
        places.append(all + place)
        columns.append(found[place])
      }
      all += own.count
      if let value = site?.value, value.count == own.count || value.count == 1 {
        data = value.broadcast(to: batch).scalars
      }
    }
    try demand(
      !names.isEmpty, of: "CrossValidation", "the model has no observed point",
      "must have an observed site")
    (self.names, self.places, self.columns, self.all) = (names, places, columns, all)
    self.observed = data?.count == all ? data : nil
  }
}
