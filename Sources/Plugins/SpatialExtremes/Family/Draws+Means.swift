import Inference
import PPL

extension Draws {
  /// The means of the sites as a single draw, `[1]` in front of each shape.
  ///
  /// - Parameter given: Means that are known otherwise, by site.
  func means(given: [String: Tensor] = [:]) -> Draws {
    Draws(
      count: 1,
      sites: names.map {
        ($0, given[$0] ?? self[$0].mean(along: [0], keepingDimensions: true))
      })
  }
}
