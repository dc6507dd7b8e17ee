import Synchronization
import Testing

@testable import Parallel

/// Results do not depend on the number of threads of a pool.
struct WorkPoolTests {
  private struct Refused: Error, Equatable { let index: Int }

  @Test(arguments: [1, 2, 3, 8, 100], [0, 1, 5, 64])
  func partsCoverAllWorkInOrder(threads: Int, total: Int) throws {
    let parts = try WorkPool(threads: threads).mapParts(of: total) { Array($0) }
    #expect(parts.flatMap(\.self) == Array(0..<total))
    #expect(parts.count == max(1, min(threads, total)))
    let sizes = parts.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }

  @Test func theErrorOfTheFirstPartIsThrown() {
    #expect(throws: Refused(index: 2)) {
      try WorkPool(threads: 8).mapParts(of: 8) { part in
        if part.lowerBound >= 2 { throw Refused(index: part.lowerBound) }
      }
    }
  }

  @Test func automaticIsAtLeastOne() {
    #expect(WorkPool.automatic.threads >= 1)
    #expect(WorkPool.serial.threads == 1)
  }

  @Test func thereIsAtLeastOneThread() {
    let error = #expect(throws: WorkPool.NoThreads(threads: 0)) {
      try WorkPool(threads: 0).validate()
    }
    #expect(error?.description == "WorkPool: the number of threads is 0, but must be positive.")
    #expect(throws: WorkPool.NoThreads(threads: -1)) {
      try WorkPool(threads: -1).mapParts(of: 2) { $0 }
    }
  }

  @Test(arguments: [1, 2, 7], [0, 1, 40])
  func everyPieceIsDoneOnce(threads: Int, count: Int) {
    let done = Mutex<[Int]>([])
    WorkPool(threads: threads).forEach(count) { piece in done.withLock { $0.append(piece) } }
    #expect(done.withLock { $0.sorted() } == Array(0..<count))
  }
}
