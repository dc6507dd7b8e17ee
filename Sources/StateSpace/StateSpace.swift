// StateSpace: filters inside probabilistic models, whose parameters then have posteriors.
//
// - `Context+Filtered.swift`: the effect `filtered`, which adds the likelihood of observations of a changing state.
// - `LinearGaussianStateSpace.swift`: a state that the Kalman filter integrates out exactly.
// - `EnsembleStateSpace.swift`: a state with any forecast that tensors can write, followed by an ensemble;
//   `EnsembleUpdate.swift`: how the ensemble assimilates observations.
// - `FilterVerdict.swift`: whether a filter is consistent with its observations.
// - `TimedObservations.swift`: the observations; `FilteredStates.swift`: the estimates of the state.
