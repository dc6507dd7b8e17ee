import PPL
import Parallel

extension SVIFit {
  /// The posterior of the fitted guide by draws, with every deterministic site of the model recomputed for each.
  ///
  /// - Parameters:
  ///   - count: The number of draws, of one chain.
  ///   - key: The key of the draws; they are those of `draws(_:key:pool:)`.
  ///   - pool: The threads that share the draws.
  /// - Throws: As `draws(_:key:pool:)`.
  public func posterior(
    draws count: Int, key: RandomKey, pool: WorkPool = .automatic
  ) throws -> Posterior {
    let draws = try draws(count, key: key, pool: pool)
    let trace = try model.under(Substitute(parameters)).seeded(by: RandomKey(0)).trace()
    let axes = draws.names.compactMap { name in
      trace[name].map { (name, $0.plateAxes(ofShape: Array(draws[name].shape.dropFirst()))) }
    }
    return try Posterior(
      draws, axes: Dictionary(axes) { $1 },
      origin: .init(
        method: minimization == nil ? "SVI" : "SVI.minimized",
        settings: [
          "steps": "\(state.step)", "loss": String(describing: type(of: loss)),
        ]))
  }
}

extension Site {
  /// The name of the plate along each axis of a value of this shape.
  fileprivate func plateAxes(ofShape shape: [Int]) -> [String?] {
    var axes: [String?] = Array(repeating: nil, count: shape.count)
    let eventRank = distribution?.eventShape.count ?? 0
    for plate in plates {
      let axis = shape.count - eventRank + plate.dim
      guard axes.indices.contains(axis), shape[axis] == plate.size else { continue }
      axes[axis] = plate.name
    }
    return axes
  }
}
