import Preconditions

/// A random key: a position in a counter-based stream of random numbers, with the same digits as JAX's.
///
///     let (key, next) = RandomKey(2024).split()
///     let noise = key.normal([3])
///
/// A key is a value: using it twice gives the same numbers twice. Split it for independent numbers. Draws are
/// functions of key and index, so that they do not depend on threads, ranks or the order of calls. Keys may be
/// inputs of a recorded program, and draws its operations.
///
/// - Reference: Salmon et al. (2011), *Parallel random numbers: as easy as 1, 2, 3* (Threefry-2x32, 20 rounds);
///   splitting as JAX with `jax_threefry_partitionable`.
public struct RandomKey: Sendable {
  /// The two 32-bit words of the key, `[2]`, as they enter or leave a `Program`.
  public let words: Tensor

  /// A key from two words, shape `[2]`, as `words` gives them: whole numbers below 2^32.
  public init(words: Tensor) {
    var isKey = holds(
      words.shape == [2], "RandomKey: words have shape [2], not \(words.shape).")
    if isKey, case .values(let values) = words.storage {
      isKey = holds(
        values.allSatisfy { UInt32(exactly: $0) != nil },
        "RandomKey: the words are \(values), but must be whole numbers from 0 to 2^32 - 1.")
    }
    self.words = isKey ? words : Tensor([0, 0])
  }

  private init(drawn words: Tensor) { self.words = words }

  /// The key of a seed, as JAX's `PRNGKey(seed)`.
  public init(_ seed: UInt64) {
    words = Tensor([Double(seed >> 32), Double(seed & 0xffff_ffff)])
  }

  /// Two independent keys: one to continue with, and one to use.
  public func split() -> (RandomKey, RandomKey) { (child(0), child(1)) }

  /// `count` independent keys. The first ones do not depend on `count`.
  public func split(_ count: Int) -> [RandomKey] {
    // A key takes as much memory as several numbers.
    guard
      holds(
        (0...Tensor.largestCount / 8).contains(count),
        "split: the count is \(count), but must not be negative, and the keys must fit into memory."
      )
    else { return [self] }
    return (0..<count).map(child)
  }

  /// An independent key for `data`, such as the number of a chain: JAX's `fold_in`.
  public func foldIn(_ data: UInt32) -> RandomKey {
    RandomKey(drawn: draw(.foldIn(data), [2]))
  }

  private func child(_ index: Int) -> RandomKey {
    RandomKey(drawn: draw(.child(index), [2]))
  }

  /// Draws of 32 random bits each, as whole numbers.
  public func bits(_ shape: [Int] = []) -> Tensor { draw(.bits32, shape) }

  /// Draws from the uniform distribution on a range, its lower end included.
  public func uniform(_ shape: [Int] = [], in range: Range<Double> = 0..<1) -> Tensor {
    draw(.uniform(range.lowerBound, range.upperBound), shape)
  }

  /// Draws from the standard normal distribution.
  public func normal(_ shape: [Int] = []) -> Tensor { draw(.normal, shape) }

  /// A random permutation of the whole numbers below `count`; `[count]`.
  ///
  /// - Precondition: `count` is at most 2^32.
  public func permutation(_ count: Int) -> Tensor {
    let isShort = holds(
      count <= 1 << 32, "permutation: the count is \(count), but at most 2^32 fit.")
    return isShort ? draw(.permutation, [count]) : .unknown([0])
  }

  private func draw(_ kind: RandomDraw.Kind, _ shape: [Int]) -> Tensor {
    let draw = RandomDraw(kind: kind, target: shape)
    do throws(Mistake) { try checkSize(shape, of: draw.name) } catch {
      return .mistaken("\(error)", [])
    }
    guard case .values(let words) = words.storage else { return Tensor.apply(draw, self.words) }
    return Tensor(shape: shape, storage: .values(draw.numbers(words)))
  }
}

extension RandomKey: CustomStringConvertible {
  public var description: String {
    words.isRecorded ? "RandomKey(recorded)" : "RandomKey(\(words.scalars.map { UInt32($0) }))"
  }
}
