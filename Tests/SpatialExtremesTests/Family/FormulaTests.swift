import Testing

@testable import SpatialExtremes

@Suite struct FormulaTests {
  @Test func aFormulaIsASumOfProducts() throws {
    let formula = try Formula(" 1+field + gmst +field:gmst+ gp(gmst) + elevation ", of: .location)
    #expect(
      formula.terms == [
        .init(), .init(hasField: true), .init(covariates: ["gmst"]),
        .init(covariates: ["gmst"], hasField: true), .init(smooth: "gmst"),
        .init(covariates: ["elevation"]),
      ])
    #expect(formula.description == "1 + field + gmst + field:gmst + gp(gmst) + elevation")
    #expect(formula.covariates == ["gmst", "elevation"])
    #expect(formula.hasField)
  }

  /// A basis may be multiplied by a field; a trend and the response to a forcing stand alone, and need the years.
  @Test func functionsOfTimeAreTerms() throws {
    let formula = try Formula(
      "1 + field:basis( gmst , 3 ) + basis(nao,2):elevation + trend + ebm(co2)", of: .location)
    #expect(
      formula.description == "1 + field:basis(gmst,3) + elevation:basis(nao,2) + trend + ebm(co2)")
    #expect(formula.covariates == ["gmst", "nao", "elevation", "co2", "year"])
    #expect(formula.fieldCount == 3)
  }

  /// The value of each station may take the place of the constant.
  @Test func stationsHaveAConstantEach() throws {
    let formula = try Formula("station + station:gmst", of: .location)
    #expect(formula.terms.map(\.hasStations) == [true, true])
  }

  @Test(arguments: [
    ("gmst", "there is no constant; begin with 1, as in \"1 + gmst\"."),
    (
      "1 + ",
      "a term is missing; write terms as 1, field, station, gp(NAME), a covariate, or products such as field:gmst."
    ),
    ("1 + gmst + gmst", "\"gmst\" is there twice; leave one of them out."),
    (
      "1 + elevation:gmst + gmst:elevation",
      "\"elevation:gmst\" is there twice; leave one of them out."
    ),
    ("1 + field:field", "\"field:field\" varies twice over the map; leave one of the factors out."),
    ("1 + gp()", "\"gp()\" names no covariate; write gp(NAME), as in gp(gmst)."),
    ("1 + ebm()", "\"ebm()\" names no covariate; write ebm(NAME), as in ebm(forcing)."),
    (
      "1 + basis(gmst)",
      "\"basis(gmst)\" has no temporal basis that can be read; write basis(NAME,K) once, with K from 1 to 9, as in field:basis(gmst,3)."
    ),
    (
      "1 + field:basis(gmst,10)",
      "\"field:basis(gmst,10)\" has no temporal basis that can be read; write basis(NAME,K) once, with K from 1 to 9, as in field:basis(gmst,3)."
    ),
    (
      "1 + field:trend",
      "\"field:trend\" is not a product of names; write terms as 1, field, station, gp(NAME), a covariate, or products such as field:gmst."
    ),
    (
      "1 + 2*gmst",
      "\"2*gmst\" is not a product of names; write terms as 1, field, station, gp(NAME), a covariate, or products such as field:gmst."
    ),
  ])
  func aTextThatIsNoFormulaIsRefused(text: String, sentence: String) {
    let error = #expect(throws: FormulaError.self) { try Formula(text, of: .shape) }
    #expect(error?.description == "--shape \"\(text)\": \(sentence)")
  }

  @Test(arguments: [
    ("beta0=1,0.5", "beta0", 1.0, 0.5 as Double?),
    ("k_mu.lengthscale=300", "k_mu.lengthscale", 300, nil),
  ])
  func aPriorIsASiteWithItsNumbers(text: String, site: String, centre: Double, deviation: Double?)
    throws
  {
    let prior = try #require(SitePrior(argument: text))
    #expect(prior.site == site && prior.centre == centre && prior.deviation == deviation)
  }

  @Test(arguments: ["beta0", "=1", "beta0=", "beta0=1,0", "beta0=1,-1", "beta0=1,2,3", "beta0=inf"])
  func aTextThatIsNoPriorIsRefused(text: String) {
    #expect(SitePrior(argument: text) == nil)
  }

  /// A formula that was set in code and cannot be read ends the process with its sentence, and is not a model without data.
  @Test func aWrongFormulaInCodeHasNoRequirements() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var priors = GEVByFormula.Priors.published
      priors.location = "1 + field +"
      _ = GEVByFormula.requirements(with: priors)
    }
    let errors = exit.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }
    #expect(errors?.contains("--location \"1 + field +\": ") == true)
  }
}
