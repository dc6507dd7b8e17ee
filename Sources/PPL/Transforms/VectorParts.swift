import Preconditions

// Operations on the last axis of a tensor for the transforms of vectors.

/// The argument, which must have a last axis of at least `count` elements; otherwise a placeholder.
func vector(_ x: Tensor, atLeast count: Int = 0) -> Tensor {
  guard holds(x.rank > 0, "this transform acts on vectors, but met a scalar"),
    holds(
      x.shape[x.rank - 1] >= count,
      "this transform acts on vectors of at least \(count) elements, but met shape \(x.shape)")
  else { return .full(.nan, [max(count, 1)]) }
  return x
}

func lengthened(_ shape: [Int], by step: Int) -> [Int] {
  guard holds(!shape.isEmpty, "this transform acts on vectors, but met a scalar") else {
    return shape
  }
  return shape.dropLast() + [shape[shape.count - 1] + step]
}

func first(_ x: Tensor) -> Tensor { vector(x, atLeast: 1)[.ellipsis, .range(0..<1)] }

func rest(_ x: Tensor) -> Tensor {
  let x = vector(x, atLeast: 1)
  return x[.ellipsis, .range(1..<x.shape[x.rank - 1])]
}

func dropLast(_ x: Tensor) -> Tensor {
  let x = vector(x, atLeast: 1)
  return x[.ellipsis, .range(0..<x.shape[x.rank - 1] - 1)]
}

/// The trailing sums along the last axis: each element and those after it.
///
/// - Complexity: O(*n*) for each vector.
func trailingSum(_ x: Tensor) -> Tensor {
  let x = vector(x)
  let backwards = Tensor((0..<x.shape[x.rank - 1]).reversed().map(Double.init))
  let sums = x.taking(indices: backwards, along: -1).cumulativeSum()
  return sums.taking(indices: backwards, along: -1)
}
