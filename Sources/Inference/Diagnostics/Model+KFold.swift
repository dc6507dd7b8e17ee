import PPL
import Parallel

extension Model {
  /// K-fold cross-validation by the elements of a plate: for each fold the model is fitted without the data of some elements,
  /// which are then predicted.
  ///
  ///     let folds = try model.kFold(plate: "station", folds: 5, key: key) { model, fold in
  ///       try MCMC(NUTS()).run(model, key: key.foldIn(UInt32(fold))).posterior().draws
  ///     }
  ///
  /// The points are the elements of the plate: that of an element is the joint log predictive density of all its data. Latent
  /// sites inside the plate stay in the model, so that those of an element that is left out have their prior given the others.
  ///
  /// - Parameters:
  ///   - plate: A plate around observed sites, not subsampled.
  ///   - folds: The number of folds K, from 2 to the number of elements; the latter leaves out one element at a time.
  ///   - key: The key by which elements are dealt to folds.
  ///   - parameters: The values of the model's `parameter` sites at which points are predicted, if any.
  ///   - pool: The threads that share the draws of a fold.
  ///   - fit: The draws of the posterior of a model, given the number of its fold from 0.
  /// - Throws: `InferenceError.unknownSite` for a plate that no observed site is in, `.argument` for another number of folds or
  ///   a subsampled plate; what `fit` throws; as `Draws.logLikelihood(of:in:parameters:pool:)`.
  /// - Complexity: K fits.
  /// - Reference: Vehtari, Gelman and Gabry (2017), §2.4; Vehtari and Lampinen (2002), *Bayesian model assessment and comparison
  ///   using cross-validation predictive densities*.
  public func kFold(
    plate: String, folds: Int, key: RandomKey, parameters: [String: Tensor] = [:],
    pool: WorkPool = .automatic, fit: (_ model: Model<Void>, _ fold: Int) throws -> Draws
  ) throws -> CrossValidation {
    let model = discardingOutput
    let observed = try model.under(Substitute(parameters)).seeded(by: key).trace().filter {
      $0.kind == .sample && $0.isObserved
    }
    let frames = observed.flatMap(\.plates)
    guard let frame = frames.first(where: { $0.name == plate }) else {
      throw InferenceError.unknownSite(plate, known: Set(frames.map(\.name)).sorted())
    }
    try demand(
      frame.subsampleSize == frame.size, of: "kFold", "plate \"\(plate)\" is subsampled",
      "must have all its elements in each run")
    try demand(
      (2...max(frame.size, 2)).contains(folds) && folds <= frame.size, of: "kFold",
      "folds is \(folds)", "must be from 2 to \(frame.size), the elements of plate \"\(plate)\"")
    let inside = observed.filter { $0.plates.contains { $0.name == plate } }.map(\.name)
    let order = key.permutation(frame.size).scalars.map { Int($0) }
    var pointwise = Array(repeating: 0.0, count: frame.size)
    for fold in 0..<folds {
      let elements = Set(order.indices.filter { $0 % folds == fold }.map { order[$0] })
      let kept = Tensor((0..<frame.size).map { elements.contains($0) ? 0 : 1 })
      let draws = try fit(model.under(HoldOut(plate: plate, kept: kept)), fold)
      var sums = Tensor.zeros([draws.count, frame.size])
      for site in inside {
        let values = try draws.logLikelihood(
          of: site, in: model, parameters: parameters, pool: pool)
        sums = sums + elementSums(values, frame)
      }
      let columns = sums.transposed([1, 0]).scalars
      for element in elements {
        let start = element * draws.count
        pointwise[element] = logMeanExp(Array(columns[start..<start + draws.count]))
      }
    }
    return CrossValidation(
      method: .folds(folds), names: (0..<frame.size).map { "\(plate)[\($0)]" },
      pointwise: pointwise)
  }

  /// The sums over all axes but draws and the plate, `[S, size]`.
  private func elementSums(_ values: Tensor, _ frame: PlateFrame) -> Tensor {
    let axis = values.rank + frame.dim
    let others = (1..<values.rank).filter { $0 != axis }
    return others.isEmpty ? values : values.sum(along: others)
  }
}

/// A handler that leaves out the data of some elements of a plate.
private struct HoldOut: Handler {
  let plate: String
  /// 1 for an element whose data count, else 0.
  let kept: Tensor

  mutating func process(_ site: inout Site) {
    guard site.kind == .sample, site.isObserved,
      let frame = site.plates.first(where: { $0.name == plate })
    else { return }
    let mask = kept.reshaped(to: [kept.count] + Array(repeating: 1, count: -1 - frame.dim))
    site.restrict(to: mask)
  }
}
