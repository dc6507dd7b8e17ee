import Testing

@testable import Plugins

@Suite struct MachineMemoryTests {
  private static let meminfo = "MemTotal:       24000 kB\nMemFree: 10 kB\nMemAvailable:   2000 kB\n"

  @Test(arguments: [
    (meminfo, "max\n", 2_048_000), (meminfo, "", 2_048_000), (meminfo, "1000000\n", 1_000_000),
    ("", "5000\n", 5000), ("", "", nil),
  ])
  func memoryIsWhatTheKernelHasAndTheContainerMayTake(meminfo: String, limit: String, bytes: Int?) {
    #expect(MachineMemory.available(meminfo: meminfo, limit: limit) == bytes)
  }
}
