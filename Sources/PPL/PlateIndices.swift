import Preconditions

/// The elements of a plate that are in use in a run.
public struct PlateIndices: Sendable {
  /// The numbers of the elements in use, counted from 0; `[count]`.
  public let indices: Tensor
  /// The number of all elements of the plate.
  public let size: Int

  /// The number of elements in use.
  public var count: Int { indices.count }

  /// The slices of `data` that belong to the elements in use.
  ///
  /// In a model, data whose size along `dimension` is not that of the plate make the run fail with
  /// `ModelError.expression`.
  public func taken(from data: Tensor, along dimension: Int = 0) -> Tensor {
    let axis = (-data.rank..<0).contains(dimension) ? dimension + data.rank : dimension
    guard
      holds(
        data.shape.indices.contains(axis) && data.shape[axis] == size,
        "data of shape \(data.shape) do not have the \(size) elements of the plate "
          + "along dimension \(dimension).")
    else { return .zeros([count]) }
    return count == size ? data : data.taking(indices: indices, along: axis)
  }
}
