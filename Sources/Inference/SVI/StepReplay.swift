import PPL
import Synchronization

/// One step of a fit, recorded, with the memory that it is replayed in.
///
/// Two programs: the step's key gives the next step's and one for each particle; parameters and a particle's key give
/// a loss and its gradient. Particles are added in pairs, the pairs in pairs, and so on, so that the sum has the same
/// digits however many threads share them. With one thread, a replay allocates nothing.
struct StepReplay: ~Copyable {
  /// What kept the step from being replayed, if anything.
  let reads: [String]
  /// The words of the next step's key.
  private(set) var key: (Double, Double)

  private let loss: TraceELBO
  private let record: (_ parameters: [Double], _ key: Tensor) throws -> Program
  private let keys: Execution
  /// The memory of the calling thread, where it is alone, or else of each thread.
  private var memory: ParticleMemory
  private let workers: [Worker]
  /// The two words of each particle's key.
  private var words: [Double]
  /// Each particle's loss, then its gradient.
  private var terms: [Double]

  /// - Parameter record: Records loss and gradient of one particle.
  init(
    _ loss: TraceELBO, parameters: [Double], key: RandomKey,
    record: @escaping (_ parameters: [Double], _ key: Tensor) throws -> Program
  ) throws {
    (self.loss, self.record) = (loss, record)
    let words = key.words.scalars
    self.key = (words[0], words[1])
    keys = Execution(loss.keyProgram)
    let program = try record(parameters, key.words)
    reads = program.reads
    memory = ParticleMemory(program)
    let threads = min(loss.threads.count, loss.particles)
    workers = threads == 1 ? [] : (0..<threads).map { _ in Worker(program) }
    self.words = Array(repeating: 0, count: loss.particles * 2)
    terms = Array(repeating: 0, count: loss.particles * (1 + parameters.count))
  }

  /// The loss and its gradient at `parameters`; moves on to the next key.
  mutating func callAsFunction(_ parameters: [Double], gradient: inout [Double]) throws -> Double {
    keys.withInput(0) { ($0[0], $0[1]) = key }
    keys.run()
    key = keys.withOutput(0) { ($0[0], $0[1]) }
    for i in words.indices { words[i] = keys.withOutput(1) { $0[i] } }
    if reads.isEmpty { replay(parameters) } else { try recordAnew(parameters) }

    addInPairs(width: 1 + parameters.count)
    let share = 1 / Double(loss.particles)
    for i in gradient.indices { gradient[i] = terms[1 + i] * share }
    return terms[0] * share
  }

  private mutating func replay(_ parameters: [Double]) {
    guard !workers.isEmpty else {
      memory.run(0..<loss.particles, parameters, keys: words)
      return memory.copyTerms(to: &terms)
    }
    let (workers, words) = (workers, words)
    loss.threads.split(loss.particles) { part, particles in
      workers[part].memory.withLock { $0.run(particles, parameters, keys: words) }
    }
    for worker in workers { worker.memory.withLock { $0.copyTerms(to: &terms) } }
  }

  /// A step of a model whose control flow depends on drawn values.
  private mutating func recordAnew(_ parameters: [Double]) throws {
    let width = 1 + parameters.count
    for particle in 0..<loss.particles {
      let key = Tensor([words[2 * particle], words[2 * particle + 1]])
      let results = try record(parameters, key)([Tensor(parameters), key])
      let place = (particle * width)..<((particle + 1) * width)
      terms.replaceSubrange(place, with: results[0].scalars + results[1].scalars)
    }
  }

  private mutating func addInPairs(width: Int) {
    var distance = 1
    while distance < loss.particles {
      for first in stride(from: 0, to: loss.particles - distance, by: 2 * distance) {
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
      execution.copyOutput(1, to: &terms, at: index * width + 1)
    }
  }

  /// Puts the terms of this thread's particles where they belong among those of all.
  func copyTerms(to all: inout [Double]) {
    guard !particles.isEmpty else { return }
    let start = particles.lowerBound * (terms.count / particles.count)
    all.copy(terms, at: start)
  }
}

/// The memory of one of several threads. Nobody ever waits for the mutex: it shows the compiler that the memory is one
/// thread's at a time.
private final class Worker: Sendable {
  let memory: Mutex<ParticleMemory>
  init(_ program: Program) { memory = Mutex(ParticleMemory(program)) }
}
