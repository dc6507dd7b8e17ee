import CNumerics

/// A draw of random numbers with a key, whose two words are the first operand.
struct RandomDraw: Operation {
  enum Kind: Sendable, Hashable {
    case child(Int)
    case foldIn(UInt32)
    case bits32
    case uniform(Double, Double)
    case normal, permutation
  }

  let kind: Kind
  let target: [Int]
  var name: String { "random \(kind)" }

  func shape(_ operands: [[Int]]) -> [Int] { target }

  func kernel(_ operands: [[Int]]) -> Kernel {
    let count = elementCount(target)
    return switch kind {
    // Both are the block cipher at a counter of two words.
    case .child(let index):
      Kernel(function: ppl_random_key, integers: [index >> 32, index & 0xffff_ffff])
    case .foldIn(let data):
      Kernel(function: ppl_random_key, integers: [0, Int(data)])
    case .bits32:
      Kernel(
        function: { x, n in
          let stream = Threefry(words: x[0])
          for i in 0..<n[0] { x[1][i] = Double(stream.bits32(UInt64(i))) }
        }, integers: [count])
    case .uniform(let low, let high):
      // Bounds are passed as bit patterns among the integers.
      Kernel(
        function: ppl_random_uniform,
        integers: [count] + [low, high].map { Int(truncatingIfNeeded: $0.bitPattern) })
    case .normal:
      Kernel(function: ppl_random_normal, integers: [count])
    case .permutation:
      Kernel(
        function: { x, n in
          for (i, place) in Threefry(words: x[0]).permutation(n[0]).enumerated() {
            x[1][i] = Double(place)
          }
        }, integers: [count])
    }
  }

  /// The numbers of a draw from a key alone, by the kernel, as a filter asks for them about ten times a cycle.
  func numbers(_ words: [Double]) -> [Double] {
    let kernel = kernel([[2]])
    let count = elementCount(target)
    return [Double](unsafeUninitializedCapacity: count) { result, initialized in
      initialized = count
      // A result without elements has no address, and nothing is written.
      guard let result = result.baseAddress, count > 0 else { return }
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2) { key in
        guard let key = key.baseAddress else { return }
        key.initialize(from: words, count: 2)
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Double>.self, capacity: 2) {
          operands in
          guard let operands = operands.baseAddress else { return }
          operands.initialize(to: key)
          (operands + 1).initialize(to: result)
          kernel.function(operands, kernel.integers)
        }
      }
    }
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] { [nil] }
}

extension Threefry {
  /// The key whose words are these two numbers, as they are the first operand of a draw.
  package init(words: UnsafeMutablePointer<Double>) {
    self.init(key: (UInt32(exactly: words[0]) ?? 0, UInt32(exactly: words[1]) ?? 0))
  }
}
