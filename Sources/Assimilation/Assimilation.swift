// Assimilation: estimates of a changing state from a model and observations.
//
// - `Grid.swift`, `Ring.swift`: where states live.
// - `Analysis/Observations+Analysis.swift`: one analysis from a prior covariance; `PriorCovariance.swift`: what it asks of
//   a prior, and priors beside it; `Score.swift`: how schemes are compared.
// - `Filtered/Context+Filtered.swift`: filters inside a probabilistic model, whose parameters then have posteriors.
