// Assimilation: estimates of a changing state from a model and observations.
//
// - `Grid.swift`, `Ring.swift`: where states live.
// - `Analysis/Observations+Analysis.swift`: one analysis from a prior covariance; `PriorCovariance.swift`: what it asks of
//   a prior, and priors beside it; `Score.swift`: how schemes are compared.
// - `Models/DSADM/DSADM.swift`: the advection-diffusion-decay model with random coefficients; `DSADMWorld.swift` draws them.
// - `Filters/KalmanFilter.swift`: the exact filter; `ControlFilter.swift`: filters with a control forecast, which differ in
//   their `EnsemblePrior.swift`.
// - `Models/DynamicalModel.swift`: what moves a state; `FunctionModel.swift`: any closure; Lorenz-63 and 96 and linear
//   advection beside it.
// - `Filters/Filter.swift`: forecast and analysis in turn; `EnsembleFilter.swift`: what all ensembles share; `ETKF.swift`:
//   one of them, with the transform that `LETKF.swift` shares.
// - `Twin/TwinExperiment.swift`: a truth, its observations, and runs of filters; `FilterRun.swift`: what is measured;
//   `TwinExperiment+Published.swift`: those of the literature.
// - `Filtered/Context+Filtered.swift`: filters inside a probabilistic model, whose parameters then have posteriors.
