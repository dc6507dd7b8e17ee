import ArgumentParser
import PPL

/// The GEV model whose location is a sum of temporal basis functions with a field of weights each, a coregionalisation.
///
///     y[i, j] ~ GEV(mu0 + mu(s_i) + sum_k W_k(s_i) p_k(x_j), sigma, xi)
///     W_k(s) = w_k + field_k(s)
///
/// The basis functions are the orthonormal polynomials of degrees 1 to K of a covariate of time, by default GMST: mean 0 and mean
/// square 1 over the years of the data, so that the weights are in the unit of the maxima and do not depend on each other. The
/// matrix of the weights, stations by basis functions, has a field in each column. The formula is
/// `1 + field + basis(NAME,K) + field:basis(NAME,K)`.
///
/// - Shape: *S* stations, *T* years, *K* basis functions.
/// - Reference: Gelfand, Schmidt, Banerjee and Sirmans (2004), *Nonstationary multivariate process modeling through spatially
///   varying coregionalization*, Test 13(2), §2.
public struct GEVCoregionalised: FormulaModel {
  public static let name = "gev-coregionalised"
  public static let summary =
    "Annual maxima ~ GEV(mu0 + mu(s) + sum_k W_k(s) p_k(d(t)), sigma, xi): basis functions of time with maps of weights."
  public static let requirements = DataRequirements()
  public static let memory = FitMemory(
    matricesOfAStep: 18, matricesOfAThread: 7, arraysOfData: 7)

  /// The flags of the model.
  public struct Priors: FormulaFlags {
    /// The number of basis functions.
    @Option(help: "The number of basis functions, 1 to 9.") public var basis = 2
    /// The covariate of time of the basis functions.
    @Option(help: ArgumentHelp("The covariate of the basis functions.", valueName: "name"))
    public var covariate = Covariates.gmst
    /// The flags that models by formula share.
    @OptionGroup public var family: FamilyFlags

    /// The flags before the command line is read.
    public init() {}

    public func formulas() throws(FormulaError) -> [Formula] {
      let functions = "basis(\(covariate),\(basis))"
      return [
        try Formula("1 + field + \(functions) + field:\(functions)", of: .location),
        try Formula("1", of: .logScale), try Formula("1", of: .shape),
      ]
    }

    /// Checks the number of basis functions and the name of their covariate.
    public func validate() throws {
      guard (1...9).contains(basis) else {
        throw ValidationError("--basis is \(basis), but must be from 1 to 9.")
      }
      try validateFormulas()
    }
  }

  public let data: StationTensors
  /// The flags of this model.
  public let priors: Priors
  public let family: GEVFamily

  public init(_ data: StationTensors, priors: Priors) throws(FormulaError) {
    (self.data, self.priors) = (data, priors)
    family = try GEVFamily(data, priors)
  }
}
