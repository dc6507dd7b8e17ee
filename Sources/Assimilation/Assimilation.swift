// Assimilation: estimates of a changing state from a model and observations.
//
// - `Models/`: dynamical models (`DynamicalModel.swift`), also by a closure (`FunctionModel.swift`) or another program
//   (`External/ExternalModel.swift`), the test models of the literature, and grids (`Grid.swift`). `DSADM/DSADM.swift` is the advection-diffusion-decay model with random coefficients;
//   `DSADMWorld.swift` draws them.
// - `Observations/Observations+Analysis.swift`: one analysis from a prior covariance.
// - `Covariances/PriorCovariance.swift`: the protocol of priors; the folder has priors and tapers.
// - `Filters/Filter.swift`: the protocol of filters. `KalmanFilter.swift` is the exact filter, `EnsembleFilter.swift` the common
//   part of ensemble filters such as `ETKF.swift`, `PriorDEnKF.swift` has any prior covariance, and `ControlFilter.swift` adds a
//   control forecast to its members.
// - `Particles/WeightedFilter.swift`: the common part of particle filters.
// - `Smoothers/WindowSmoother.swift`: the common part of smoothers that run the model in their analysis, such as `IEnKS.swift`;
//   `Smoother.swift`: those that go back from the end; `EnKS.swift` goes along with a filter.
// - `Twin/TwinExperiment.swift`: a truth, its observations, and runs of filters; `FilterRun.swift`: errors and spreads;
//   `Score.swift`: scores of schemes; `TwinExperiment+Published.swift`: the experiments of the literature.
