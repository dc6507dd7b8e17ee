import Foundation

/// The memory of this process as Linux counts it.
enum Memory {
  /// The most that was resident since `forgetPeak()`, in MiB; nil off Linux.
  static var peak: Double? { status("VmHWM") }
  /// What is resident, in MiB; nil off Linux.
  static var resident: Double? { status("VmRSS") }

  /// Starts the peak anew from what is resident.
  static func forgetPeak() {
    // The file takes the figure 5 for this; proc(5), clear_refs.
    try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
  }

  private static func status(_ name: String) -> Double? {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
      return nil
    }
    return text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
      .flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }
      .flatMap { Double($0) }.map { $0 / 1024 }
  }
}
