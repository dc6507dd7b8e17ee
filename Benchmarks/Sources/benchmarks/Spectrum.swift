import ArgumentParser
import Foundation
import LinearAlgebra
import PPL
import SpectrumEstimator

/// The real training of a spectrum network: the preset's pairs, loss, rate and schedule, nothing held out.
enum SpectrumRace: String, ExpressibleByArgument, CaseIterable {
  case sphere, circle

  /// 33 spheres make 161,766 pairs; of the circle's sample the first 50,000 pairs are taken.
  func pairs() throws -> SpectrumPairs {
    let key = RandomKey(2024)
    switch self {
    case .sphere: return try SpectrumSample.sphere().pairs(key: key)
    case .circle:
      let sample = SpectrumSample.circle(replicates: 3847)
      return try sample.pairs(key: key).taking(Array(0..<50_000))
    }
  }

  var model: SpectrumModel {
    switch self {
    case .sphere: SpectrumModel(.sphere(.sphere()), loss: .sphere(49))
    case .circle: SpectrumModel(.circle(.circle()), loss: .circle(60))
    }
  }

  func training(epochs: Int) -> SpectrumTraining {
    var training: SpectrumTraining = self == .sphere ? .sphere : .circle
    (training.epochs, training.validationFraction) = (epochs, 0)
    return training
  }

  static let key = RandomKey(7)
}

/// Writes what a training needs as 64-bit numbers, for `Spectrum` and for programs in other languages.
struct SpectrumData: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Writes the pairs, the start and the order of the pairs of a spectrum network's training.")

  @Option(name: .customLong("case"), help: "sphere or circle.")
  var race: SpectrumRace

  @Option(help: "For how many epochs to write the order of the pairs.")
  var epochs = 5

  @Argument(help: "The folder to write to.")
  var folder: String

  func run() throws {
    let (pairs, model) = (try race.pairs(), race.model)
    let (startKey, orderKey) = SpectrumRace.key.split()
    // As `SpectrumTraining` says that it starts and goes on: a peer whose losses agree has had the same.
    let start = try model.trained(on: pairs.taking([0])).seeded(by: startKey).trace()
    let weights = (0...model.architecture.hidden.count).flatMap { layer in
      ["layer\(layer).weights", "layer\(layer).biases"].flatMap { start[$0]?.value?.scalars ?? [] }
    }
    guard case .squareRoots(let squares) = model.loss else { return }
    let bands = model.architecture.bandCount
    let inputs = pairs.bandVariances.scalars.enumerated().map { k, variance in
      (variance / model.architecture.divisors[k % bands]).squareRoot()
    }
    let order = (0..<epochs).flatMap { epoch in
      orderKey.foldIn(UInt32(epoch)).permutation(pairs.count).scalars
    }
    for (name, numbers) in [
      ("variances", pairs.bandVariances.scalars), ("spectra", pairs.spectra.scalars),
      ("inputs", inputs), ("roots", pairs.spectra.scalars.map { $0.squareRoot() }),
      ("start", weights), ("loss", squares), ("order", order),
    ] {
      let bytes = numbers.withUnsafeBytes { Data($0) }
      try bytes.write(to: URL(filePath: folder).appending(path: "\(name).f64"))
    }
  }
}

/// Some epochs of a spectrum network's training.
struct Spectrum: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Time of an epoch of a spectrum network's training, on what spectrum-data has written.")

  @Option(name: .customLong("case"), help: "sphere or circle.")
  var race: SpectrumRace

  @Option(help: "How many epochs to run; the best one counts.")
  var epochs = 5

  @Argument(help: "The folder of spectrum-data.")
  var folder: String

  /// The best epoch in seconds, and the mean loss of each.
  struct Result: Codable {
    let thread, wall: Double
    let losses: [Double]
  }

  func run() throws {
    let model = race.model
    let pairs = try SpectrumPairs(
      bandVariances: matrix("variances", model.architecture.bandCount),
      spectra: matrix("spectra", model.architecture.spectrumCount))
    var best = (thread: Double.infinity, wall: Double.infinity)
    // The first epoch is recorded in, and does not count.
    var last: Clock?
    let fit = try race.training(epochs: epochs).run(model, on: pairs, key: SpectrumRace.key) {
      _, _ in
      let now = Clock.now
      if let last {
        best.thread = min(best.thread, now.thread - last.thread)
        best.wall = min(best.wall, now.wall - last.wall)
      }
      last = now
      return true
    }
    let result = Result(thread: best.thread, wall: best.wall, losses: fit.epochs.map(\.loss))
    print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
  }

  private func matrix(_ name: String, _ columns: Int) throws -> Matrix {
    let data = try Data(contentsOf: URL(filePath: folder).appending(path: "\(name).f64"))
    let numbers = data.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    return Matrix(rows: numbers.count / columns, columns: columns, numbers)
  }

  func validate() throws {
    if epochs < 2 { throw ValidationError("--epochs must be at least 2.") }
  }
}
