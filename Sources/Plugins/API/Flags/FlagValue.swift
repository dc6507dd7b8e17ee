import ArgumentParser
import Runs

/// A flag of a command with its value, for the conditions of `--resume` and for `run.json`.
public struct FlagValue: Sendable, Equatable {
  /// The flag, such as `--prior-scale`.
  public let name: String
  /// The value as text; nil for a flag that is not given and has no default.
  public let value: String?
  /// The default value, as text.
  public let defaultValue: String?
  /// Whether the flag may affect the result of a fit, so that `--resume` needs it unchanged.
  public let changesDigits: Bool

  /// The same flag as one that affects the result.
  var changingDigits: FlagValue {
    FlagValue(name: name, value: value, defaultValue: defaultValue, changesDigits: true)
  }

  /// Whether the value differs from the default.
  public var differsFromDefault: Bool { value != defaultValue }
}

/// Options with annotations of their flags for the conditions of `--resume`.
///
/// A flag is among the conditions unless it is named in `flagsWithoutEffect`.
public protocol AnnotatedFlags {
  /// The flags that do not affect the result of a fit, such as `--threads`.
  var flagsWithoutEffect: Set<String> { get }
  /// The text for the value of a flag that is not given, by flag.
  var meaningOfAbsentFlags: [String: String] { get }
  /// The flags that have no effect under these values, which are refused where they are given; none by default.
  var unreadFlags: [UnreadFlag] { get }
}

extension AnnotatedFlags {
  public var flagsWithoutEffect: Set<String> { [] }
  public var meaningOfAbsentFlags: [String: String] { [:] }
  public var unreadFlags: [UnreadFlag] { [] }
}

extension ParsableArguments {
  /// All flags of parsed options with their values, including those of option groups, in order of declaration.
  public var flagValues: [FlagValue] {
    // Those of the options themselves, not those of the model that is fitted.
    let defaultValue = CommandLineFlags.$current.withValue(CommandLineFlags()) {
      (try? Self.parse([]))?.readFlags() ?? []
    }
    let values = Dictionary(defaultValue.map { ($0.name, $0.value) }) { $1 }
    return readFlags().map { flag in
      FlagValue(
        name: flag.name, value: flag.value,
        defaultValue: flag.isGiven ? values[flag.name] ?? nil : flag.value,
        changesDigits: flag.changesDigits)
    }
  }

  /// The flags whose values are of one type, those of option groups included, in order of declaration.
  public func flags<Value>(of type: Value.Type) -> [(name: String, value: Value)] {
    mapFlags { name, value, _ in (value as? Value).map { (name, $0) } }
  }

  /// These options and the groups inside them, in order of declaration.
  var groups: [any ParsableArguments] {
    [self]
      + Mirror(reflecting: self).children.flatMap { child in
        (child.value as? any FlagGroup)?.group.groups ?? []
      }
  }

  private func readFlags() -> [ReadFlag] {
    mapFlags { name, value, options in
      let notes = options as? any AnnotatedFlags
      let value = text(value)
      return ReadFlag(
        name: name, value: value ?? notes?.meaningOfAbsentFlags[name], isGiven: value != nil,
        changesDigits: notes?.flagsWithoutEffect.contains(name) != true)
    }
  }

  /// The results of a function of each flag, its value and the options that declare it, found by reflection, so that
  /// declaring a flag is enough.
  private func mapFlags<T>(_ body: (String, Any, any ParsableArguments) -> T?) -> [T] {
    Mirror(reflecting: self).children.flatMap { child in
      if let group = child.value as? any FlagGroup { return group.group.mapFlags(body) }
      // A property wrapper is a stored property whose name begins with an underscore.
      guard let flag = child.value as? any FlagWrapper, let label = child.label else { return [] }
      return [body(flagName(of: label.drop { $0 == "_" }), flag.flagValue, self)].compactMap(\.self)
    }
  }
}

extension ParsableArguments {
  /// The names of all flags, such as `--seed`.
  static var flagNames: [String] {
    Mirror(reflecting: Self()).children.flatMap { child in
      if let group = child.value as? any FlagGroup { return type(of: group).names }
      guard child.value is any FlagWrapper, let label = child.label else { return [] }
      return [flagName(of: label.drop { $0 == "_" })]
    }
  }
}

extension Sequence<FlagValue> {
  /// The flags that may affect the result of a fit, as conditions of a checkpoint.
  public var conditions: [CheckpointFile.Condition] {
    filter(\.changesDigits).compactMap { flag in
      flag.value.map { CheckpointFile.Condition(flag.name, $0, fallback: flag.defaultValue) }
    }
  }

  /// The values as text by flag without dashes, without flags that are not given.
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

/// The value of a flag as text; nil for none.
private func text(_ value: Any) -> String? {
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .optional: return mirror.children.first.flatMap { text($0.value) }
  case .collection, .set:
    let texts = mirror.children.compactMap { text($0.value) }
    let elements = mirror.displayStyle == .set ? texts.sorted() : texts
    return elements.isEmpty ? nil : elements.joined(separator: ",")
  default:
    // As the flag is typed: `low-rank`, not the name of the case.
    return (value as? any RawRepresentable<String>)?.rawValue ?? "\(value)"
  }
}

/// The name of a property's flag by the argument parser: `--prior-scale` for `priorScale`.
func flagName(of property: Substring) -> String {
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
