/// The text of a count with its noun: `counted(1, "step")` is "1 step", `counted(2, "loss", "losses")` "2 losses".
///
/// - Parameters:
///   - count: The number of things.
///   - singular: The noun for one of them.
///   - plural: The noun for several; the singular with an s if nil.
public func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
  "\(count) \(count == 1 ? singular : plural ?? singular + "s")"
}
