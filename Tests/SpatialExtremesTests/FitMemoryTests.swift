import Autodiff
import PPL
import Plugins
import Testing

@testable import Inference
@testable import SpatialExtremes

@Suite struct FitMemoryTests {
  private func network(_ stations: Int, years: Int, hasGaps: Bool) -> StationMaxima {
    let places: [StationMaxima.Station] = (0..<stations).map {
      .init(id: "\($0)", longitude: Double($0 % 20) / 2, latitude: 40 + Double($0 / 20) / 2)
    }
    let maxima: [Double?] = (0..<stations * years).map { index -> Double? in
      if hasGaps, index % 9 == 1 { return nil }
      return 35 + Double(index * 7 % 11)
    }
    return StationMaxima(
      stations: places, years: Array(0..<years), covariate: (0..<years).map { Double($0) / 10 },
      maxima: maxima)
  }

  private func state<M: ExtremesModel>(_ model: M) throws -> (SVI, SVI.State) {
    let svi = SVI(
      model.posterior,
      guide: AutoNormal(model.posterior, initialization: .values(model.start), scale: 0.01),
      optimizer: Adam(learningRate: .constant(0.01)))
    return (svi, try svi.initialState(key: RandomKey(0)))
  }

  /// Bytes of the recorded step.
  private func memory<M: ExtremesModel>(
    _: M.Type, _ stations: Int, years: Int, hasGaps: Bool = false,
    fields: FieldParameterization = .whitened
  ) throws -> Int {
    let data = network(stations, years: years, hasGaps: hasGaps)
    let (svi, state) = try state(
      try M(StationTensors(data, fields: fields), priors: .published))
    return try Program(recording: try svi.function(state).whole, on: state.start).memory
  }

  /// Bytes of the recorded log density with its gradient.
  private func memoryOfAGradient<M: ExtremesModel>(
    _: M.Type, _ stations: Int, years: Int, fields: FieldParameterization
  ) throws -> Int {
    let data = network(stations, years: years, hasGaps: false)
    let joint = try LogJoint(
      try M(StationTensors(data, fields: fields), priors: .published).posterior)
    let vector = LatentVector(joint.sites)
    return try Program(
      recording: { x in
        let (value, gradient) = try valueWithGradient(
          of: { values in
            try joint(Dictionary(uniqueKeysWithValues: zip(joint.sites.map(\.name), values)))
          }, at: vector.split(x[0]).map(\.value))
        return [value] + gradient
      }, on: [.zeros([vector.count])]
    ).memory
  }

  /// Bytes of the matrices of a gradient, as a chain holds them, and of a step, by the partial fields.
  @Test(arguments: modelsWithPartialFields)
  func theEstimateCountsPartialFieldsAndChains(model: any ExtremesModel.Type) throws {
    func check<M: ExtremesModel>(_ type: M.Type) throws {
      let fields = try M(network(2, years: 5, hasGaps: false)).fields.count
      let most = M.memory.matricesOfAStep + FitMemory.matricesOfAPartialField * fields
      let step = try matrices(
        from: memory(type, 60, years: 5, fields: .partial),
        to: memory(type, 120, years: 5, fields: .partial))
      expectCount(step, most, "\(M.name): of a step with partial fields")
      let gradient = try matrices(
        from: memoryOfAGradient(type, 60, years: 5, fields: .partial),
        to: memoryOfAGradient(type, 120, years: 5, fields: .partial))
      expectCount(gradient, most, "\(M.name): of a gradient with partial fields")
      let draw = try matrices(
        from: memoryOfASummary(type, 60, years: 5, fields: .partial),
        to: memoryOfASummary(type, 120, years: 5, fields: .partial))
      // From above only: the factors of several fields do not all exist at once.
      let ofADraw = M.memory.matricesOfAThread + FitMemory.matricesOfAPartialDraw * fields
      #expect(draw <= Double(ofADraw) && draw > 0.4 * Double(ofADraw), "\(M.name): \(draw)")
    }
    try check(model)
  }

  @Test func chainsHoldAProgramEach() {
    let memory = GEVMultiplicative.memory
    let two = memory.bytes(stations: 900, years: 10, threads: 1, chains: 2, partialFields: 2)
    let four = memory.bytes(stations: 900, years: 10, threads: 1, chains: 4, partialFields: 2)
    #expect(four == 2 * two)
  }

  /// Bytes of the recorded program that makes a joint draw for the summary.
  private func memoryOfASummary<M: ExtremesModel>(
    _: M.Type, _ stations: Int, years: Int, fields: FieldParameterization = .whitened
  ) throws -> Int {
    let data = network(stations, years: years, hasGaps: false)
    let model = try M(StationTensors(data, fields: fields), priors: .published)
    let (_, state) = try state(model)
    let guide = state.guide.model.under(Substitute(state.layout.constrained(state.parameters)))
    let keys = RandomKey(1).split()
    return try Program(
      recording: { words in
        let trace = try guide.seeded(by: RandomKey(words: words[0])).trace()
        let drawn = trace.latent.compactMap { site in site.value.map { (site.name, $0) } }
        return try model.model.predicted(
          given: Dictionary(uniqueKeysWithValues: drawn), key: RandomKey(words: words[1]),
          sites: ExtremesSummary<M>.sites(of: model)
        ).map(\.value)
      }, on: [keys.0.words, keys.1.words]
    ).memory
  }

  private func matrices(from small: Int, to large: Int) -> Double {
    Double(large - small) / 8 / Double(120 * 120 - 60 * 60)
  }

  @Test(arguments: modelsWithFields)
  func theEstimateCountsWhatAThreadHolds(model: any ExtremesModel.Type) throws {
    func check<M: ExtremesModel>(_ type: M.Type) throws {
      let (small, large) = try (
        memoryOfASummary(type, 60, years: 5), memoryOfASummary(type, 120, years: 5)
      )
      expectCount(
        matrices(from: small, to: large), M.memory.matricesOfAThread, "\(M.name): of a thread")
    }
    try check(model)
  }

  /// From two sizes of each kind, the matrices and arrays that a step holds.
  @Test(arguments: modelsWithFields)
  func theEstimateCountsWhatAStepHolds(model: any ExtremesModel.Type) throws {
    func check<M: ExtremesModel>(_ type: M.Type) throws {
      let (small, large) = try (memory(type, 60, years: 5), memory(type, 120, years: 5))
      expectCount(
        matrices(from: small, to: large), M.memory.matricesOfAStep, "\(M.name): of a step")
      let arrays = Double(try memory(type, 60, years: 105) - small) / 8 / 60 / 100
      // Covariances of years by years are not among them.
      if M.self != GEVAdditive.self {
        expectCount(arrays, M.memory.arraysOfData, "\(M.name): arrays of a step")
      }
      guard M.memory.matricesOfAYear > 0 else { return }
      let gaps = try [60, 120].map {
        try memory(type, $0, years: 6, hasGaps: true) - memory(type, $0, years: 5, hasGaps: true)
      }
      expectCount(
        matrices(from: gaps[0], to: gaps[1]), M.memory.matricesOfAYear, "\(M.name): of a year")
    }
    try check(model)
  }

  /// A count from above, since the machine must have room, but not so far that fits with room are refused.
  private func expectCount(_ measured: Double, _ estimate: Int, _ what: String) {
    let range = 0.7 * Double(estimate)...Double(estimate)
    #expect(range.contains(measured), "\(measured) \(what), estimated as \(estimate)")
  }

  @Test func tooManyStationsAreRefusedWithNumbersAndRemedy() {
    let memory = GEVMultiplicative.memory
    let error = #expect(throws: ExtremesFailure.self) {
      try memory.require(
        stations: 100_000, years: 30, threads: 2, available: 16_000_000_000)
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
    let fits = { memory.bytes(stations: $0, years: 30, threads: 2) <= 16_000_000_000 }
    #expect(fits(most) && !fits(most + most / 50))
  }

  /// Nested Laplace holds the factor of a precision at each point of the hyperparameters.
  @Test func theMethodAndTheFitsAtOnceCount() {
    let memory = GEVMultiplicative.memory
    func bytes(_ method: MethodMemory, fits: Int = 1) -> Int {
      memory.bytes(
        stations: 424, years: 50, threads: 2, partialFields: 2, method: method, fields: 2,
        fits: fits)
    }
    var factors = MethodMemory()
    factors.matrices = 512
    let values = 2 * 424 + 20
    #expect(bytes(factors) - bytes(MethodMemory()) == 512 * 8 * values * values)
    #expect(bytes(factors, fits: 3) == 3 * bytes(factors))
    var draws = MethodMemory()
    draws.vectors = 10_000
    #expect(bytes(draws) - bytes(MethodMemory()) == 10_000 * 8 * values)
  }

  @Test func aFitThatHasRoomIsLetIn() throws {
    let memory = GEVMultiplicative.memory
    let bytes = memory.bytes(stations: 3000, years: 30, threads: 2)
    func require(_ available: Int?) throws {
      try memory.require(
        stations: 3000, years: 30, threads: 2, available: available)
    }
    try require(bytes)
    try require(nil)
    #expect(throws: ExtremesFailure.self) { try require(bytes - 1) }
  }
}
