extension Site {
  /// Restricts the elements that count to those whose `mask` is 1.
  ///
  /// The site grows to the shape of a mask that has more elements. A mask with another value than 0 and 1 is
  /// reported as `ModelError.maskValue`.
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
