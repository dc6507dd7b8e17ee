import ArgumentParser

/// What is measured, with a name; its data are made when they are asked for.
struct Case: Sendable {
  enum Work: Sendable {
    /// Steps of SVI.
    case fit(@Sendable () -> Problem)
    /// Minibatches of `NetworkTraining`.
    case network
  }

  let name: String
  let work: Work

  init(name: String, problem: @escaping @Sendable () -> Problem) {
    (self.name, work) = (name, .fit(problem))
  }

  private init(name: String, work: Work) { (self.name, self.work) = (name, work) }

  /// The problem that is fitted.
  func problem() throws -> Problem {
    guard case .fit(let problem) = work else {
      throw ValidationError("case \(name) is no fit: it has no data to write and no draws.")
    }
    return problem()
  }

  static let all: [Case] =
    [40, 200, 500, 1000].map { stations in
      Case(name: "gev-\(stations)") { gev(stations: stations, years: 40) }
    }
    + [400, 4000].map { years in
      Case(name: "gev-40x\(years)") { gev(stations: 40, years: years) }
    }
    + [
      Case(name: "eight-schools") { eightSchools() },
      Case(name: "logistic") { logisticRegression(rows: 10_000, columns: 50) },
      Case(name: "gp-regression") { gaussianProcessRegression(points: 500) },
      Case(name: "grid-40x40") { gridOfFields(places: 40, times: 40, isDense: false) },
      Case(name: "grid-40x40-dense") { gridOfFields(places: 40, times: 40, isDense: true) },
      Case(name: "filtered") { filteredState(variables: 100, steps: 10) },
      Case(name: "network", work: .network),
    ]
}
