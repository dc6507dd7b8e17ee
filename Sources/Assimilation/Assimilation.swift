// Assimilation: estimates of a changing state from a model and observations.
//
// - `Grid.swift`, `Ring.swift`: where states live.
// - `Analysis/Observations+Analysis.swift`: one analysis from a prior covariance; `PriorCovariance.swift`: what it asks of
//   a prior, and priors beside it; `Score.swift`: how schemes are compared.
// - `Models/DSADM/DSADM.swift`: the advection-diffusion-decay model with random coefficients; `DSADMWorld.swift` draws them.
// - `Filters/KalmanFilter.swift`: the exact filter; `ControlFilter.swift`: filters with a control forecast, which differ in
//   their `EnsemblePrior.swift`.
