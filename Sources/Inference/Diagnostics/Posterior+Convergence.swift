import PPL

extension Posterior {
  /// The convergence statistics of each element of a site, row-major.
  ///
  /// - Precondition: There is a site of this name.
  public func chainStatistics(of name: String) -> [ChainStatistics] {
    let values = draws[name]
    let size = values.shape.dropFirst().reduce(1, *)
    let scalars = values.scalars
    return (0..<size).map { element in
      ChainStatistics(
        (0..<chains).map { chain in
          (0..<drawsPerChain).map { scalars[(chain * drawsPerChain + $0) * size + element] }
        })
    }
  }
}
