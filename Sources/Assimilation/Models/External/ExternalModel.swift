import Autodiff
import LinearAlgebra
import Parallel
import Preconditions
import Synchronization

/// A dynamical model that is another program: a process reads and writes states on its standard input and output, so that a
/// model in Fortran, C or Python can be filtered.
///
///     let model = try ExternalModel(["python3", "lorenz63.py"], noise: NormalNoise(variances: [0.1, 0.1, 0.1]))
///     let twin = try TwinExperiment(model, initial: initial, observing: plan, steps: 1_000, key: key)
///
/// The process must advance each state by itself, by its numbers and its steps alone, so that the same states give the same
/// digits in any process. Several processes then share an ensemble, in contiguous parts. A process starts when it is first
/// needed, serves many requests, and ends with the last copy of the model. Model errors are those of `noise`, drawn here.
///
/// - Note: `Documentation/ExternalModels.md` states the protocol, with programs in Python and Fortran.
public struct ExternalModel: DynamicalModel {
  /// The program and its arguments; a program without a slash is looked up in the folders of `PATH`.
  public let command: [String]
  public let dimension: Int
  /// The noise that is added after each step; nil for none.
  public let noise: NormalNoise?
  /// The number of processes that share an ensemble. Results do not depend on it.
  public let processes: Int
  private let running: RunningProcesses

  /// A model by the command of its process, which is started and greeted.
  ///
  /// - Parameters:
  ///   - command: The program and its arguments.
  ///   - dimension: The state dimension n; that of the process if not given.
  ///   - noise: The noise that is added after each step; nil for none.
  ///   - processes: The number of processes that share an ensemble.
  ///   - timeLimit: The longest time for one answer.
  /// - Precondition: There are a word of the command, a process and a time that is positive, and the noise has the dimension
  ///   of the state.
  /// - Throws: `ExternalModelError` for a process that does not start, has another version or dimension, or does not answer.
  public init(
    _ command: [String], dimension: Int? = nil, noise: NormalNoise? = nil, processes: Int = 1,
    timeLimit: Duration = .seconds(60)
  ) throws(ExternalModelError) {
    require(!command.isEmpty, "ExternalModel: the command is empty.")
    require(processes > 0, "ExternalModel: \(processes) processes.")
    require(timeLimit > .zero, "ExternalModel: a time limit of \(timeLimit).")
    let first = try ExternalProcess(command, dimension: dimension, timeLimit: timeLimit)
    running = RunningProcesses(first)
    (self.command, self.dimension, self.noise) = (command, first.dimension, noise)
    self.processes = processes
    require(
      noise.map { $0.root.columns == first.dimension } ?? true,
      "ExternalModel: noise of \(noise?.root.columns ?? 0) numbers for states of \(first.dimension)."
    )
  }

  /// Advances each row by one step of the process, then adds the noise.
  ///
  /// - Precondition: The process does not fail; `advance(_:from:to:noise:)`, which filters call, throws its error instead.
  public func advance(_ states: inout Matrix, to step: Int, noise key: RandomKey?) {
    do { try exchange(&states, from: step - 1, to: step) } catch { requirementFailed("\(error)") }
    if let noise, let key { noise.add(to: &states, key: key) }
  }

  /// Advances each row by the process: in one request, or step by step where there is noise to be added.
  ///
  /// - Throws: `ExternalModelError` for a process that fails; it is ended, and the next request starts another.
  public func advance(
    _ states: inout Matrix, from start: Int, to end: Int, noise key: RandomKey?
  ) throws {
    guard end > start, states.rows > 0 else { return }
    guard let noise, let key else { return try exchange(&states, from: start, to: end) }
    for step in (start + 1)...end {
      try exchange(&states, from: step - 1, to: step)
      noise.add(to: &states, key: key.foldIn(UInt32(step)))
    }
  }

  private func exchange(_ states: inout Matrix, from start: Int, to end: Int) throws {
    let (given, n) = (states, dimension)
    let parts = try WorkPool(threads: processes).mapParts(of: given.rows) { rows in
      var process = try running.take()
      do {
        let numbers = try process.forecast(
          given.scalars[(rows.lowerBound * n)..<(rows.upperBound * n)], firstState: rows.lowerBound,
          from: start, to: end)
        running.give(back: process)
        return numbers
      } catch {
        process.kill()
        throw error
      }
    }
    states = Matrix(rows: given.rows, columns: n, Array(parts.joined()))
  }
}

/// The idle processes of a model. They end with it.
private final class RunningProcesses: Sendable {
  private let idle: Mutex<[ExternalProcess]>
  private let pattern: ExternalProcess

  init(_ first: ExternalProcess) {
    idle = Mutex([first])
    pattern = first
  }

  deinit { idle.withLock { for process in $0 { process.close() } } }

  /// An idle process, or a new one.
  func take() throws(ExternalModelError) -> ExternalProcess {
    // One starts at a time, so that none inherits the pipes of another.
    try idle.withLock { idle throws(ExternalModelError) in
      if let process = idle.popLast() { return process }
      return try ExternalProcess(
        pattern.command, dimension: pattern.dimension, timeLimit: pattern.timeLimit)
    }
  }

  func give(back process: ExternalProcess) { idle.withLock { $0.append(process) } }
}
