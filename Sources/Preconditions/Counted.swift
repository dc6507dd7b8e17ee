/// The text of a count with its noun: "1 step", "2 steps", "2 losses".
///
/// - Parameters:
///   - count: The number of things.
///   - noun: The noun for one of them.
///   - plural: The noun for several; with an s if nil.
public func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
