import Foundation
import PPL

extension MaximumLikelihoodFit {
  /// Akaike's information criterion, `-2 log L + 2 n` with n parameters; smaller is better.
  ///
  /// - Reference: Akaike (1974), *A new look at the statistical model identification*, eq. (5).
  public var aic: Double { -2 * logLikelihood + 2 * Double(parameterCount) }

  /// Schwarz's Bayesian information criterion, `-2 log L + n log N` with N data; smaller is better.
  ///
  /// - Parameter observations: The number of data N; `observations` if nil.
  /// - Reference: Schwarz (1978), *Estimating the dimension of a model*, eq. (1).
  public func bic(observations: Int? = nil) -> Double {
    -2 * logLikelihood + Double(parameterCount) * log(Double(observations ?? self.observations))
  }

  /// Takeuchi's information criterion, `-2 log L + 2 tr(J I⁻¹)`, for a model that may be wrong, or data that depend on each
  /// other within clusters; nil without `clustered(by:)`.
  ///
  /// - Reference: Takeuchi (1976); Varin and Vidoni (2005), *A note on composite likelihood inference and model selection*,
  ///   eq. (7).
  public var tic: Double? { clusters.map { -2 * logLikelihood + 2 * $0.penalty } }

  /// The test that the data need the parameters of this model that a smaller one, nested in it, does not have.
  ///
  /// - Parameter smaller: The fit of the smaller model to the same data.
  /// - Returns: The statistic `2 (log L - log L₀)`, the difference of the numbers of parameters and the p value.
  /// - Throws: `MaximumLikelihoodError.notNested` unless this model has more parameters and a likelihood as large,
  ///   `.ratioOfClusters` for data that are not independent.
  /// - Reference: Wilks (1938), *The large-sample distribution of the likelihood ratio for testing composite hypotheses*.
  public func likelihoodRatio(
    against smaller: MaximumLikelihoodFit
  ) throws(MaximumLikelihoodError) -> LikelihoodRatio {
    guard clusters == nil, smaller.clusters == nil else { throw .ratioOfClusters }
    let statistic = 2 * (logLikelihood - smaller.logLikelihood)
    let degrees = parameterCount - smaller.parameterCount
    // Maxima are found to many more digits than this.
    guard degrees > 0, statistic > -1e-6 else {
      throw .notNested(statistic: statistic, degreesOfFreedom: degrees)
    }
    return LikelihoodRatio(statistic: max(statistic, 0), degreesOfFreedom: degrees)
  }
}

/// A likelihood-ratio test of two nested models.
public struct LikelihoodRatio: Sendable, Equatable {
  /// Twice the difference of the log likelihoods.
  public let statistic: Double
  /// The number of parameters that the smaller model lacks.
  public let degreesOfFreedom: Int

  /// The probability of a larger statistic if the smaller model is true, by the chi-squared distribution.
  public var pValue: Double {
    regularizedGammaQ(Tensor(0.5 * Double(degreesOfFreedom)), Tensor(0.5 * statistic)).scalar
  }
}
