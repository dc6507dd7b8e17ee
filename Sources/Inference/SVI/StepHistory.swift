/// The records of a fit's steps in bounded memory, with exact counts over all steps.
///
/// Up to 100,000 steps every record is kept. In a longer fit at least the last 20,000 are kept, and of the earlier ones every
/// `stride`-th; `stride` doubles whenever there are more than 60,000 of these. The kept records do not depend on how often the
/// fit was resumed.
///
/// - Complexity: O(1) a step, amortized; at most 100,000 records of 32 bytes.
public struct StepHistory: Sendable, Equatable {
  /// The number of steps.
  public internal(set) var count = 0
  /// The number of steps whose gradient was clipped.
  public internal(set) var clipped = 0
  /// The number of steps with gradient entries that were set to 0.
  public internal(set) var zeroed = 0
  /// The number of steps whose loss is not finite.
  public internal(set) var infinite = 0
  /// The number of skipped steps.
  public internal(set) var skipped = 0
  /// The stride of the kept early records: a power of 2, and 1 while all are kept.
  public internal(set) var stride = 1

  /// The records of steps 0, `stride`, 2 `stride`, … before `boundary`.
  var early: [StepRecord] = []
  /// The records of all steps from `boundary` on.
  var recent: [StepRecord] = []
  /// The first step, from 0, from which on all records are kept.
  var boundary: Int { count - recent.count }

  static let recentCapacity = 40_000
  static let earlyCapacity = 60_000

  /// A history without steps.
  public init() {}

  /// The history of these steps, from the first.
  public init(_ records: some Sequence<StepRecord>) {
    for record in records { append(record) }
  }

  /// The records that are kept, in the order of the steps.
  public var records: [StepRecord] { early.isEmpty ? recent : early + recent }

  /// The number of each record's step, the first being 1.
  public var steps: [Int] {
    early.indices.map { $0 * stride + 1 } + recent.indices.map { boundary + $0 + 1 }
  }

  /// Adds the record of the next step.
  public mutating func append(_ record: StepRecord) {
    count += 1
    if record.isClipped { clipped += 1 }
    if record.zeroed > 0 { zeroed += 1 }
    if !record.loss.isFinite { infinite += 1 }
    if record.isSkipped { skipped += 1 }
    recent.append(record)
    if recent.count == Self.recentCapacity { thin() }
  }

  /// Moves the older half of the recent records to the early ones.
  private mutating func thin() {
    let half = Self.recentCapacity / 2
    for place in 0..<half where (boundary + place).isMultiple(of: stride) {
      early.append(recent[place])
    }
    recent.removeFirst(half)
    while early.count > Self.earlyCapacity {
      early = Swift.stride(from: 0, to: early.count, by: 2).map { early[$0] }
      stride *= 2
    }
  }
}

/// A history by columns, for files: a fifth of the size, and of the time to write, of an object for each step.
struct StoredHistory: Codable, Sendable, Equatable {
  let loss, gradientNorm: StoredNumbers
  let zeroed: [Int]
  /// The indices, from 0, of the records of clipped gradients and of skipped steps.
  let clipped, skipped: [Int]
  /// The counts over all steps, if the records are thinned; nil while all are kept.
  let thinned: Thinned?

  struct Thinned: Codable, Sendable, Equatable {
    let count, stride, recent: Int
    let clipped, zeroed, infinite, skipped: Int
  }

  init(_ history: StepHistory) {
    let records = history.records
    loss = StoredNumbers(records.map(\.loss))
    gradientNorm = StoredNumbers(records.map(\.gradientNorm))
    zeroed = records.map(\.zeroed)
    clipped = records.indices.filter { records[$0].isClipped }
    skipped = records.indices.filter { records[$0].isSkipped }
    thinned =
      history.early.isEmpty
      ? nil
      : Thinned(
        count: history.count, stride: history.stride, recent: history.recent.count,
        clipped: history.clipped, zeroed: history.zeroed, infinite: history.infinite,
        skipped: history.skipped)
  }

  var records: [StepRecord] {
    let (clipped, skipped) = (Set(clipped), Set(skipped))
    return zip(zip(loss.values, gradientNorm.values), zeroed).enumerated().map { step, values in
      var record = StepRecord(loss: values.0.0)
      (record.gradientNorm, record.zeroed) = (values.0.1, values.1)
      (record.isClipped, record.isSkipped) = (clipped.contains(step), skipped.contains(step))
      return record
    }
  }

  var history: StepHistory {
    guard let thinned else { return StepHistory(records) }
    let records = records
    var history = StepHistory()
    history.early = Array(records.dropLast(thinned.recent))
    history.recent = Array(records.suffix(thinned.recent))
    (history.count, history.stride) = (thinned.count, thinned.stride)
    (history.clipped, history.zeroed) = (thinned.clipped, thinned.zeroed)
    (history.infinite, history.skipped) = (thinned.infinite, thinned.skipped)
    return history
  }

  /// The description of an inconsistency in these numbers; nil if there is none.
  var complaint: String? {
    let count = loss.values.count
    guard gradientNorm.values.count == count, zeroed.count == count else {
      return "the records have columns of \(count), \(gradientNorm.values.count) and "
        + "\(zeroed.count) numbers"
    }
    guard (clipped + skipped).allSatisfy((0..<count).contains) else {
      return "a step is named that has no record"
    }
    guard let thinned else { return nil }
    let before = thinned.count - thinned.recent
    guard (0...count).contains(thinned.recent), thinned.count >= count, thinned.stride > 0,
      thinned.recent < StepHistory.recentCapacity,
      (before + thinned.stride - 1) / thinned.stride == count - thinned.recent
    else { return "the records are not those of \(thinned.count) steps" }
    return nil
  }
}
