import Autodiff
import PPL
import Plugins
import Testing

@testable import Inference
@testable import SpatialExtremes

@Suite struct GEVMultiplicativeMemoryTests {
  private func network(_ stations: Int, years: Int) -> StationMaxima {
    StationMaxima(
      stations: (0..<stations).map {
        .init(id: "\($0)", longitude: Double($0 % 20) / 2, latitude: 40 + Double($0 / 20) / 2)
      }, years: Array(0..<years), covariate: (0..<years).map { Double($0) / 10 },
      maxima: (0..<stations * years).map { 35 + Double($0 * 7 % 11) })
  }

  /// Bytes of the recorded step.
  private func memory(_ stations: Int, years: Int) throws -> Int {
    let model = GEVMultiplicative(network(stations, years: years))
    let svi = SVI(
      model.posterior,
      guide: AutoNormal(model.posterior, initialization: .values(model.start)),
      optimizer: Adam(learningRate: .constant(0.01)))
    let state = try svi.initialState(key: RandomKey(0))
    return try Program(recording: try svi.function(state).whole, on: state.start).memory
  }

  /// Bytes of the recorded program that makes a joint draw for the summary.
  private func memoryOfASummary(_ stations: Int, years: Int) throws -> Int {
    let model = GEVMultiplicative(network(stations, years: years))
    let svi = SVI(
      model.posterior,
      guide: AutoNormal(model.posterior, initialization: .values(model.start)),
      optimizer: Adam(learningRate: .constant(0.01)))
    let state = try svi.initialState(key: RandomKey(0))
    let guide = state.guide.model.under(Substitute(state.layout.constrained(state.parameters)))
    let keys = RandomKey(1).split()
    return try Program(
      recording: { words in
        let trace = try guide.seeded(by: RandomKey(words: words[0])).trace()
        let drawn = trace.latent.compactMap { site in site.value.map { (site.name, $0) } }
        return try model.model.predicted(
          given: Dictionary(uniqueKeysWithValues: drawn), key: RandomKey(words: words[1]),
          sites: ["mu0", "xi", "sigma", "mu_field", "beta_field"]
        ).map(\.value)
      }, on: [keys.0.words, keys.1.words]
    ).memory
  }

  @Test func theEstimateCountsWhatAThreadHolds() throws {
    let (small, large) = try (memoryOfASummary(60, years: 5), memoryOfASummary(120, years: 5))
    let matrices = Double(large - small) / 8 / Double(120 * 120 - 60 * 60)
    expectCount(matrices, GEVMultiplicativeMemory.matricesOfAThread, "matrices of a thread")
  }

  /// From two sizes of each kind, the matrices and arrays that a step holds.
  @Test func theEstimateCountsWhatAStepHolds() throws {
    let (small, large) = try (memory(60, years: 5), memory(120, years: 5))
    let matrices = Double(large - small) / 8 / Double(120 * 120 - 60 * 60)
    expectCount(matrices, GEVMultiplicativeMemory.matricesOfAStep, "matrices of a step")
    let arrays = Double(try memory(60, years: 105) - small) / 8 / 60 / 100
    expectCount(arrays, GEVMultiplicativeMemory.arraysOfData, "arrays of a step")
  }

  /// A count from above, since the machine must have room, but not so far that fits with room are refused.
  private func expectCount(_ measured: Double, _ estimate: Int, _ what: String) {
    let range = 0.7 * Double(estimate)...Double(estimate)
    #expect(range.contains(measured), "\(measured) \(what), estimated as \(estimate)")
  }

  @Test func tooManyStationsAreRefusedWithNumbersAndRemedy() {
    let need = GEVMultiplicativeMemory(stations: 100_000, years: 30, threads: 2)
    let error = #expect(throws: GEVMultiplicativeFailure.self) {
      try need.require(on: MachineMemory(available: 16_000_000_000))
    }
    guard case .tooLarge(_, _, _, _, let most) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(
      error?.description
        == "a fit of 100000 stations x 30 years needs about 1440 GB of memory, but 16.0 GB are "
        + "available; leave out stations, of which about 10535 would fit, or take a machine with more "
        + "memory.")
    let fits = {
      GEVMultiplicativeMemory(stations: $0, years: 30, threads: 2).bytes <= 16_000_000_000
    }
    #expect(fits(most) && !fits(most + most / 50))
  }

  @Test func aFitThatHasRoomIsLetIn() throws {
    let need = GEVMultiplicativeMemory(stations: 3000, years: 30, threads: 2)
    try need.require(on: MachineMemory(available: need.bytes))
    try need.require(on: MachineMemory(available: nil))
    #expect(throws: GEVMultiplicativeFailure.self) {
      try need.require(on: MachineMemory(available: need.bytes - 1))
    }
  }
}
