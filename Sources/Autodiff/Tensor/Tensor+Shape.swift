import Preconditions

extension Tensor {
  /// The same numbers, in the same order, in another shape. One extent may be -1 and follows from the others.
  ///
  /// - Precondition: The number of elements does not change.
  public func reshaped(to shape: [Int]) -> Tensor {
    var target = shape
    if let free = shape.firstIndex(of: -1) {
      let known = elementCount(shape.filter { $0 != -1 })
      target[free] = known == 0 ? 0 : count / known
    }
    guard
      holds(
        elementCount(target) == count && target.allSatisfy { $0 >= 0 },
        "reshaped(to:): \(count) elements of shape \(self.shape) cannot take shape \(shape).")
    else { return .unknown(target) }
    return target == self.shape ? self : Tensor.apply(Reshape(target: target), self)
  }

  /// The tensor with its last two axes swapped; a vector is unchanged.
  public func transposed() -> Tensor {
    guard rank >= 2 else { return self }
    var permutation = Array(0..<rank)
    permutation.swapAt(rank - 1, rank - 2)
    return transposed(permutation)
  }

  /// The tensor with its axes permuted: axis `i` of the result is axis `permutation[i]` of this tensor.
  public func transposed(_ permutation: [Int]) -> Tensor {
    guard
      holds(
        permutation.sorted() == Array(0..<rank),
        "transposed: \(permutation) is no permutation of the \(rank) axes.")
    else { return .unknown(shape) }
    let strides = contiguousStrides(shape)
    return walk(
      Walk(
        source: shape, target: permutation.map { shape[$0] },
        strides: permutation.map { strides[$0] }))
  }

  /// The tensor repeated along new leading axes and axes of extent 1, by NumPy's rules.
  public func broadcast(to target: [Int]) -> Tensor {
    guard
      holds(
        broadcastShapes([shape, target]) == target,
        "broadcast(to:): cannot broadcast \(shape) to \(target).")
    else { return .unknown(target) }
    return walk(Walk(source: shape, target: target, strides: broadcastStrides(shape, to: target)))
  }

  /// The sum over the axes that `broadcast(to:)` repeats: its adjoint.
  func sum(to target: [Int]) -> Tensor {
    guard target != shape else { return self }
    return Tensor.apply(
      StridedAdd(
        walk: Walk(source: target, target: shape, strides: broadcastStrides(target, to: shape))),
      self)
  }

  /// The tensor with a new axis of extent 1 at `axis` of the result.
  public func expandingDimension(at axis: Int) -> Tensor {
    guard let axis = resolveAxis(axis, rank: rank + 1, for: "expandingDimension") else {
      return .unknown([1] + shape)
    }
    return reshaped(to: Array(shape[..<axis]) + [1] + Array(shape[axis...]))
  }

  /// The tensor without `axis`, whose extent is 1.
  public func squeezingDimension(at axis: Int) -> Tensor {
    guard let axis = resolveAxis(axis, rank: rank, for: "squeezingDimension"),
      holds(shape[axis] == 1, "squeezingDimension: axis \(axis) of \(shape) is not 1.")
    else { return .unknown(Array(shape.dropLast())) }
    return reshaped(to: Array(shape[..<axis]) + Array(shape[(axis + 1)...]))
  }

  /// The rows `indices[j]` of `axis`, for each `j`: NumPy's `take`. An index out of range gives NaN.
  ///
  /// - Parameters:
  ///   - indices: The indices, whole numbers of any shape, which replaces `axis` in the result.
  ///   - axis: The axis that is indexed; it may be counted from the end.
  public func taking(indices: Tensor, along axis: Int) -> Tensor {
    guard let axis = resolveAxis(axis, rank: rank, for: "taking") else {
      return .unknown(indices.shape)
    }
    return Tensor.apply(Take(axis: axis), self, indices)
  }

  /// The diagonal of the last two axes: `[..., n, n]` to `[..., n]`.
  public func diagonal() -> Tensor {
    guard
      holds(
        rank >= 2 && shape[rank - 1] == shape[rank - 2],
        "diagonal: \(shape) does not end in a square.")
    else { return .unknown(Array(shape.dropLast())) }
    return walk(diagonalWalk(Array(shape.dropLast())))
  }

  /// The diagonal matrices with the last axis on their diagonals: `[..., n]` to `[..., n, n]`.
  public func diagonalMatrix() -> Tensor {
    guard holds(rank >= 1, "diagonalMatrix: a number has no axis.") else {
      return .unknown([1, 1])
    }
    return Tensor.apply(StridedAdd(walk: diagonalWalk(shape)), self)
  }

  /// The lower triangle: the elements on and below the diagonal of the last two axes, and zeros above.
  public func lowerTriangle() -> Tensor {
    guard holds(rank >= 2, "lowerTriangle: shape \(shape) is no matrix.") else { return self }
    let rows = Tensor.arange(shape[rank - 2]).expandingDimension(at: 1)
    return select(rows .>= Tensor.arange(shape[rank - 1]), self, 0)
  }

  private func diagonalWalk(_ vectors: [Int]) -> Walk {
    let n = vectors[vectors.count - 1]
    let matrices = vectors + [n]
    var strides = Array(contiguousStrides(matrices).dropLast())
    strides[strides.count - 1] = n + 1
    return Walk(source: matrices, target: vectors, strides: strides)
  }

  func walk(_ walk: Walk) -> Tensor {
    let isWhole =
      walk.offset == 0 && walk.source == walk.target
      && walk.strides == contiguousStrides(walk.source)
    return isWhole ? self : Tensor.apply(StridedRead(walk: walk), self)
  }
}

/// The same tensor, as a constant for every derivative.
public func stopGradient(_ x: Tensor) -> Tensor {
  x.isRecorded ? Tensor.apply(Identity(isDifferentiable: false), x) : x
}

/// The concatenation of tensors along a common axis.
public func concatenate(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
  guard holds(!tensors.isEmpty, "concatenate: there is nothing to concatenate."),
    let axis = resolveAxis(axis, rank: tensors[0].rank, for: "concatenate")
  else { return tensors.first ?? .unknown([0]) }
  return tensors.count == 1 ? tensors[0] : Tensor.apply(Concatenate(axis: axis), tensors)
}

/// The stack of tensors of one shape along a new axis.
public func stack(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
  concatenate(tensors.map { $0.expandingDimension(at: axis) }, along: axis)
}

/// The two tensors, broadcast to their common shape.
public func broadcast(_ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
  let all = broadcasted([a, b], for: "broadcast")
  return (all[0], all[1])
}

/// The three tensors, broadcast to their common shape.
public func broadcast(_ a: Tensor, _ b: Tensor, _ c: Tensor) -> (Tensor, Tensor, Tensor) {
  let all = broadcasted([a, b, c], for: "broadcast")
  return (all[0], all[1], all[2])
}

/// The tensors in their common shape; NaN of one shape, after a report, where they have none.
package func broadcasted(_ tensors: [Tensor], for operation: String) -> [Tensor] {
  let shapes = tensors.map(\.shape)
  do throws(Mistake) {
    let shape = try commonShape(shapes, for: operation)
    return tensors.map { $0.broadcast(to: shape) }
  } catch {
    let largest = shapes.max { elementCount($0) < elementCount($1) } ?? []
    let placeholder = Tensor.mistaken("\(error)", largest)
    return tensors.map { _ in placeholder }
  }
}
