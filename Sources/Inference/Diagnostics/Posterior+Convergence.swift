import PPL

extension Posterior {
  /// The convergence statistics of each element of a site, row-major.
  ///
  /// - Precondition: There is a site of this name.
  public func chainStatistics(of name: String) -> [ChainStatistics] {
    byChain(draws[name]).map { ChainStatistics($0) }
  }

  /// The draws of each element of a value `[C S] + shape` by chain, row-major in the elements.
  func byChain(_ values: Tensor) -> [[[Double]]] {
    let size = values.shape.dropFirst().reduce(1, *)
    let scalars = values.scalars
    return (0..<size).map { element in
      (0..<chains).map { chain in
        (0..<drawsPerChain).map { scalars[(chain * drawsPerChain + $0) * size + element] }
      }
    }
  }
}
