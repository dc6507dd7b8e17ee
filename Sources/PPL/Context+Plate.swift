import Preconditions

extension Context {
  /// A plate: runs `body` for `size` elements that are conditionally independent given the variables outside.
  ///
  ///     let theta = p.plate("school", 8) { p in p.sample("theta", Normal(mu, tau)) }  // [8]
  ///
  /// Sites inside are expanded to `size` along dimension `dim` of their batch.
  ///
  /// - Parameters:
  ///   - name: The name of the plate.
  ///   - size: The number of elements.
  ///   - subsampleSize: The number of elements to use in this run, chosen at random without replacement;
  ///     log densities are scaled by `size / subsampleSize`.
  ///   - dim: The dimension counted from the right; the rightmost free one if not given.
  ///   - body: The statements that hold for each element.
  ///
  /// The run fails with `ModelError.plateExtent` unless `size` is positive and `subsampleSize` in `1...size`, with
  /// `.plateDimension` unless `dim` is negative and not that of a plate around this one, and with `.nestedPlates`
  /// inside a plate of the same name.
  @discardableResult
  public mutating func plate<R>(
    _ name: String, _ size: Int, subsampleSize: Int? = nil, dim: Int? = nil,
    _ body: (inout Context) throws -> R
  ) rethrows -> R {
    let plate = openPlate(name, size, subsampleSize: subsampleSize, dim: dim)
    return try under(plate, body).result
  }

  /// A plate whose body is given the elements in use, to take the rows of data that belong to them.
  ///
  ///     p.plate("row", 10_000, subsampleSize: 100) { p, rows in
  ///       p.sample("y", Normal(mean, 1), observed: rows.taken(from: y))
  ///     }
  @discardableResult
  public mutating func plate<R>(
    _ name: String, _ size: Int, subsampleSize: Int? = nil, dim: Int? = nil,
    _ body: (inout Context, PlateIndices) throws -> R
  ) rethrows -> R {
    let plate = openPlate(name, size, subsampleSize: subsampleSize, dim: dim)
    return try under(plate) { p in try body(&p, plate.indices) }.result
  }

  /// The elements in use of the innermost plate of this name around the statement.
  ///
  /// Without such a plate the run fails with `ModelError.expression`.
  public func indices(of name: String) -> PlateIndices {
    for handler in handlers.reversed() {
      if let plate = handler as? Plate, plate.name == name { return plate.indices }
    }
    reportMistake("indices(of:): no plate \"\(name)\" is around this statement.")
    return PlateIndices(indices: .arange(1), size: 1)
  }

  private mutating func openPlate(
    _ name: String, _ size: Int, subsampleSize: Int?, dim: Int?
  ) -> Plate {
    var (size, used) = (size, subsampleSize ?? size)
    let largest = used == size ? Tensor.largestCount : min(Tensor.largestCount, 1 << 32)
    if size < 1 || used < 1 || used > size || size > largest {
      fail(.plateExtent(plate: name, size: size, subsampleSize: subsampleSize))
      // The run continues to its end with one element in place of an impossible number.
      (size, used) = (1, 1)
    }

    var site = Site(.plate, name)
    site.plateSize = (size, used)
    if used == size { site.value = .arange(size) }
    apply(&site)
    let indices = site.value ?? .arange(used)

    if site.plates.contains(where: { $0.name == site.name }) { fail(.nestedPlates(site.name)) }
    let dim = freeDimension(dim, beside: site.plates, plate: name)
    let inUse = PlateIndices(indices: indices, size: size)
    return Plate(name: name, size: size, dim: dim, indices: inUse)
  }

  private mutating func freeDimension(
    _ wanted: Int?, beside frames: [PlateFrame], plate name: String
  ) -> Int {
    if let wanted {
      let owner = frames.first { $0.dim == wanted }?.name
      // No tensor has more than 16 axes.
      if (-16..<0).contains(wanted), owner == nil { return wanted }
      fail(.plateDimension(plate: name, dim: wanted, owner: owner))
    }
    var free = -1
    while frames.contains(where: { $0.dim == free }) { free -= 1 }
    return free
  }
}
