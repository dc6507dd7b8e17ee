// Assimilation: estimates of a changing state from a model and observations.
//
// - `Models/`: what moves a state (`DynamicalModel.swift`), any closure (`FunctionModel.swift`), the models of the literature
//   beside them, and where states live (`Grid.swift`). `DSADM/DSADM.swift` is the advection-diffusion-decay model with random
//   coefficients; `DSADMWorld.swift` draws them.
// - `Observations/Observations+Analysis.swift`: one analysis from a prior covariance.
// - `Covariances/PriorCovariance.swift`: what an analysis asks of a prior; priors and tapers beside it.
// - `Filters/Filter.swift`: forecast and analysis in turn. `KalmanFilter.swift` is the exact one, `EnsembleFilter.swift` what all
//   ensembles share, `ETKF.swift` one of them, and `ControlFilter.swift` has a control forecast beside its members.
// - `Twin/TwinExperiment.swift`: a truth, its observations, and runs of filters; `FilterRun.swift`: what is measured;
//   `Score.swift`: how schemes are compared; `TwinExperiment+Published.swift`: the experiments of the literature.
