// Inference: from a model and data to a posterior, by models, traces and log densities alone, for any distributions.
//
// What to read first:
//
// - `Target/LogJoint.swift`: a model as a function on unconstrained space; `Target/LogDensity.swift`: the same function of
//   one vector, compiled, for optimizers and samplers.
// - `Guides/Guide.swift` and `Guides/AutoNormal.swift`: families of approximate posteriors, themselves models.
// - `Objectives/TraceELBO.swift`: the loss; `Optimization/GradientTransformation.swift`: its minimization.
// - `SVI/SVI.swift`: the loop, whose step is one recorded program; `SVI/SVIFit.swift`: its result.
// - `Training/Trainer.swift`: maximum likelihood by epochs of minibatches, with steps of the same loop.
// - `MCMC/MCMC.swift`: Markov chains of a `Sampler`; `MCMC/NUTS.swift` is the one to take.
// - `Approximation/ApproximationDiagnosis.swift`: whether a fitted guide, or any other approximation, can be believed.
// - `Laplace/Nested/NestedLaplace.swift`: Gaussian fields integrated by Newton's method at points of their hyperparameters.
// - `MaximumLikelihood/MaximumLikelihood.swift`: estimates without priors, their standard errors and intervals.
// - `Posterior/Posterior.swift`: the result of every backend; `Posterior/Summaries.swift`: its summaries.
// - `Prediction/Predictive.swift`: draws of every site of the model from the prior or the posterior.
//
// The folders depend on one another in one direction:
//
//     Posterior <- Target <- Optimization <- Gaussian <- { Guides, MCMC, MaximumLikelihood };   Posterior <- Prediction
//     { Guides, Objectives, Optimization, Prediction } <- SVI <- { Diagnostics, Training };   Guides <- Laplace
//     Diagnostics <- Approximation <- { Gaussian/Match, Pathfinder, Laplace/Nested };   MCMC <- Pathfinder
