import Assimilation
import Autodiff
import TestSupport
import Testing

@Suite struct TimeMeanTests {
  @Test func independentNumbersHaveTheUsualError() throws {
    let series = RandomKey(1).normal([10_000]).scalars
    let mean = try #require(TimeMean(series))
    #expect(mean.count == 10_000 && abs(mean.value) < 0.05)
    // The window is a few lags, each with a noise of 1 / 100.
    #expect(abs(mean.correlationTime - 1) < 0.15)
    #expect(abs(try #require(mean.standardError) - 0.01) < 0.001)
  }

  @Test(arguments: [0.5, 0.9]) func errorsKnowOfAutocorrelation(_ correlation: Double) throws {
    // x_k = a x_{k-1} + e_k has τ = (1 + a) / (1 - a).
    var x = 0.0
    let series = RandomKey(2).normal([40_000]).scalars.map { e in
      x = correlation * x + e
      return x
    }
    let expected = (1 + correlation) / (1 - correlation)
    let mean = try #require(TimeMean(series))
    // Sokal's error of τ: τ sqrt(2 (2 M + 1) / n), 10 % at most here; and e^-2.5 of it missed by the window.
    #expect(abs(mean.correlationTime / expected - 1) < 0.25)
    let deviation = (1 / (1 - correlation * correlation) * expected / 40_000).squareRoot()
    #expect(abs(try #require(mean.standardError) / deviation - 1) < 0.15)
  }

  @Test func shortAndConstantSeriesAreExact() throws {
    #expect(TimeMean([]) == nil)
    #expect(try #require(TimeMean([2, 4])).value == 3)
    #expect(try #require(TimeMean([2, 4])).standardError == nil)
    #expect(try #require(TimeMean([3, 3, 3, 3, 3])).standardError == 0)
  }

  @Test func errorsScaleWithTheSeries() throws {
    let series = RandomKey(3).normal([100]).scalars
    let a = try #require(TimeMean(series))
    let b = try #require(TimeMean(series.map { 4 * $0 - 8 }))
    expectClose(
      [b.value, try #require(b.standardError), b.correlationTime],
      [4 * a.value - 8, 4 * (try #require(a.standardError)), a.correlationTime], relative: 1e-12)
  }
}
