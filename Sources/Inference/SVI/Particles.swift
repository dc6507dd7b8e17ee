import PPL
import Synchronization

/// The terms of a step's mean, one for each particle and shard, shared by threads.
///
/// One program maps the step's key to the seed of each term (`SeedLayout`), another one parameters and a seed to a loss and its
/// gradient. Terms are summed pairwise, so that the digits do not depend on the number of threads.
struct Particles: ~Copyable {
  /// The sentences that say what the model read while a term was recorded.
  let reads: [String]

  private let function: StepFunction
  private let count: Int
  private let seeding: Execution
  /// The memory of the calling thread, if it is alone, or of each thread.
  private var memory: TermMemory
  private let workers: [Worker]
  private var parameters: [Double]
  /// The seed of each term.
  private var seeds: [Double]
  /// Each term's loss, then its gradient.
  private var terms: [Double]

  init(_ function: StepFunction, parameters: Tensor, key: Tensor) throws {
    self.function = function
    count = function.loss.terms
    let first = try function.seeds(parameters, key: key)
    let program = try Self.program(function, parameters, first[.at(0)])
    let seeding = try Program(
      recording: { [try function.seeds(parameters, key: $0[0])] }, on: [key])
    self.seeding = Execution(seeding)
    reads = program.reads
    memory = TermMemory(program)
    let threads = min(function.loss.pool.threads, count)
    workers = threads == 1 ? [] : (0..<threads).map { _ in Worker(program) }
    self.parameters = parameters.scalars
    seeds = first.scalars
    terms = Array(repeating: 0, count: count * (1 + parameters.count))
  }

  private static func program(
    _ function: StepFunction, _ parameters: Tensor, _ seed: Tensor
  ) throws -> Program {
    try Program(
      recording: {
        let (loss, gradient) = try function.term($0[0], seed: $0[1])
        return [loss, gradient]
      }, on: [parameters, seed])
  }

  /// The mean loss; `copyGradient(to:)` then gives its gradient.
  mutating func run(_ start: Span<Double>, key: (Double, Double)) throws -> Double {
    for i in parameters.indices { parameters[i] = start[i] }
    if reads.isEmpty {
      seeding.withInput(0) { ($0[0], $0[1]) = key }
      seeding.run()
      seeding.withOutput(0) { for i in seeds.indices { seeds[i] = $0[i] } }
      replay()
    } else {
      try recordAgain(key: key)
    }
    let value = weigh()
    addInPairs(width: 1 + parameters.count)
    return value ?? terms[0] / Double(count)
  }

  /// Multiplies the terms by their weights in the loss, unless it is their mean.
  private mutating func weigh() -> Double? {
    let width = 1 + parameters.count
    let losses = (0..<count).map { terms[$0 * width] }
    guard let (value, weights) = function.loss.combined(losses) else { return nil }
    for term in 0..<count {
      // The mean that follows divides by the count.
      for i in 1..<width { terms[term * width + i] *= weights[term] * Double(count) }
    }
    return value
  }

  func copyGradient(to gradient: inout MutableSpan<Double>) {
    for i in gradient.indices { gradient[i] = terms[1 + i] / Double(count) }
  }

  private mutating func replay() {
    guard !workers.isEmpty else {
      memory.run(0..<count, of: count, parameters, seeds: seeds)
      return memory.copyTerms(to: &terms)
    }
    let (workers, seeds, parameters, count) = (workers, seeds, parameters, count)
    function.loss.pool.forEachPart(of: count) { part, terms in
      workers[part].memory.withLock { $0.run(terms, of: count, parameters, seeds: seeds) }
    }
    for worker in workers { worker.memory.withLock { $0.copyTerms(to: &terms) } }
  }

  /// The terms of a model whose control flow depends on drawn values.
  private mutating func recordAgain(key: (Double, Double)) throws {
    let width = 1 + parameters.count
    let start = Tensor(parameters)
    let seeds = try function.seeds(start, key: Tensor([key.0, key.1]))
    for term in 0..<count {
      let seed = seeds[.at(term)]
      let results = try Self.program(function, start, seed)([start, seed])
      let place = (term * width)..<((term + 1) * width)
      terms.replaceSubrange(place, with: results[0].scalars + results[1].scalars)
    }
  }

  private mutating func addInPairs(width: Int) {
    var distance = 1
    while distance < count {
      for first in stride(from: 0, to: count - distance, by: 2 * distance) {
        for i in 0..<width {
          terms[first * width + i] += terms[(first + distance) * width + i]
        }
      }
      distance *= 2
    }
  }
}

/// The memory in which one thread replays its terms.
private struct TermMemory: ~Copyable {
  private let execution: Execution
  private var range = 0..<0
  /// Loss and gradient of each term of `range`.
  private var terms: [Double] = []

  init(_ program: Program) { execution = Execution(program) }

  /// Computes the terms of `range`.
  ///
  /// - Parameters:
  ///   - range: The terms of this thread, of all `count`.
  ///   - parameters: The parameters `[P]`.
  ///   - seeds: The seeds of all `count` terms, row by row.
  mutating func run(_ range: Range<Int>, of count: Int, _ parameters: [Double], seeds: [Double]) {
    self.range = range
    let (width, seedWidth) = (1 + parameters.count, seeds.count / count)
    if terms.isEmpty { terms = Array(repeating: 0, count: range.count * width) }
    execution.setInput(0, parameters)
    for (index, term) in range.enumerated() {
      execution.withInput(1) { seed in
        for i in seed.indices { seed[i] = seeds[term * seedWidth + i] }
      }
      execution.run()
      terms[index * width] = execution.withOutput(0) { $0[0] }
      execution.withOutput(1) { gradient in
        for i in gradient.indices { terms[index * width + 1 + i] = gradient[i] }
      }
    }
  }

  /// Copies the terms of this thread to their places among all.
  func copyTerms(to all: inout [Double]) {
    guard !range.isEmpty else { return }
    let start = range.lowerBound * (terms.count / range.count)
    for i in terms.indices { all[start + i] = terms[i] }
  }
}

/// The memory of one of several threads. The mutex is never contended; it proves to the compiler that one thread at a time
/// uses the memory.
private final class Worker: Sendable {
  let memory: Mutex<TermMemory>
  init(_ program: Program) { memory = Mutex(TermMemory(program)) }
}
