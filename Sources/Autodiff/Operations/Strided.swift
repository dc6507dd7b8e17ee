import CNumerics
import Preconditions

/// A strided walk over the numbers of a tensor of shape `source`, read as `target`.
///
/// Slices, transpositions, broadcasts and diagonals are walks; a step of 0 repeats, a negative one goes backwards.
struct Walk: Sendable, Hashable {
  var source: [Int]
  var target: [Int]
  var offset = 0
  var strides: [Int]

  /// The integers that the kernels read after the offset: rank, extents and steps, beside a contiguous array of
  /// shape `target`.
  fileprivate var nest: [Int] {
    let nest = LoopNest(extents: target, strides: [strides, contiguousStrides(target)])
    return [nest.rank] + nest.extents + nest.strides[0]
  }

  /// The nest, with the number of elements of `source`.
  var nestIntoSource: [Int] { nest + [elementCount(source)] }
}

/// A strided read: `y[i] = x[walk(i)]`.
struct StridedRead: Operation {
  let walk: Walk
  var name: String { "read" }
  func shape(_ operands: [[Int]]) -> [Int] { walk.target }
  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(function: ppl_strided_read, integers: [walk.offset] + walk.nest)
  }
  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    [Tensor.apply(StridedAdd(walk: walk), g)]
  }
}

/// A strided sum: `y = 0`, then `y[walk(i)] += x[i]`; the adjoint of `StridedRead` and, with steps of 0, a sum.
struct StridedAdd: Operation {
  let walk: Walk
  var name: String { "sum" }
  func shape(_ operands: [[Int]]) -> [Int] { walk.source }
  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(function: ppl_strided_add, integers: [walk.offset] + walk.nestIntoSource)
  }
  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    [Tensor.apply(StridedRead(walk: walk), g)]
  }
}

/// A strided sum of several operands: `y = 0`, then `y[walk_k(i)] += x_k[i]` for each operand k; the adjoint of
/// reading several parts of one tensor.
///
/// - Complexity: O(elements of `y` and of all parts), where a `StridedAdd` for each part would write all of `y`
///   each time.
struct StridedScatter: Operation {
  /// The walks into one source, one for each operand.
  let walks: [Walk]
  var name: String { "sum" }
  func shape(_ operands: [[Int]]) -> [Int] { walks[0].source }
  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(
      function: ppl_strided_scatter,
      integers: [walks.count, elementCount(walks[0].source)]
        + walks.flatMap { [$0.offset] + $0.nest })
  }
  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    walks.map { Tensor.apply(StridedRead(walk: $0), g) }
  }
}

/// The largest element along the axes whose step is 0. Several equal largest elements share the derivative.
struct StridedMaximum: Operation {
  let walk: Walk
  var name: String { "max" }
  func shape(_ operands: [[Int]]) -> [Int] { walk.source }
  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(function: ppl_strided_max, integers: [walk.offset] + walk.nestIntoSource)
  }
  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let read = StridedRead(walk: walk)
    let isLargest = operands[0] .== Tensor.apply(read, y)
    let ties = Tensor.apply(StridedAdd(walk: walk), isLargest)
    return [Tensor.apply(read, g / ties) * isLargest]
  }
}

/// A reshaping: the same numbers in another shape, without a copy.
struct Reshape: AliasOperation {
  let target: [Int]
  var name: String { "reshape" }
  func shape(_ operands: [[Int]]) -> [Int] { target }
  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    [g.reshaped(to: operands[0].shape)]
  }
}

/// The identity as a node of its own, with or without a derivative.
struct Identity: AliasOperation {
  /// Whether derivatives pass through; false for `stopGradient`.
  let isDifferentiable: Bool
  var name: String { isDifferentiable ? "variable" : "stopGradient" }
  func shape(_ operands: [[Int]]) -> [Int] { operands[0] }
  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    [isDifferentiable ? g : nil]
  }
}

/// The concatenation of tensors along an axis.
struct Concatenate: Operation {
  let axis: Int
  var name: String { "concatenate" }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    var shape = operands[0]
    for other in operands.dropFirst() {
      var expected = shape
      guard other.count == shape.count else {
        throw Mistake("concatenate: \(shape) and \(other) differ in rank.")
      }
      expected[axis] = other[axis]
      guard other == expected else {
        throw Mistake("concatenate: \(shape) and \(other) differ in more than axis \(axis).")
      }
      shape[axis] += other[axis]
    }
    return shape
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    let rows = elementCount(Array(operands[0][..<axis]))
    let lengths = operands.map { elementCount(Array($0[axis...])) }
    return Kernel(
      function: { x, n in
        let (rows, pieces) = (n[0], n[1])
        var y = x[pieces]
        for row in 0..<rows {
          for piece in 0..<pieces {
            let length = n[2 + piece]
            y.update(from: x[piece] + row * length, count: length)
            y += length
          }
        }
      },
      integers: [rows, operands.count] + lengths)
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    var start = 0
    return operands.map { operand in
      defer { start += operand.shape[axis] }
      let leading = Array(repeating: TensorIndex.all, count: axis)
      return g[leading + [.range(start..<start + operand.shape[axis])]]
    }
  }
}

/// The indexed read `y[a, j, b] = x[a, indices[j], b]`; NaN where an index is out of range.
struct Take: Operation {
  let axis: Int
  var name: String { "take" }

  func shape(_ operands: [[Int]]) -> [Int] {
    Array(operands[0][..<axis]) + operands[1] + Array(operands[0][(axis + 1)...])
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(
      function: ppl_take,
      integers: takeExtents(operands[0], axis) + [elementCount(operands[1])])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    [Tensor.apply(ScatterAdd(axis: axis, target: operands[0].shape), g, operands[1]), nil]
  }
}

/// The indexed sum `y = 0`, then `y[a, indices[j], b] += x[a, j, b]`: the adjoint of `Take`.
struct ScatterAdd: Operation {
  let axis: Int
  let target: [Int]
  var name: String { "scatterAdd" }

  func shape(_ operands: [[Int]]) -> [Int] { target }

  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(
      function: { x, n in
        let (outer, extent, inner, count) = (n[0], n[1], n[2], n[3])
        x[2].update(repeating: 0, count: outer * extent * inner)
        for a in 0..<outer {
          for j in 0..<count {
            let index = x[1][j]
            guard index >= 0, index < Double(extent) else { continue }
            let y = x[2] + (a * extent + Int(index)) * inner
            let g = x[0] + (a * count + j) * inner
            for b in 0..<inner { y[b] += g[b] }
          }
        }
      },
      integers: takeExtents(target, axis) + [elementCount(operands[1])])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    [Tensor.apply(Take(axis: axis), g, operands[1]), nil]
  }
}

private func takeExtents(_ shape: [Int], _ axis: Int) -> [Int] {
  [elementCount(Array(shape[..<axis])), shape[axis], elementCount(Array(shape[(axis + 1)...]))]
}
