extension Context {
  /// The part of `data` that belongs to the elements in use of all plates around the statement.
  ///
  ///     p.plate("row", 10_000, subsampleSize: 100) { p in
  ///       let (x, y) = (p.subsample(inputs, eventRank: 1), p.subsample(targets))  // [100, D], [100]
  ///       p.sample("y", Normal(matmul(x, weights), 1), observed: y)
  ///     }
  ///
  /// Parameters with one row for each element of a plate are subsampled in the same way:
  /// `p.subsample(p.parameter("level", initially: .zeros([10_000])))`.
  ///
  /// - Parameters:
  ///   - data: The data, batch + event; the batch has, at the dimension of each plate, as many elements as
  ///     the plate, or one, or no such dimension.
  ///   - eventRank: The number of trailing dimensions of `data` that belong to one element.
  /// - Returns: The rows of `data` in use; all data where no plate is subsampled.
  /// - Reference: NumPyro's `subsample`.
  public mutating func subsample(_ data: Tensor, eventRank: Int = 0) -> Tensor {
    guard (0...data.rank).contains(eventRank) else {
      if let plate = handlers.lazy.compactMap({ $0 as? Plate }).first {
        fail(.subsample(plate: plate.frame, data: data.shape, eventRank: max(eventRank, 0)))
      }
      return data
    }
    var part = data
    for plate in handlers.compactMap({ $0 as? Plate }) {
      let axis = data.rank + plate.dim - eventRank
      guard axis >= 0, data.shape[axis] != 1 else { continue }
      guard data.shape[axis] == plate.size else {
        fail(.subsample(plate: plate.frame, data: data.shape, eventRank: eventRank))
        // Zeros replace the rows, so that the run can continue to its end.
        var shape = part.shape
        shape[axis] = plate.indices.count
        part = .zeros(shape)
        continue
      }
      part = plate.indices.taken(from: part, along: axis)
    }
    return part
  }
}
