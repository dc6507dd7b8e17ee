import ArgumentParser
import Runs

/// A flag of a command with its value, as conditions of `--resume` and `run.json` name it.
public struct FlagValue: Sendable, Equatable {
  /// The flag, such as `--prior-scale`.
  public let name: String
  /// The value in words; nil for a flag that is not given and has no default.
  public let value: String?
  /// The value without the flag.
  public let usual: String?
  /// Whether the flag may change the digits of a fit, so that `--resume` needs it unchanged.
  public let changesDigits: Bool

  /// Whether the value is another than without the flag.
  public var isUnusual: Bool { value != usual }
}

/// Options that say more of their flags than names and values, for the conditions of `--resume`.
///
/// A flag is among the conditions unless it is named in `flagsWithoutEffect`.
public protocol AnnotatedFlags {
  /// The flags that change no digit of a fit, such as `--threads`.
  var flagsWithoutEffect: Set<String> { get }
  /// The words for the value of a flag that is not given, by flag.
  var meaningOfAbsentFlags: [String: String] { get }
}

extension AnnotatedFlags {
  public var flagsWithoutEffect: Set<String> { [] }
  public var meaningOfAbsentFlags: [String: String] { [:] }
}

extension ParsableArguments {
  /// All flags of parsed options with their values, those of option groups included, in order of declaration.
  public var flagValues: [FlagValue] {
    let usual = (try? Self.parse([]))?.readFlags() ?? []
    let values = Dictionary(usual.map { ($0.name, $0.value) }) { $1 }
    return readFlags().map { flag in
      FlagValue(
        name: flag.name, value: flag.value,
        usual: flag.isGiven ? values[flag.name] ?? nil : flag.value,
        changesDigits: flag.changesDigits)
    }
  }

  /// The flags by reflection, so that the declaration of a flag is all that it needs.
  private func readFlags() -> [ReadFlag] {
    let notes = self as? any AnnotatedFlags
    let (meanings, neutral) = (
      notes?.meaningOfAbsentFlags ?? [:], notes?.flagsWithoutEffect ?? []
    )
    return Mirror(reflecting: self).children.flatMap { child in
      if let group = child.value as? any FlagGroup { return group.group.readFlags() }
      // A property wrapper is a stored property whose name begins with an underscore.
      guard let flag = child.value as? any FlagWrapper, let label = child.label else { return [] }
      let name = flagName(of: label.drop { $0 == "_" })
      let value = text(flag.flagValue)
      return [
        ReadFlag(
          name: name, value: value ?? meanings[name], isGiven: value != nil,
          changesDigits: !neutral.contains(name))
      ]
    }
  }
}

extension ParsableArguments {
  /// The names of all flags, such as `--seed`, whatever their values.
  static var flagNames: [String] {
    Mirror(reflecting: Self()).children.flatMap { child in
      if let group = child.value as? any FlagGroup { return type(of: group).names }
      guard child.value is any FlagWrapper, let label = child.label else { return [] }
      return [flagName(of: label.drop { $0 == "_" })]
    }
  }
}

extension Sequence<FlagValue> {
  /// The flags that may change the digits of a fit, as conditions under which a checkpoint was made.
  public var conditions: [CheckpointFile.Condition] {
    filter(\.changesDigits).compactMap { flag in
      flag.value.map { CheckpointFile.Condition(flag.name, $0, usual: flag.usual) }
    }
  }

  /// The values in words by flag without its dashes, those that are not given left out.
  public var record: [String: String] {
    let values = compactMap { flag in flag.value.map { (String(flag.name.dropFirst(2)), $0) } }
    return Dictionary(values) { $1 }
  }
}

private struct ReadFlag {
  let name: String
  let value: String?
  /// Whether the flag is given or has a default.
  let isGiven: Bool
  let changesDigits: Bool
}

/// A property wrapper of the argument parser that holds the value of one flag.
private protocol FlagWrapper { var flagValue: Any { get } }
extension Option: FlagWrapper { var flagValue: Any { wrappedValue } }
extension Flag: FlagWrapper { var flagValue: Any { wrappedValue } }
extension Argument: FlagWrapper { var flagValue: Any { wrappedValue } }

/// A property wrapper of the argument parser that holds a group of flags.
private protocol FlagGroup {
  var group: any ParsableArguments { get }
  static var names: [String] { get }
}
extension OptionGroup: FlagGroup {
  var group: any ParsableArguments { wrappedValue }
  static var names: [String] { Value.flagNames }
}

/// The value of a flag in words; nil for none.
private func text(_ value: Any) -> String? {
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .optional: return mirror.children.first.flatMap { text($0.value) }
  case .collection, .set:
    let texts = mirror.children.compactMap { text($0.value) }
    let elements = mirror.displayStyle == .set ? texts.sorted() : texts
    return elements.isEmpty ? nil : elements.joined(separator: ",")
  default: return "\(value)"
  }
}

/// The flag of a property, as the argument parser names it: `--prior-scale` for `priorScale`.
private func flagName(of property: Substring) -> String {
  var name = "--"
  let letters = Array(property)
  for (place, letter) in letters.enumerated() {
    let startsWord =
      letter.isUppercase && place > 0
      && (!letters[place - 1].isUppercase
        || place + 1 < letters.count && letters[place + 1].isLowercase)
    name += (startsWord ? "-" : "") + letter.lowercased()
  }
  return name
}
