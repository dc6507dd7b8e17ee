import Distributions
import Inference
import PPL
import Parallel

/// The distributions of the maximum of a new year by a fit at some places: for each draw, and at the posterior means.
struct PredictedDistributions<M: ExtremesModel>: Sendable {
  let model: M
  /// The draws, and their means as a single draw.
  let draws, means: Draws
  let places: PredictedPlaces
  /// The key of fields at places that are no stations.
  let key: RandomKey
  let pool: WorkPool

  /// The number of draws of a piece of work, so that digits do not depend on the number of threads.
  private static var pieceSize: Int { 32 }

  /// The distributions of a fit.
  ///
  /// - Parameters:
  ///   - model: The model with the data of the fit.
  ///   - draws: Joint draws of posterior and model.
  ///   - sampled: The draws of the posterior, whose means are those of reported parameters; `draws` if nil.
  ///   - places: The places.
  ///   - key: The key of fields at places that are no stations.
  ///   - pool: The threads that share the work.
  init(
    _ model: M, _ draws: Draws, sampled: Draws? = nil, at places: PredictedPlaces, key: RandomKey,
    pool: WorkPool
  ) {
    (self.model, self.draws, self.places, self.key, self.pool) = (model, draws, places, key, pool)
    means = draws.means(given: model.reportedMeans(draws, sampled ?? draws))
  }

  /// A batch of distributions `[D, P]` and one at the posterior means `[1, P]`.
  struct Batch: Sendable {
    let draws, means: AnnualMaximum

    init(draws: AnnualMaximum, means: AnnualMaximum) { (self.draws, self.means) = (draws, means) }

    /// A batch without an anomaly of the year.
    init(draws: GEV, means: GEV) {
      self.init(draws: AnnualMaximum(draws), means: AnnualMaximum(means))
    }

    /// A quantity of the distributions, for the draws and at the means.
    func map(_ body: (AnnualMaximum) -> Tensor) -> (draws: Tensor, means: Tensor) {
      (body(draws), body(means))
    }
  }

  /// The distributions in some climates, a batch for each.
  ///
  /// The fields of a draw are the same in all climates.
  func batches(in climates: [Climate]) throws -> [Batch] {
    let parts = try pieces { draws, places, _ in try maxima(draws, in: climates, at: places) }
    let ofMeans = try plugIn(in: climates)
    return climates.indices.map { index in
      func all(_ parameter: (GEV) -> Tensor) -> Tensor {
        concatenate(parts.map { parameter($0[index].gev) })
      }
      let deviations = parts.compactMap { $0[index].deviation }
      return Batch(
        draws: AnnualMaximum(
          GEV(all(\.location), all(\.scale), all(\.shape)),
          deviation: deviations.isEmpty ? nil : concatenate(deviations)),
        means: ofMeans[index])
    }
  }

  /// The distributions at the posterior means at the chosen places in some climates, `[1, P]` each.
  func plugIn(in climates: [Climate]) throws -> [AnnualMaximum] {
    let deviation = model.anomaly?.deviation(means)
    return try model.plugIn(means, draws, in: climates, at: places.places).map {
      AnnualMaximum(
        GEV(ofPlaces($0.location, 1), ofPlaces($0.scale, 1), ofPlaces($0.shape, 1)),
        deviation: deviation)
    }
  }

  /// The distributions of some draws at the chosen places in some climates, `[D, P]` each.
  func maxima(
    _ draws: Draws, in climates: [Climate], at places: Places
  ) throws -> [AnnualMaximum] {
    try model.annualMaxima(draws, in: climates, at: places).map { maximum in
      let gev = maximum.gev
      let parameters = [gev.location, gev.scale, gev.shape].map { ofPlaces($0, draws.count) }
      return AnnualMaximum(
        GEV(parameters[0], parameters[1], parameters[2]), deviation: maximum.deviation)
    }
  }

  /// The maps of the report at the places: for each draw `[D, P]`, and at the posterior means `[1, P]`.
  func maps() throws -> [(site: ReportedSite, draws: Tensor, means: Tensor)] {
    let parts = try pieces { draws, places, _ in
      try model.maps(draws, at: places).map { ofPlaces($0.values, draws.count) }
    }
    return try model.maps(means, at: places.places).enumerated().map { index, map in
      (map.site, concatenate(parts.map { $0[index] }), ofPlaces(map.values, 1))
    }
  }

  /// The results of a function of some draws, of the places with the key of these draws, and of the number of the first one.
  func pieces<R: Sendable>(
    _ body: @Sendable (_ draws: Draws, _ places: Places, _ first: Int) throws -> R
  ) throws -> [R] {
    let count = (draws.count + Self.pieceSize - 1) / Self.pieceSize
    return try pool.mapParts(of: count) { range in
      try range.map { piece in
        let first = piece * Self.pieceSize
        let part = draws.part(first..<min(first + Self.pieceSize, draws.count))
        let places = places.places.ofPiece(
          startingAt: first, key: key.foldIn(UInt32(piece)))
        return try body(part, places, first)
      }
    }.flatMap(\.self)
  }

  /// Values that broadcast to `[D, P]`, at the chosen places only.
  private func ofPlaces(_ values: Tensor, _ count: Int) -> Tensor {
    chosen(
      values.broadcast(
        to: [count, places.indices == nil ? places.count : model.data.stationCount]))
  }

  /// The elements of the last axis, one for each station or other place, that belong to the chosen places.
  func chosen(_ values: Tensor) -> Tensor {
    let width = values.shape[values.rank - 1]
    guard let indices = places.indices, indices != Array(0..<width) else { return values }
    let numbers = values.scalars
    return Tensor(
      (0..<(numbers.count / width)).flatMap { row in indices.map { numbers[row * width + $0] } },
      shape: values.shape.dropLast() + [indices.count])
  }
}

extension Draws {
  /// Some consecutive draws.
  fileprivate func part(_ range: Range<Int>) -> Draws {
    Draws(count: range.count, sites: names.map { ($0, self[$0][.range(range)]) })
  }
}
