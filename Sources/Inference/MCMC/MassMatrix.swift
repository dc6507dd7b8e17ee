/// The inverse mass matrix of a Hamiltonian sampler, an estimate of the posterior covariance in factored form.
///
///     M⁻¹ = T Tᵀ
///
/// Momenta are kept in the coordinates in which they are standard normal, `w = Tᵀ p`, so that the inverse of T is never
/// needed: the kinetic energy is |w|² / 2, the velocity `T w`, and the force on w is Tᵀ times the gradient.
///
/// - Reference: Neal (2011), *MCMC using Hamiltonian dynamics*, §4.1.
public typealias MassMatrix = FactoredCovariance

extension MassMatrix {
  /// The family of matrices that a sampler adapts during its warm-up.
  public enum Family: String, Sendable, CaseIterable, Codable {
    /// A variance for each unconstrained number.
    case diagonal
    /// A diagonal matrix with corrections along the directions in which it is wrong by more than a factor of two.
    case lowRank = "low-rank"
    /// A full covariance matrix.
    case dense
  }
}
