import PPL
import Synchronization

/// The terms of a step's mean, its particles or the shards of each, shared by threads.
///
/// Two programs: the step's key gives each term a seed (`SeedLayout`); parameters and a seed give a loss and its
/// gradient. Terms are added in pairs, the pairs in pairs, and so on, so that the sum has the same digits however many
/// threads share them.
struct Particles: ~Copyable {
  /// The sentences that say what the model read while a term was recorded.
  let reads: [String]

  private let function: StepFunction
  private let count: Int
  private let seeding: Execution
  /// The memory of the calling thread, where it is alone, or else of each thread.
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
      try recordAnew(key: key)
    }
    let value = weigh()
    addInPairs(width: 1 + parameters.count)
    return value ?? terms[0] / Double(count)
  }

  /// Multiplies the terms by the weights that the loss has for them, if it is not their mean.
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
  private mutating func recordAnew(key: (Double, Double)) throws {
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

  /// Puts the terms of this thread where they belong among all.
  func copyTerms(to all: inout [Double]) {
    guard !range.isEmpty else { return }
    let start = range.lowerBound * (terms.count / range.count)
    for i in terms.indices { all[start + i] = terms[i] }
  }
}

/// The memory of one of several threads. Nobody ever waits for the mutex: it shows the compiler that the memory is one
/// thread's at a time.
private final class Worker: Sendable {
  let memory: Mutex<TermMemory>
  init(_ program: Program) { memory = Mutex(TermMemory(program)) }
}
