extension Context {
  /// Runs `body` inside several plates, one for each size.
  ///
  ///     p.plateStack("cell", [3, 4]) { p in p.sample("x", Normal(0, 1)) }  // [3, 4]
  ///
  /// The plates are named from the right, `cell_0` of 4 elements and `cell_1` of 3.
  ///
  /// - Parameters:
  ///   - prefix: The beginning of the names of the plates.
  ///   - sizes: The number of elements of each plate, in the order of the shape of the batch.
  ///   - rightmostDim: The dimension of the last size, counted from the right.
  ///   - body: The statements that hold for each element.
  ///
  /// The run fails as that of `plate(_:_:subsampleSize:dim:_:)` does.
  /// - Reference: NumPyro's `plate_stack`.
  @discardableResult
  public mutating func plateStack<R>(
    _ prefix: String, _ sizes: [Int], rightmostDim: Int = -1, _ body: (inout Context) throws -> R
  ) rethrows -> R {
    try plates(prefix, sizes, from: 0, rightmostDim, body)
  }

  private mutating func plates<R>(
    _ prefix: String, _ sizes: [Int], from place: Int, _ rightmostDim: Int,
    _ body: (inout Context) throws -> R
  ) rethrows -> R {
    guard place < sizes.count else { return try body(&self) }
    let size = sizes[sizes.count - 1 - place]
    return try plate("\(prefix)_\(place)", size, dim: rightmostDim &- place) { (p: inout Context) in
      try p.plates(prefix, sizes, from: place + 1, rightmostDim, body)
    }
  }
}
