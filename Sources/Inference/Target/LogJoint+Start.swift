import PPL

extension LogJoint {
  /// A starting point with a finite log density and gradient: the unconstrained value of each site, by name.
  ///
  /// Draws follow NumPyro's `find_valid_initial_params`: for each attempt, `(key, attempt) = split(key)`. Rules without a
  /// distribution draw all sites in order from the attempt's key; the others, and `.values` of a model with deterministic
  /// sites, run the model under a seed, which gives each site its key.
  ///
  /// - Throws: `InferenceError.noValidStart` after 100 attempts; `ModelError.unknownName` for a value that no site has;
  ///   `ModelError` from the model.
  public func start(_ rule: Initialization, key: RandomKey) throws -> [String: Tensor] {
    try start(rule, key: key, by: nil)
  }

  /// The same with a density that is compiled already; one is compiled at the first attempt if nil.
  func start(
    _ rule: Initialization, key: RandomKey, by density: LogDensity?
  ) throws -> [String: Tensor] {
    if case .values(let values) = rule, let unknown = Set(values.keys).subtracting(names).min() {
      throw ModelError.unknownName(call: "Initialization.values", name: unknown, known: names)
    }
    try checkNumbers(of: rule)
    let attempts = 100
    let vector = LatentVector(sites)
    var gradient = Array(repeating: 0.0, count: vector.count)
    // Recorded at the values of the first attempt.
    var evaluator: GradientEvaluator?
    var key = key
    var failed: (start: [String: Tensor], bad: [String])?
    for _ in 0..<attempts {
      let (next, attempt) = key.split()
      key = next
      let start: [String: Tensor]
      if let radius = radius(rule) {
        start = try uniform(rule, radius, attempt, &key)
      } else {
        start = try traced(rule, attempt)
      }
      if let missing = sites.first(where: { start[$0.name] == nil }) {
        throw InferenceError.missingValue(missing.name)
      }
      let point = vector.flat(start).scalars
      if evaluator == nil {
        evaluator = try (density ?? LogDensity(self, at: point)).evaluator()
      }
      let value = try evaluator!.value(at: point, gradient: &gradient)
      let bad = zip(sites, vector.ranges).filter { _, range in
        gradient[range].contains { !$0.isFinite }
      }.map(\.0.name)
      if value.isFinite && bad.isEmpty { return start }
      failed = (start, value.isFinite ? bad : [])
      if isDetermined(rule) { break }
    }
    let suspects = try failed.map { try $0.bad.isEmpty ? infiniteSites($0.start) : $0.bad } ?? []
    let made = isDetermined(rule) ? 1 : attempts
    throw InferenceError.noValidStart(attempts: made, suspects: suspects)
  }

  /// The sites that start outside their support or, if there are none, those whose log density is not finite.
  private func infiniteSites(_ start: [String: Tensor]) throws -> [String] {
    let outside = sites.map(\.name).filter { name in
      start[name]?.scalars.contains { !$0.isFinite } ?? false
    }
    guard outside.isEmpty else { return outside }
    return try run(free: start, fixed: constrained(start)).trace.logDensities()
      .filter { !$0.value.scalar.isFinite }.map(\.name)
  }

  /// Whether a second attempt would give the same start.
  private func isDetermined(_ rule: Initialization) -> Bool {
    switch rule {
    case .feasible, .mean: true
    case .values(let values): sites.allSatisfy { values[$0.name] != nil }
    case .uniform, .median, .sample: false
    }
  }

  private func radius(_ rule: Initialization) -> Double? {
    switch rule {
    case .uniform(let radius): radius
    case .feasible: 0
    case .values: hasDeterministicSites || hasDynamicSupports ? nil : radius(.uniform())
    case .median, .mean, .sample: nil
    }
  }

  /// Checks the numbers of a rule.
  ///
  /// - Throws: `InferenceError.argument` for a radius that is negative or not finite, or a median of no draws.
  private func checkNumbers(of rule: Initialization) throws(InferenceError) {
    switch rule {
    case .uniform(let radius):
      try demand(
        radius >= 0 && radius.isFinite, of: "Initialization.uniform", "radius is \(radius)",
        "must not be negative")
    case .median(let draws):
      try demand(draws > 0, of: "Initialization.median", "draws is \(draws)", "must be positive")
      try demandCount(draws, "draws of Initialization.median")
    case .values, .mean, .sample, .feasible: break
    }
  }

  private func given(_ rule: Initialization, _ site: LatentSite) -> Tensor? {
    if case .values(let values) = rule { values[site.name] } else { nil }
  }

  private func uniform(
    _ rule: Initialization, _ radius: Double, _ attempt: RandomKey, _ key: inout RandomKey
  ) throws -> [String: Tensor] {
    var start: [String: Tensor] = [:]
    var attempt = attempt
    for site in sites {
      if let value = given(rule, site) {
        start[site.name] = try unconstrained(value, site)
      } else {
        start[site.name] =
          radius == 0 ? .zeros(site.shape) : attempt.uniform(site.shape, in: -radius..<radius)
        (key, attempt) = key.split()
      }
    }
    return start
  }

  private func traced(_ rule: Initialization, _ attempt: RandomKey) throws -> [String: Tensor] {
    let places = Dictionary(uniqueKeysWithValues: sites.enumerated().map { ($1.name, $0) })
    let trace = try model.seeded(by: attempt).substituting { site in
      guard site.kind == .sample, !site.isObserved, let distribution = site.distribution,
        let place = places[site.name], let key = site.key
      else { return nil }
      let known = sites[place].moved(to: distribution.support)
      return value(rule, known, distribution, key)
    }.trace()
    var start: [String: Tensor] = [:]
    for site in sites {
      guard let drawn = trace[site.name], let value = drawn.value else { continue }
      start[site.name] = try unconstrained(value, site.moved(to: drawn.support))
    }
    return start
  }

  /// The starting value of a site whose distribution is known; nil for the origin of unconstrained space.
  private func value(
    _ rule: Initialization, _ site: LatentSite, _ distribution: any Distribution, _ key: RandomKey
  ) -> Tensor? {
    switch rule {
    case .uniform(let radius): site.transform(key.uniform(site.shape, in: -radius..<radius))
    case .values(let values): values[site.name] ?? value(.uniform(), site, distribution, key)
    case .median(let draws): median(of: draws, distribution, site, key)
    case .mean: finiteMean(distribution) ?? value(.median(), site, distribution, key)
    case .sample: median(of: 1, distribution, site, key)
    case .feasible: nil
    }
  }

  private func finiteMean(_ distribution: any Distribution) -> Tensor? {
    let mean = (distribution as? any HasMoments)?.mean
    return mean.flatMap { isFinite($0).all().scalar == 1 ? $0 : nil }
  }

  private func unconstrained(_ value: Tensor, _ site: LatentSite) throws -> Tensor {
    guard value.rank >= site.valueRank else {
      throw ModelError.valueShape(
        site: site.name, given: value.shape, expected: site.transform.forwardShape(site.shape))
    }
    let x = site.transform.inverse(value)
    guard broadcastShapes([x.shape, site.shape]) == site.shape else {
      throw ModelError.valueShape(
        site: site.name, given: value.shape, expected: site.transform.forwardShape(site.shape))
    }
    return x.broadcast(to: site.shape)
  }

  /// The median of prior draws, taken in unconstrained space so that it lies on the support.
  private func median(
    of draws: Int, _ distribution: any Distribution, _ site: LatentSite, _ key: RandomKey
  ) -> Tensor {
    let x = site.transform.inverse(distribution.sample([draws], key: key))
    return site.transform(x.quantile(0.5, along: 0))
  }
}
