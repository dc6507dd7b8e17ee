// Inference: from a model and data to a posterior. It sees models, traces and log densities, and never asks which
// distribution it has.
//
// What to read first:
//
// - `Target/LogJoint.swift`: a model as a function on unconstrained space; `Target/LogDensity.swift`: the same function of
//   one vector, compiled, where optimizers and samplers live.
// - `Guides/Guide.swift` and `Guides/AutoNormal.swift`: families of approximate posteriors, themselves models.
// - `Objectives/TraceELBO.swift`, `Optimization/GradientTransformation.swift`: what is minimized, and how.
// - `SVI/SVI.swift`: the loop, one recorded program a step; `SVI/SVIFit.swift`: what it leaves.
// - `Training/Trainer.swift`: maximum likelihood by epochs of minibatches, with steps of the same loop.
// - `Posterior/Posterior.swift`: what every backend returns; `Posterior/Summaries.swift`: what is said of it.
// - `Prediction/Predictive.swift`: draws from the prior or the posterior, every site of the model with them.
