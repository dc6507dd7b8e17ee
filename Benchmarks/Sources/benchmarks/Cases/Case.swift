/// A problem with a name; its data are made when it is asked for.
struct Case: Sendable {
  let name: String
  let problem: @Sendable () -> Problem

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
    ]
}
