import Foundation

/// The memory that this machine has left.
public struct MachineMemory: Sendable, Equatable {
  /// The number of bytes that can be allocated without swapping; nil where the system does not say.
  public let available: Int?

  /// A machine with so much memory left, for tests.
  public init(available: Int?) { self.available = available }

  /// The memory of this machine now: what the kernel counts as available, and at most the limit of the control group (a container's).
  public static var present: MachineMemory {
    MachineMemory(
      meminfo: text("/proc/meminfo"), limit: text("/sys/fs/cgroup/memory.max"))
  }

  /// - Parameters:
  ///   - meminfo: The text of `/proc/meminfo`.
  ///   - limit: The text of the control group's `memory.max`: bytes, or "max".
  init(meminfo: String, limit: String) {
    let line = meminfo.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    let kibibytes = line.flatMap { Int($0.filter(\.isNumber)) }
    let bounds = [kibibytes.map { 1024 * $0 }, Int(limit.filter(\.isNumber))].compactMap(\.self)
    available = bounds.min()
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}
