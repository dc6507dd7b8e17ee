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
