/// A count with its noun: "1 step", "2 steps", "2 losses".
///
/// - Parameter plural: The plural of the noun; with an s if nil.
package func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
