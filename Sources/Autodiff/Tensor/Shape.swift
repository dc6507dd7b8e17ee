import Preconditions

/// The number of elements, the product of the extents; `Int.max` where it is larger.
package func elementCount(_ shape: [Int]) -> Int {
  var count = 1
  for extent in shape {
    let (product, overflows) = count.multipliedReportingOverflow(by: extent)
    // An extent of 0 makes any product 0.
    if overflows { return shape.contains(0) ? 0 : .max }
    count = product
  }
  return count
}

/// Checks the size of a shape.
///
/// - Parameters:
///   - shape: The extents.
///   - operation: The name of the operation, which is only evaluated for a message: names of draws take microseconds.
/// - Throws: `Mistake` for a shape with a negative extent, or with more numbers than the memory of the machine holds.
func checkSize(_ shape: [Int], of operation: @autoclosure () -> String) throws(Mistake) {
  if let negative = shape.first(where: { $0 < 0 }) {
    throw Mistake("\(operation()): shape \(shape) has the extent \(negative), which is negative.")
  }
  if elementCount(shape) > Tensor.largestCount {
    throw Mistake(
      "\(operation()): a tensor of shape \(shape) has more numbers than the memory of this machine holds."
    )
  }
}

/// The steps between neighbours along each axis of a contiguous array.
func contiguousStrides(_ shape: [Int]) -> [Int] {
  var strides = Array(repeating: 1, count: shape.count)
  for axis in stride(from: shape.count - 2, through: 0, by: -1) {
    strides[axis] = strides[axis + 1] * shape[axis + 1]
  }
  return strides
}

/// The steps through a contiguous array of `shape` when it is read as `target`: 0 along axes that repeat.
func broadcastStrides(_ shape: [Int], to target: [Int]) -> [Int] {
  let missing = target.count - shape.count
  var strides = Array(repeating: 0, count: target.count)
  var step = 1
  for axis in stride(from: shape.count - 1, through: 0, by: -1) where shape[axis] != 1 {
    strides[missing + axis] = step
    step *= shape[axis]
  }
  return strides
}

/// The shape to which all given shapes broadcast by NumPy's rules; nil if there is none.
public func broadcastShapes(_ shapes: [[Int]]) -> [Int]? {
  var rank = 0
  for shape in shapes where shape.count > rank { rank = shape.count }
  var result = Array(repeating: 1, count: rank)
  for shape in shapes {
    let offset = rank - shape.count
    for axis in shape.indices where shape[axis] != 1 {
      guard result[offset + axis] == 1 || result[offset + axis] == shape[axis] else { return nil }
      result[offset + axis] = shape[axis]
    }
  }
  return result
}

/// The broadcast shape of operands that must have one.
///
/// - Parameters:
///   - shapes: The shapes of the operands.
///   - operation: The name of the operation, which is only evaluated for a message.
/// - Throws: `Mistake` with the shapes where they have none.
func commonShape(
  _ shapes: [[Int]], for operation: @autoclosure () -> String
) throws(Mistake) -> [Int] {
  if let shape = broadcastShapes(shapes) { return shape }
  let list = shapes.map { "\($0)" }.joined(separator: " with ")
  throw Mistake("\(operation()): cannot broadcast \(list).")
}

/// The axis counted from 0, where negative ones count from the end as in NumPy; nil, after a report, for an axis
/// that does not exist.
func resolveAxis(_ axis: Int, rank: Int, for operation: String) -> Int? {
  let resolved = axis < 0 && axis >= -rank ? axis + rank : axis
  return holds(
    (0..<rank).contains(resolved),
    "\(operation): there is no axis \(axis) in a tensor of rank \(rank).") ? resolved : nil
}

/// A nest of loops over arrays: extents, and for each array its steps.
///
/// Axes of extent 1 are dropped, and neighbours that every array passes without a jump are merged, so that kernels
/// have few axes and long rows.
struct LoopNest {
  private(set) var extents: [Int] = []
  private(set) var strides: [[Int]]

  init(extents: [Int], strides: [[Int]]) {
    self.strides = Array(repeating: [], count: strides.count)
    guard !extents.contains(0) else {
      self.extents = [0]
      self.strides = strides.map { _ in [0] }
      return
    }
    for axis in extents.indices where extents[axis] != 1 {
      let last = self.extents.count - 1
      var merges = last >= 0
      for array in strides.indices where merges {
        merges = self.strides[array][last] == strides[array][axis] * extents[axis]
      }
      if merges {
        self.extents[last] *= extents[axis]
        for array in strides.indices { self.strides[array][last] = strides[array][axis] }
      } else {
        self.extents.append(extents[axis])
        for array in strides.indices { self.strides[array].append(strides[array][axis]) }
      }
    }
    if self.extents.isEmpty {
      self.extents = [1]
      self.strides = strides.map { _ in [0] }
    }
    require(self.extents.count <= 16, "Tensors of more than 16 axes are not supported.")
  }

  var rank: Int { extents.count }
}
