import ArgumentParser

/// Refuses hexadecimal numbers, which `Double` accepts, in every flag that takes a number.
///
/// - Throws: `ValidationError` with the flag and the number.
func refuseHexadecimal<C: ParsableArguments>(
  _ type: C.Type, _ arguments: [String]
) throws {
  for (place, argument) in arguments.enumerated() {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let isJoined = argument.hasPrefix("--") && parts.count == 2
    let text = String(isJoined ? parts[1] : parts[0])
    guard isJoined || parts.count == 1, let value = Double(text), text.lowercased().contains("0x")
    else { continue }
    // A flag of text accepts any text; a flag that refuses another text reads numbers.
    var others = arguments
    others[place] = (isJoined ? "\(parts[0])=" : "") + "no number"
    guard (try? C.parse(others)) == nil else { continue }
    let flag = isJoined ? String(parts[0]) : place > 0 ? arguments[place - 1] : "a number"
    throw ValidationError(
      "\(flag) is \(text), but must be a decimal number; write \(value).")
  }
}
