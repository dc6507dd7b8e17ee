import Foundation
import Preconditions

/// A running process of an external model, with the pipes to and from it. One thread at a time may use it.
struct ExternalProcess: Sendable {
  let command: [String]
  let timeLimit: Duration
  /// The state dimension n, as the process states it.
  private(set) var dimension = 0
  private var pipes: ProcessPipes

  /// Starts a process and exchanges greetings with it.
  init(
    _ command: [String], dimension: Int?, timeLimit: Duration
  ) throws(ExternalModelError) {
    (self.command, self.timeLimit) = (command, timeLimit)
    do {
      pipes = try ProcessPipes(starting: command)
    } catch {
      throw ExternalModelError(
        process: command.joined(separator: " "), fault: .notStarted(reason: error.reason))
    }
    do {
      try greet(dimension: dimension)
    } catch {
      kill()
      throw error
    }
  }

  private mutating func greet(dimension: Int?) throws(ExternalModelError) {
    let greeting = ExternalMessage(
      .greeting, count: ExternalMessage.version, dimension ?? 0, 0)
    let deadline = ContinuousClock.now + timeLimit
    let answer = try answer(to: greeting.bytes, .greeting, bodySize: 0, deadline)
    guard answer.count == ExternalMessage.version else {
      throw error(.version(found: Int(answer.count)))
    }
    guard answer.first > 0, answer.first <= Int32.max,
      dimension == nil || Int(answer.first) == dimension
    else {
      throw error(.dimension(found: Int(answer.first), needed: dimension ?? 1))
    }
    self.dimension = Int(answer.first)
  }

  /// The states at step `end`, `[states, n]` row by row, from those at step `start`.
  ///
  /// - Parameter firstState: The number of the first state in the whole ensemble, for errors.
  mutating func forecast(
    _ states: ArraySlice<Double>, firstState: Int, from start: Int, to end: Int
  ) throws(ExternalModelError) -> [Double] {
    let n = dimension
    if let k = states.firstIndex(where: { !$0.isFinite }) {
      let place = k - states.startIndex
      throw error(
        .givenNotFinite(
          state: firstState + place / n, point: place % n, step: start,
          value: AnalysisError.text(states[k])))
    }
    let count = UInt32(states.count / n)
    let request = ExternalMessage(.forecast, count: count, start, end)
    var bytes = request.bytes
    bytes.reserveCapacity(bytes.count + 8 * states.count)
    states.map(\.bitPattern.littleEndian).withUnsafeBytes { bytes.append(contentsOf: $0) }
    let deadline = ContinuousClock.now + timeLimit
    let header = try answer(to: bytes, .answer, bodySize: 8 * states.count, deadline)
    guard header == ExternalMessage(.answer, count: count, start, end) else {
      throw error(
        .otherAnswer(
          found: text(header.count, header.first, header.second),
          needed: text(request.count, request.first, request.second)))
    }
    let body = try received(
      8 * states.count, beside: ExternalMessage.size, sending: [], deadline)
    let numbers = body.withUnsafeBytes { body in
      (0..<states.count).map { k in
        Double(
          bitPattern: UInt64(
            littleEndian: body.loadUnaligned(fromByteOffset: 8 * k, as: UInt64.self)))
      }
    }
    if let k = numbers.firstIndex(where: { !$0.isFinite }) {
      throw error(
        .notFinite(
          state: firstState + k / n, point: k % n, step: end,
          value: AnalysisError.text(numbers[k])))
    }
    return numbers
  }

  private func text(_ count: UInt32, _ start: Int64, _ end: Int64) -> String {
    "\(counted(Int(count), "state")) from step \(start) to step \(end)"
  }

  /// Ends the process: its input ends, so that it can end by itself, and it is killed if it does not.
  func close() { pipes.close(killing: false) }

  /// Kills the process.
  func kill() { pipes.close(killing: true) }

  // MARK: Messages

  /// The header of the answer to a request.
  private mutating func answer(
    to request: [UInt8], _ kind: ExternalMessage.Kind, bodySize: Int,
    _ deadline: ContinuousClock.Instant
  ) throws(ExternalModelError) -> ExternalMessage {
    let bytes = try received(
      ExternalMessage.size, beside: 0, of: ExternalMessage.size + bodySize, sending: request,
      deadline)
    guard let header = ExternalMessage(bytes), [kind, .failure].contains(header.kind) else {
      let found = bytes.prefix(16).map { 32..<127 ~= $0 ? String(UnicodeScalar($0)) : "." }
      throw error(.notAMessage(found: found.joined(), needed: kind.rawValue))
    }
    guard header.kind == .failure else { return header }
    let size = min(Int(header.count), ExternalMessage.longestText)
    let message = try received(size, beside: ExternalMessage.size, sending: [], deadline)
    throw error(.refused(String(decoding: message, as: UTF8.self)))
  }

  /// The next `count` bytes from the process, while `request` is sent.
  ///
  /// - Parameters:
  ///   - earlier: The number of bytes of the answer that came before, for errors.
  ///   - whole: The number of bytes of the whole answer, for errors; that of these bytes and the earlier ones if not given.
  private mutating func received(
    _ count: Int, beside earlier: Int, of whole: Int? = nil, sending request: [UInt8],
    _ deadline: ContinuousClock.Instant
  ) throws(ExternalModelError) -> [UInt8] {
    let (bytes, end) = pipes.exchange(sending: request, receiving: count, until: deadline)
    let (came, needed) = (earlier + bytes.count, whole ?? (earlier + count))
    switch end {
    case .complete: return bytes
    case .late:
      throw error(
        .timeLimit(seconds: timeLimit / .seconds(1), received: came, needed: needed))
    case .closed(let how):
      // What it wrote instead of a message tells more than that it ended.
      if earlier == 0, !bytes.isEmpty,
        !"PPLM FCST DONE FAIL".contains(
          String(decoding: bytes.prefix(4), as: UTF8.self))
      {
        let found = bytes.prefix(16).map { 32..<127 ~= $0 ? String(UnicodeScalar($0)) : "." }
        throw error(
          .notAMessage(
            found: found.joined(), needed: request.starts(with: "PPLM".utf8) ? "PPLM" : "DONE"))
      }
      throw error(.ended(how: how, received: came, needed: needed))
    }
  }

  private func error(_ fault: ExternalModelError.Fault) -> ExternalModelError {
    ExternalModelError(
      process: command.joined(separator: " "), fault: fault, lastLines: pipes.lastLines)
  }
}
