import Inference
import Testing

/// What a user reads when the set-up of an inference is wrong.
struct InferenceErrorTests {
  private func expect(
    _ error: InferenceError, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(error.description == message, sourceLocation: sourceLocation)
  }

  @Test func saysWhichSiteIsWrong() {
    expect(
      .discreteSite("heads"),
      """
      site "heads": is discrete and latent; gradients cannot reach it. Observe it or sum it out.
      """)
    expect(
      .missingValue("mu"),
      """
      site "mu": no value was given; give one for each latent site and parameter.
      """)
    expect(
      .unknownSite("muu", known: ["mu", "tau"]),
      """
      no site is named "muu"; there are "mu", "tau".
      """)
  }

  @Test func saysWhatHasNoFiniteDensity() {
    expect(
      .noValidStart(attempts: 100, suspects: ["mu", "tau"]),
      """
      no start with a finite log density and gradient was found in 100 attempts; \
      not finite: "mu", "tau". Give starting values inside the support (initialization: .values).
      """)
    expect(
      .noValidStart(attempts: 1, suspects: []),
      """
      no start with a finite log density and gradient was found in 1 attempt. \
      Give starting values inside the support (initialization: .values).
      """)
  }

  @Test func saysWhatGuideAndModelLack() {
    expect(
      .guideMismatch(onlyInGuide: ["a"], onlyInModel: ["b", "c"]),
      """
      guide and model differ in their latent sites: only the guide has "a"; \
      only the model has "b", "c"; give both the same sites.
      """)
    expect(
      .guideMismatch(onlyInGuide: [], onlyInModel: ["b"]),
      """
      guide and model differ in their latent sites: only the model has "b"; \
      give both the same sites.
      """)
  }

  @Test func saysWhichNumberIsWrong() {
    expect(
      .count("the number of steps", 0),
      """
      the number of steps is 0, but must be positive.
      """)
    expect(
      .checkpointMismatch(stored: 3, expected: 4),
      """
      the checkpoint holds 3 parameters of another model or other data, where this one has 4. \
      Use the data and options it was made with, or start again.
      """)
    expect(
      .otherOptimizer(stored: [1, 3, 3], expected: []),
      """
      the checkpoint's optimizer keeps [1, 3, 3] numbers and this one []; go on with the optimizer \
      that the fit was begun with.
      """)
  }
}
