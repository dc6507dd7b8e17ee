import Foundation

/// Two readings of time, in seconds.
struct Clock {
  /// What this thread has computed: the time of a step, whoever else uses the machine.
  let thread: Double
  let wall: Double

  static var now: Clock {
    Clock(thread: read(CLOCK_THREAD_CPUTIME_ID), wall: read(CLOCK_MONOTONIC))
  }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
