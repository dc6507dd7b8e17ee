/// The handler that excludes elements from the log density.
public struct Mask: Handler {
  private let mask: Tensor

  /// Excludes the elements whose mask is 0.
  ///
  /// - Parameter mask: An indicator: 1 where an element counts, 0 elsewhere; broadcasts with the batch.
  public init(_ mask: Tensor) { self.mask = mask }

  public mutating func process(_ site: inout Site) {
    if site.isStochastic { site.restrict(to: mask) }
  }
}

extension Site {
  /// Keeps only the elements whose `mask` is 1, of those that are kept already.
  ///
  /// The site grows to the shape of a mask that has more elements. A mask with another value than 0 and 1 is
  /// reported as
  /// `ModelError.maskValue`.
  public mutating func restrict(to mask: Tensor) {
    guard let distribution else { return }
    let shapes = [distribution.batchShape, mask.shape, self.mask?.shape ?? []]
    guard let shape = broadcastShapes(shapes) else {
      fail(.maskShape(site: name, mask: mask.shape, batch: distribution.batchShape))
      return
    }
    if let offender = Support.boolean.offender(in: mask) {
      fail(.maskValue(site: name, offender))
    }
    self.distribution = distribution.expanded(to: shape)
    self.mask = self.mask.map { $0 .& mask } ?? mask
  }
}
