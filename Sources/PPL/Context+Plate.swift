import Preconditions

extension Context {
  /// Runs `body` for `size` elements at once, independent of each other given what is outside.
  ///
  ///     let theta = p.plate("school", 8) { p in p.sample("theta", Normal(mu, tau)) }  // [8]
  ///
  /// Sites inside are expanded to `size` along dimension `dim` of their batch.
  ///
  /// - Parameters:
  ///   - name: What the plate is called.
  ///   - size: How many elements there are.
  ///   - subsampleSize: How many of them to use in this run, chosen at random without replacement;
  ///     log densities are scaled by `size / subsampleSize`.
  ///   - dim: The dimension counted from the right; the rightmost free one if not given.
  ///   - body: The statements that hold for each element.
  /// - Precondition: `size` is positive, `subsampleSize` is in `1...size`, and `dim` is negative
  ///   and not the dimension of a plate around this one.
  @discardableResult
  public mutating func plate<R>(
    _ name: String, _ size: Int, subsampleSize: Int? = nil, dim: Int? = nil,
    _ body: (inout Context) throws -> R
  ) rethrows -> R {
    let plate = openPlate(name, size, subsampleSize: subsampleSize, dim: dim)
    return try under(plate, body).result
  }

  /// The same, with the elements in use, to take the rows of data that belong to them.
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

  /// The elements in use of the innermost plate around this statement that has this name.
  ///
  /// - Precondition: There is such a plate.
  public func indices(of name: String) -> PlateIndices {
    for handler in handlers.reversed() {
      if let plate = handler as? Plate, plate.name == name { return plate.indices }
    }
    requirementFailed("indices(of:): no plate \"\(name)\" is around this statement")
  }

  private mutating func openPlate(
    _ name: String, _ size: Int, subsampleSize: Int?, dim: Int?
  ) -> Plate {
    require(size > 0, "plate \"\(name)\": size is \(size), but must be positive")
    let used = subsampleSize ?? size
    require(
      (1...size).contains(used),
      "plate \"\(name)\": subsampleSize is \(used), but must be in 1...\(size)")

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

  private func freeDimension(_ wanted: Int?, beside frames: [PlateFrame], plate name: String) -> Int
  {
    if let wanted {
      require(
        wanted < 0, "plate \"\(name)\": dim is \(wanted), but counts from the right: -1, -2, …")
      if let other = frames.first(where: { $0.dim == wanted }) {
        requirementFailed(
          "plate \"\(name)\": dim \(wanted) belongs to plate \"\(other.name)\" around it")
      }
      return wanted
    }
    var free = -1
    while frames.contains(where: { $0.dim == free }) { free -= 1 }
    return free
  }
}

/// The elements of a plate that a run uses.
public struct PlateIndices: Sendable {
  /// Their numbers, counted from 0; shape `[count]`.
  public let indices: Tensor
  /// How many elements the plate has.
  public let size: Int

  /// How many are in use.
  public var count: Int { indices.count }

  /// The slices of `data` that belong to the elements in use.
  ///
  /// - Precondition: `data` has the size of the plate along `dimension`.
  public func taken(from data: Tensor, along dimension: Int = 0) -> Tensor {
    let axis = dimension < 0 ? dimension + data.rank : dimension
    require(
      data.shape.indices.contains(axis) && data.shape[axis] == size,
      "data of shape \(data.shape) do not have the \(size) elements of the plate "
        + "along dimension \(dimension)")
    return count == size ? data : data.taking(indices: indices, along: axis)
  }
}
