import PPL
import Synchronization

/// The particles of a step, shared by threads.
///
/// Two programs: the step's key gives one for each particle; parameters and a particle's key give a loss and its
/// gradient. Particles are added in pairs, the pairs in pairs, and so on, so that the sum has the same digits however
/// many threads share them.
struct Particles: ~Copyable {
  /// What keeps a particle from being replayed, if anything.
  let reads: [String]

  private let function: StepFunction
  private let count: Int
  private let keys: Execution
  /// The memory of the calling thread, where it is alone, or else of each thread.
  private var memory: ParticleMemory
  private let workers: [Worker]
  private var parameters: [Double]
  /// The two words of each particle's key.
  private var words: [Double]
  /// Each particle's loss, then its gradient.
  private var terms: [Double]

  init(_ function: StepFunction, parameters: Tensor, key: Tensor) throws {
    self.function = function
    count = function.loss.particles
    keys = Execution(Program(recording: { [function.particleKeys($0[0])] }, on: [key]))
    let program = try Self.program(function, parameters, key)
    reads = program.reads
    memory = ParticleMemory(program)
    let threads = min(function.loss.threads.count, count)
    workers = threads == 1 ? [] : (0..<threads).map { _ in Worker(program) }
    self.parameters = parameters.scalars
    words = Array(repeating: 0, count: count * 2)
    terms = Array(repeating: 0, count: count * (1 + parameters.count))
  }

  private static func program(
    _ function: StepFunction, _ parameters: Tensor, _ key: Tensor
  ) throws -> Program {
    try Program(
      recording: {
        let (loss, gradient) = try function.particle($0[0], key: $0[1])
        return [loss, gradient]
      }, on: [parameters, key])
  }

  /// The mean loss; `copyGradient(to:)` then gives its gradient.
  mutating func run(_ start: Span<Double>, key: (Double, Double)) throws -> Double {
    for i in parameters.indices { parameters[i] = start[i] }
    keys.withInput(0) { ($0[0], $0[1]) = key }
    keys.run()
    for i in words.indices { words[i] = keys.withOutput(0) { $0[i] } }
    if reads.isEmpty { replay() } else { try recordAnew() }
    addInPairs(width: 1 + parameters.count)
    return terms[0] / Double(count)
  }

  func copyGradient(to gradient: inout MutableSpan<Double>) {
    for i in gradient.indices { gradient[i] = terms[1 + i] / Double(count) }
  }

  private mutating func replay() {
    guard !workers.isEmpty else {
      memory.run(0..<count, parameters, keys: words)
      return memory.copyTerms(to: &terms)
    }
    let (workers, words, parameters) = (workers, words, parameters)
    function.loss.threads.split(count) { part, particles in
      workers[part].memory.withLock { $0.run(particles, parameters, keys: words) }
    }
    for worker in workers { worker.memory.withLock { $0.copyTerms(to: &terms) } }
  }

  /// The particles of a model whose control flow depends on drawn values.
  private mutating func recordAnew() throws {
    let width = 1 + parameters.count
    let start = Tensor(parameters)
    for particle in 0..<count {
      let key = Tensor([words[2 * particle], words[2 * particle + 1]])
      let results = try Self.program(function, start, key)([start, key])
      let place = (particle * width)..<((particle + 1) * width)
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

/// Where one thread replays its particles.
private struct ParticleMemory: ~Copyable {
  private let execution: Execution
  private var particles = 0..<0
  /// Loss and gradient of each of `particles`.
  private var terms: [Double] = []

  init(_ program: Program) { execution = Execution(program) }

  mutating func run(_ particles: Range<Int>, _ parameters: [Double], keys: [Double]) {
    self.particles = particles
    let width = 1 + parameters.count
    if terms.isEmpty { terms = Array(repeating: 0, count: particles.count * width) }
    execution.setInput(0, parameters)
    for (index, particle) in particles.enumerated() {
      execution.withInput(1) { ($0[0], $0[1]) = (keys[2 * particle], keys[2 * particle + 1]) }
      execution.run()
      terms[index * width] = execution.withOutput(0) { $0[0] }
      execution.withOutput(1) { gradient in
        for i in gradient.indices { terms[index * width + 1 + i] = gradient[i] }
      }
    }
  }

  /// Puts the terms of this thread's particles where they belong among those of all.
  func copyTerms(to all: inout [Double]) {
    guard !particles.isEmpty else { return }
    let start = particles.lowerBound * (terms.count / particles.count)
    for i in terms.indices { all[start + i] = terms[i] }
  }
}

/// The memory of one of several threads. Nobody ever waits for the mutex: it shows the compiler that the memory is one
/// thread's at a time.
private final class Worker: Sendable {
  let memory: Mutex<ParticleMemory>
  init(_ program: Program) { memory = Mutex(ParticleMemory(program)) }
}
