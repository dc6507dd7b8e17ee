import Assimilation
import PPL

extension PublishedError {
  /// The filter of the row, for a twin of its experiment.
  func filter(_ twin: TwinExperiment) throws -> any Filter {
    let (members, inflation) = (members ?? 0, inflation ?? 1)
    let ring = Ring(points: twin.truth.columns)
    switch method {
    case .enKF: return EnKF(members: members, inflation: inflation)
    case .dEnKF: return DEnKF(members: members, inflation: inflation)
    case .etkf: return ETKF(members: members, inflation: inflation, rotation: .random)
    case .letkf:
      return LETKF(
        members: members, inflation: inflation, rotation: .random, taper: .gaspariCohn(1.82 * 4),
        on: ring, blocks: ring.blocks(of: 2))
    case .extended:
      // The factor 10 per unit of time, in steps of 0.05.
      return ExtendedKalmanFilter(stepInflation: 1.1220184543019633)
    case .climatology: return ClimatologyFilter(try climatology(twin))
    case .interpolation: return OptimalInterpolation(try climatology(twin))
    case .enKFN: return EnKFN(members: members, inflation: inflation, rotation: .random)
    case .enKFN2: return EnKFN(members: members, certainty: 2, rotation: .random)
    case .serial: return SerialEnKF(members: members, inflation: inflation)
    case .enSRF: return EnSRF(members: members, inflation: inflation, rotation: .random)
    case .localEnSRF:
      // Chords, since the taper wraps around the ring.
      let circle = Ring(points: ring.pointCount, metric: .chord(radius: 40 / (2 * .pi)))
      return EnSRF(
        members: members, inflation: inflation,
        localization: Localization(.gaspariCohn(1.82 * 6), on: circle), rotation: .random)
    case .rankHistogram:
      return RankHistogramFilter(members: members, inflation: inflation, rotation: .random)
    case .iEnKS:
      let rotation: EnsembleRotation = self.twin == .lorenz96Half ? .none : .random
      return IEnKS(
        members: members, lag: self.twin == .lorenz96Half ? 2 : 1, inflation: inflation,
        rotation: rotation)
    case .iEnKSN:
      return self.twin == .lorenz96Half
        ? IEnKS(members: members, lag: 2, certainty: 1.5)
        : IEnKS(members: members, lag: 4, certainty: 2)
    case .particles:
      return ParticleFilter(
        members: members, threshold: 0.2, jitter: self.twin == .lorenz63 ? 0.9 : 0.8)
    case .optimalParticles:
      return OptimalParticleFilter(members: members, kernel: 0.1, threshold: 0.2, jitter: 0.6)
    case .unscented: return UnscentedKalmanFilter(stepInflation: inflation)
    case .adaptive: return AdaptivelyInflatedFilter(ETKF(members: members, rotation: .random))
    case .perturbations:
      return RelaxedFilter(
        ETKF(members: members), .toPriorPerturbations(0.4), rotation: .random)
    case .spread:
      return RelaxedFilter(ETKF(members: members), .toPriorSpread(0.2), rotation: .random)
    case .enKS: return EnKS(ETKF(members: members, inflation: inflation), lag: 12)
    // Its forward pass; `outcome(key:share:)` has the smoother.
    case .enRTS: return ETKF(members: members, inflation: inflation)
    case .esMDA:
      return ESMDA(EnKF(members: members), assimilations: 4, inflation: inflation)
    case .fourDEnVar: return FourDEnVar(members: members, window: 4, inflation: inflation)
    }
  }

  private func climatology(_ twin: TwinExperiment) throws -> Climatology {
    try Climatology(
      of: twin.model, start: twin.initial, spinUp: 1_000, steps: 20_000, every: 5,
      key: RandomKey(7))
  }
}
