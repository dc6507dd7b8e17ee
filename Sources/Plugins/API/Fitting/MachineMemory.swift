import Foundation

/// The available memory of this machine.
public struct MachineMemory: Sendable, Equatable {
  /// The number of bytes that can be allocated without swapping; nil where the system does not say.
  public let available: Int?

  /// A machine with this number of bytes available, for tests.
  public init(available: Int?) { self.available = available }

  /// The memory that is available now by the kernel, at most the limit of the control group (of a container).
  public static var present: MachineMemory {
    MachineMemory(
      meminfo: text("/proc/meminfo"), limit: text("/sys/fs/cgroup/memory.max"))
  }

  /// The memory by the files of the kernel: the smaller of what is available and the limit.
  ///
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
