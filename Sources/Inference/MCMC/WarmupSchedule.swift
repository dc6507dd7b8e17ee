/// Windows of a warm-up, at whose ends the mass matrix is estimated anew from the draws of the window.
///
/// The first window has 20 iterations, each other half as many again as the one before; where a further window would not fit,
/// the last one lasts longer. Gradients make an estimate of use from so few draws, which is why windows begin at once, unlike
/// Stan's, but for a warm-up of a single window: it begins after 15 % of the iterations, in which the chain finds the
/// posterior. A last stretch of a tenth of the iterations, between 10 and 100, adapts the step size alone; so does all of a
/// warm-up of fewer than 20.
struct WarmupSchedule: Sendable, Codable {
  /// The number of iterations of the warm-up.
  let count: Int
  /// The number of iterations before the first window.
  let start: Int
  /// The numbers of iterations after which the mass matrix is estimated, in increasing order.
  let ends: [Int]

  /// The windows of a warm-up.
  init(_ count: Int) {
    self.count = count
    let last = count - min(100, max(count / 10, min(10, count / 4)))
    var (ends, length) = ([0], 20)
    while count >= 20, let end = ends.last, end + length <= last || end == 0 {
      let next = length + length / 2
      ends.append(end + length + next <= last ? end + length : last)
      length = next
    }
    self.ends = Array(ends.dropFirst())
    start = ends.count == 2 ? count * 15 / 100 : 0
  }
}
