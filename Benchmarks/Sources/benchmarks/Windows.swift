import CAllocations

/// Steps timed in windows: long enough for the clocks, short enough that some are undisturbed.
struct Windows {
  /// One reading a window, in seconds a step.
  private(set) var thread: [Double] = []
  private(set) var wall: [Double] = []
  /// Allocations a step, over all windows.
  private(set) var allocations = 0.0

  private let length: Int
  private let end: Double
  private var start: Clock
  private var startCount: Int64
  private var counted: (allocations: Int64, steps: Int) = (0, 0)
  private var step = 0

  /// - Parameters:
  ///   - stepTime: About how long a step takes, in seconds.
  ///   - seconds: How long to go on.
  init(stepTime: Double, seconds: Double) {
    length = max(1, Int((0.2e-3 / stepTime).rounded(.up)))
    let now = Clock.now
    (start, end, startCount) = (now, now.wall + seconds, benchmark_allocation_count())
    let expected = min(Int(seconds / (stepTime * Double(length))) + 16, 1_000_000)
    thread.reserveCapacity(expected)
    wall.reserveCapacity(expected)
  }

  /// Begins the first window anew.
  mutating func restart() { (start, startCount) = (.now, benchmark_allocation_count()) }

  /// Counts a step; false when time is up and there are at least three windows.
  mutating func tick() -> Bool {
    step += 1
    guard step == length else { return true }
    let (now, count) = (Clock.now, benchmark_allocation_count())
    thread.append((now.thread - start.thread) / Double(length))
    wall.append((now.wall - start.wall) / Double(length))
    counted = (counted.allocations + count - startCount, counted.steps + length)
    allocations = count < 0 ? -1 : Double(counted.allocations) / Double(counted.steps)
    guard now.wall < end || thread.count < 3 else { return false }
    step = 0
    restart()
    return true
  }
}
