import Foundation

/// The available memory of this machine.
public enum MachineMemory {
  /// The number of bytes that can be allocated without swapping: what the kernel counts as available, and at most the limit
  /// of the control group (a container's); nil where the system does not say.
  public static var available: Int? {
    available(meminfo: text("/proc/meminfo"), limit: text("/sys/fs/cgroup/memory.max"))
  }

  /// The number of available bytes.
  ///
  /// - Parameters:
  ///   - meminfo: The text of `/proc/meminfo`.
  ///   - limit: The text of the control group's `memory.max`: bytes, or "max".
  static func available(meminfo: String, limit: String) -> Int? {
    let line = meminfo.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    let kibibytes = line.flatMap { Int($0.filter(\.isNumber)) }
    return [kibibytes.map { 1024 * $0 }, Int(limit.filter(\.isNumber))].compactMap(\.self).min()
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}
