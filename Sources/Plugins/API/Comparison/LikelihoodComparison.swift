import Inference
import PPL
import Parallel

/// Any model, compared by the log likelihood of the elements of its observed sites.
///
/// Elements are left out by a mask, under the priors of all data.
struct LikelihoodComparison<M: FittableModel>: ComparableModel {
  let model: M

  /// The data of the model, with the observations that are left out.
  struct Dataset: Sendable {
    let data: M.Dataset
    var leftOut: Set<Int> = []
  }

  var name: String { model.name }
  var summary: String { model.summary }
  var dataNeeded: String { model.dataNeeded }

  func dataset(_ options: M.Options, from source: DataSource) throws -> Dataset {
    Dataset(data: try model.dataset(options, from: source))
  }

  func problem(_ options: M.Options, _ dataset: Dataset) throws -> InferenceProblem {
    var problem = try model.problem(options, dataset.data)
    guard !dataset.leftOut.isEmpty else { return problem }
    let sites = try ObservedSites(problem.posterior)
    problem.posterior = problem.posterior.under(
      LeaveOut(masks: sites.masks(without: dataset.leftOut)))
    return problem
  }

  func explained(_ error: any Error, _ options: M.Options, _ dataset: Dataset) -> any Error {
    model.explained(error, options, dataset.data)
  }
  func defaultBackend(hasOwnData: Bool) -> String { model.defaultBackend(hasOwnData: hasOwnData) }
  func defaultFlags(for backend: String) -> [String] { model.defaultFlags(for: backend) }

  func observations(_ options: M.Options, _ dataset: Dataset) throws -> [ComparedObservation] {
    try ObservedSites(model.problem(options, dataset.data).posterior).observations
  }

  func dataset(_ dataset: Dataset, leavingOut observations: Set<Int>) -> Dataset {
    Dataset(data: dataset.data, leftOut: observations)
  }

  func scores(
    _ fitted: FittedModel<Self>, of observations: [Int], in dataset: Dataset,
    _ weighting: PredictionWeighting
  ) throws -> [PredictionScore] {
    let (pool, key) = (fitted.context.pool, fitted.context.key.foldIn(2))
    let posterior = try model.problem(fitted.options, dataset.data).posterior
    let draws = try fitted.posterior().draws
    let sites = try ObservedSites(posterior)
    var columns: [(logs: [Double], simulated: [Double])] = []
    let latent = Draws(
      count: draws.count,
      sites: draws.names.filter { !sites.names.contains($0) }.map { ($0, draws[$0]) })
    let predicted = try Predictive(posterior.unconditioned(), given: latent)(
      key: key, sites: Set(sites.names), pool: pool)
    for site in sites.sites {
      let logs = try draws.logLikelihood(of: site.name, in: posterior, pool: pool)
      func byElement(_ values: Tensor) -> [[Double]] {
        let all = values.reshaped(to: [draws.count, site.count]).transposed().scalars
        return (0..<site.count).map { Array(all[($0 * draws.count)..<(($0 + 1) * draws.count)]) }
      }
      let simulated =
        predicted[site.name].count == draws.count * site.count
        ? byElement(predicted[site.name]) : Array(repeating: [], count: site.count)
      let own = byElement(logs)
      columns += site.present.map { (own[$0], simulated[$0]) }
    }
    let values = sites.observations.map(\.value)
    return try pool.mapParts(of: observations.count) { [columns] range in
      range.map { index in
        let (place, column) = (observations[index], columns[observations[index]])
        return weighting.score(
          SimulatedMixture(
            observed: values[place], simulated: column.simulated, logDensities: column.logs))
      }
    }.flatMap(\.self)
  }
}

/// The observed sites of a posterior with their elements, masked ones left out.
private struct ObservedSites {
  struct ObservedSite: Sendable {
    let name: String
    let batch: [Int]
    /// The elements that are observed, row-major.
    let present: [Int]
    /// The value of each element; the sum of an event of several numbers.
    let values: [Double]
    /// The axes of plates with their names.
    let plates: [(name: String, axis: Int)]
    var count: Int { batch.reduce(1, *) }
  }

  let sites: [ObservedSite]
  var names: [String] { sites.map(\.name) }

  init(_ posterior: Model<Void>) throws {
    let trace = try posterior.seeded(by: RandomKey(0)).trace()
    sites = trace.filter { $0.kind == .sample && $0.isObserved }.compactMap { site in
      guard let value = site.value, let distribution = site.distribution else { return nil }
      let events = distribution.eventShape.count
      let shape =
        broadcastShapes([
          Array(value.shape.dropLast(events)), distribution.batchShape, site.mask?.shape ?? [],
        ]) ?? distribution.batchShape
      let sums = events == 0 ? value : value.sum(along: Array((value.rank - events)..<value.rank))
      let mask = site.mask?.broadcast(to: shape).scalars
      let count = shape.reduce(1, *)
      return ObservedSite(
        name: site.name, batch: shape, present: (0..<count).filter { mask?[$0] != 0 },
        values: sums.broadcast(to: shape).scalars,
        plates: site.plates.map { ($0.name, shape.count + $0.dim) }.filter { $0.1 >= 0 })
    }
    guard sites.contains(where: { !$0.present.isEmpty }) else {
      throw ComparisonError(
        "the model has no observed site, so that there is nothing that it predicts.")
    }
  }

  var observations: [ComparedObservation] {
    sites.flatMap { site in
      site.present.map { element in
        var (index, rest) = (Array(repeating: 0, count: site.batch.count), element)
        for axis in site.batch.indices.reversed() {
          (index[axis], rest) = (rest % site.batch[axis], rest / site.batch[axis])
        }
        let place = index.isEmpty ? "" : "[\(index.map(String.init).joined(separator: ","))]"
        return ComparedObservation(
          "\(site.name)\(place)", site.values[element],
          in: site.plates.map { .init($0.name, index[$0.axis]) })
      }
    }
  }

  /// The masks of the sites without some observations.
  func masks(without leftOut: Set<Int>) -> [String: Tensor] {
    var (masks, first) = ([String: Tensor](), 0)
    for site in sites {
      var mask = Array(repeating: 1.0, count: site.count)
      for (place, element) in site.present.enumerated() where leftOut.contains(first + place) {
        mask[element] = 0
      }
      masks[site.name] = Tensor(mask, shape: site.batch)
      first += site.present.count
    }
    return masks
  }
}

/// A handler that leaves out elements of observed sites.
private struct LeaveOut: Handler {
  let masks: [String: Tensor]

  mutating func process(_ site: inout Site) {
    guard site.kind == .sample, site.isObserved, let mask = masks[site.name] else { return }
    site.restrict(to: mask)
  }
}
