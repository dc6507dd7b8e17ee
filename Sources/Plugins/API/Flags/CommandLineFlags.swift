import ArgumentParser

/// The flags of the running command, for options that depend on them before and after they are read.
struct CommandLineFlags: Sendable {
  /// The arguments that the user has typed.
  var typed: [String] = []
  /// The default flags of the model that is fitted, for the chosen backend.
  var ofModel: [String] = []

  @TaskLocal static var current = CommandLineFlags()
}

/// The default value of a flag of a backend: that of the model that is fitted, or else the backend's own.
///
///     @Option(help: "The mean acceptance probability.")
///     public var targetAcceptance = modelDefault("--target-acceptance", or: 0.8)
///
/// Help then shows the default that a fit of the model has, by `FittableModel.defaultFlags(for:)`.
///
/// - Parameters:
///   - flag: The flag, such as `--target-acceptance`.
///   - own: The default value for models that state none.
public func modelDefault<Value: ExpressibleByArgument>(_ flag: String, or own: Value) -> Value {
  value(of: flag, in: CommandLineFlags.current.ofModel).flatMap(Value.init(argument:)) ?? own
}

/// The value of a flag in a command line that is not yet parsed; the last one if there are several, nil if there is none.
func value(of flag: String, in arguments: [String]) -> String? {
  let last = arguments.indices.last { place in
    arguments[place].hasPrefix("\(flag)=")
      || arguments[place] == flag && arguments.indices.contains(place + 1)
  }
  return last.map {
    arguments[$0] == flag ? arguments[$0 + 1] : String(arguments[$0].dropFirst(flag.count + 1))
  }
}
