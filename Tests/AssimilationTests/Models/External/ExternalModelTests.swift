import Assimilation
import Autodiff
import Foundation
import LinearAlgebra
import Testing

@Suite(.enabled(if: python != nil, "python3 is not on the path; skipped"))
struct ExternalModelTests {
  private static let example = URL(filePath: #filePath)
    .appending(path: "../../../../../Examples/ExternalModels/lorenz63.py").standardizedFileURL.path

  private func lorenz63(
    noise: NormalNoise? = nil, processes: Int = 1
  ) throws -> ExternalModel {
    try ExternalModel([try #require(python), Self.example], noise: noise, processes: processes)
  }

  private let states = Matrix(
    rows: 5, columns: 3, (0..<15).map { 2 * sin(Double(3 * $0)) + Double($0 % 3) })

  /// Both run the classical Runge-Kutta method, with sums in another order.
  @Test func theExampleIsLorenz63() throws {
    let model = try lorenz63()
    #expect(model.dimension == 3)
    var (ours, theirs) = (states, states)
    try Lorenz63().advance(&ours, from: 0, to: 25, noise: nil)
    try model.advance(&theirs, from: 0, to: 25, noise: nil)
    for (a, b) in zip(ours.scalars, theirs.scalars) { #expect(abs(a - b) < 1e-11 * (1 + abs(a))) }
  }

  @Test func stepsInOneRequestAndInManyAreTheSame() throws {
    let model = try lorenz63()
    var (once, often) = (states, states)
    try model.advance(&once, from: 3, to: 7, noise: nil)
    for step in 4...7 { model.advance(&often, to: step, noise: nil) }
    #expect(once == often)
  }

  @Test func aFilterHasTheSameDigitsWithAnyNumberOfProcesses() throws {
    let noise = NormalNoise(variances: [0.1, 0.1, 0.1])
    let runs = try [1, 3].map { processes in
      let twin = try TwinExperiment(
        try lorenz63(noise: noise, processes: processes),
        initial: .normal(mean: [1.5, -1.5, 25.5], variance: 2),
        observing: .every(5, points: [0, 1, 2], variance: 2), steps: 50, key: RandomKey(4))
      return try twin.run(ETKF(members: 10, inflation: 1.05), key: RandomKey(5))
    }
    #expect(runs[0] == runs[1] && runs[0].failure == nil && runs[0].rows.count == 10)
    // Observation errors have a standard deviation of 1.4.
    #expect(try #require(runs[0].analysisRMSE).value < 1.4)
  }

  /// A program that greets with `dimension` and, for each request, runs `answer`.
  private func program(
    version: Int = 1, dimension: Int = 3, greeting: String? = nil, _ answer: String
  ) throws -> [String] {
    [
      try #require(python), "-c",
      """
      import os, struct, sys, time
      H = struct.Struct("<4sIqq")
      source, sink = sys.stdin.buffer, sys.stdout.buffer
      def send(*numbers, body=b""):
        sink.write(H.pack(*numbers) + body); sink.flush()
      source.read(24)
      \(greeting ?? "send(b'PPLM', \(version), \(dimension), 0)")
      while h := source.read(24):
        kind, count, first, last = H.unpack(h)
        body = source.read(8 * 3 * count)
        \(answer)
      """,
    ]
  }

  private func fault(
    _ command: [String], dimension: Int? = nil, timeLimit: Duration = .seconds(20)
  ) throws -> ExternalModelError {
    var states = states
    do {
      let model = try ExternalModel(command, dimension: dimension, timeLimit: timeLimit)
      try model.advance(&states, from: 2, to: 4, noise: nil)
    } catch let error as ExternalModelError {
      #expect(error.description.hasPrefix("the external model \"\(command.joined(separator: " "))"))
      return error
    }
    throw Missing()
  }

  private struct Missing: Error {}

  @Test func aProgramThatIsNotThereIsNamed() throws {
    let error = try fault(["/no/such/model", "-x"])
    #expect(
      error.description
        == "the external model \"/no/such/model -x\" cannot be started: No such file or directory; give the path of a "
        + "program that may be executed, and each argument as a word of its own.")
  }

  @Test func aProcessThatDiesSaysHowWithItsLastLines() throws {
    let answer = "print('one\\ntwo: no restart file', file=sys.stderr); os._exit(7)"
    let error = try fault(try program(answer))
    #expect(error.fault == .ended(how: "ended with status 7", received: 0, needed: 144))
    #expect(error.lastLines == ["one", "two: no restart file"])
    #expect(
      error.description.hasSuffix(
        " ended with status 7 after 0 bytes of an answer of 144; it must answer each request in full and read the "
          + "next, until its standard input ends. Its last lines on standard error: \"one | two: no restart file\"."
      ))
    let killed = try fault(try program("os.kill(os.getpid(), 9)"))
    #expect(killed.fault == .ended(how: "was ended by signal 9", received: 0, needed: 144))
  }

  @Test func anAnswerThatIsTooShortIsCounted() throws {
    let answer = "send(b'DONE', count, first, last, body=body[:-8]); os._exit(0)"
    let error = try fault(try program(answer))
    #expect(error.fault == .ended(how: "ended with status 0", received: 136, needed: 144))
  }

  @Test func anotherVersionOrDimensionIsRefused() throws {
    #expect(try fault(try program(version: 2, "pass")).fault == .version(found: 2))
    let error = try fault(try program(dimension: 4, "pass"), dimension: 3)
    #expect(error.fault == .dimension(found: 4, needed: 3))
    #expect(
      error.description.hasSuffix(
        "has states of 4 numbers, but 3 are needed; give both the same dimension."))
    #expect(try fault(try program(dimension: 0, "pass")).fault == .dimension(found: 0, needed: 1))
  }

  @Test func outputThatIsNoMessageIsShown() throws {
    let found = "Model v3 starts."
    let greeting = "print('\(found) Reading.'); sys.stdout.flush()"
    let error = try fault(try program(greeting: greeting, "pass"))
    #expect(error.fault == .notAMessage(found: found, needed: "PPLM"))
    let short = try fault(try program("sink.write(b'step 4'); sink.flush(); os._exit(0)"))
    #expect(short.fault == .notAMessage(found: "step 4", needed: "DONE"))
  }

  @Test func anAnswerToAnotherRequestIsRefused() throws {
    let error = try fault(try program("send(b'DONE', count, first, last + 1, body=body)"))
    #expect(
      error.description.hasSuffix(
        "answered with 5 states from step 2 to step 5, but must answer with 5 states from step 2 to step 4; repeat the "
          + "numbers of the request in the answer."))
  }

  @Test func aNumberThatIsNotFiniteIsPlaced() throws {
    let nan = "body = body[:40] + struct.pack('<d', float('nan')) + body[48:]; "
    let error = try fault(try program(nan + "send(b'DONE', count, first, last, body=body)"))
    #expect(error.fault == .notFinite(state: 1, point: 2, step: 4, value: "nan"))
    var states = Matrix(rows: 1, columns: 3, [0, .infinity, 0])
    #expect {
      try lorenz63().advance(&states, from: 0, to: 1, noise: nil)
    } throws: {
      ($0 as? ExternalModelError)?.fault
        == .givenNotFinite(state: 0, point: 1, step: 0, value: "inf")
    }
  }

  @Test func aRefusalIsQuoted() throws {
    let answer = "text = 'CFL number 1.7'.encode(); send(b'FAIL', len(text), 0, 0, body=text)"
    let error = try fault(try program(answer))
    #expect(error.description.hasSuffix("refused a request: \"CFL number 1.7\"."))
  }

  @Test func aProcessThatHangsIsEndedAtTheTimeLimit() throws {
    let begin = ContinuousClock.now
    let error = try fault(try program("time.sleep(600)"), timeLimit: .seconds(1))
    #expect(error.fault == .timeLimit(seconds: 1, received: 0, needed: 144))
    #expect(ContinuousClock.now - begin < .seconds(20))
  }

  /// More than the buffers of pipes, written before anything is read, in both directions.
  @Test func largeStatesAndMuchOnStandardErrorDoNotBlock() throws {
    let answer = "sys.stderr.write('x' * 300000); send(b'DONE', count, first, last, body=body)"
    let model = try ExternalModel(try program(answer))
    let given = Matrix(rows: 20_000, columns: 3, (0..<60_000).map(Double.init))
    var states = given
    try model.advance(&states, from: 0, to: 1, noise: nil)
    try model.advance(&states, from: 1, to: 2, noise: nil)
    #expect(states == given)
  }

  @Test func aFailureEndsTheRunOfAFilterAndNamesTheStep() throws {
    let answer =
      "send(b'DONE', count, first, last, body=body) if last < 6 or count == 1 else os._exit(3)"
    let twin = try TwinExperiment(
      try ExternalModel(try program(answer)), initial: .normal(mean: [0, 0, 0], variance: 1),
      observing: .every(2, points: [0], variance: 1), steps: 10, key: RandomKey(1))
    let run = try twin.run(ETKF(members: 4), key: RandomKey(2))
    let failure = try #require(run.failure)
    #expect(failure.cycle == 3 && failure.step == 6)
    #expect(failure.reason.contains("ended with status 3 after 0 bytes"))
  }
}

private let python = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  .map { "\($0)/python3" }.first { FileManager.default.isExecutableFile(atPath: $0) }
