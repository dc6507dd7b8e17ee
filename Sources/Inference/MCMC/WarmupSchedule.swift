/// Windows of a warm-up, at whose ends the mass matrix is estimated anew from the draws of the window.
///
/// The first window has 20 iterations, each other half as many again as the one before; a last stretch of a twentieth, 50
/// iterations at most, adapts the step size alone. Where a further window would not fit, the last one lasts longer. Gradients
/// make an estimate of use from so few draws, which is why windows begin at once, unlike Stan's.
struct WarmupSchedule: Sendable, Codable {
  /// The number of iterations of the warm-up.
  let count: Int
  /// The numbers of iterations after which the mass matrix is estimated, in increasing order.
  let ends: [Int]

  /// The windows of a warm-up.
  init(_ count: Int) {
    self.count = count
    let last = count - min(50, max(count / 10, 1))
    var (ends, length) = ([0], 20)
    while let end = ends.last, end + length <= last {
      let next = length + length / 2
      ends.append(end + length + next <= last ? end + length : last)
      length = next
    }
    self.ends = Array(ends.dropFirst())
  }
}
