// LSEF: the locally stationary convolutional ensemble filter of Tsyrulnikov and Sotskiy (arXiv 2306.14318), its plugin and
// the experiments of the paper. The fields are those of the module SpectralFields, the estimator of spectra is
// SpectrumEstimator; analyses, filters and scores are those of Assimilation.
//
// - `LSEFPlugin.swift`: the plugin.
// - `Spectrum/SpectrumCommand.swift`: `ppl fit lsef-spectrum`, by `TrainedSpectrum.swift` or `BayesianSpectrum.swift`.
// - `Static/StaticCommand.swift`: `ppl run lsef-static`, Figures 2 to 4; `StaticReplicate.swift`: a truth with its ensemble
//   and its observations.
// - `Cycle/CycleCommand.swift`: `ppl run lsef-cycle`, Figures 5 and 6; `CycleExperiment.swift`: filters compared with the
//   exact one; `CycleTraining.swift`: the training of their network.
// - `Models/ModelCommand.swift`: `ppl run lsef-models`, LSEF on Lorenz-96 and others; `ModelTraining.swift`: the training along
//   runs of a model.
// - `Theory/TheoryCommand.swift`: `ppl run lsef-theory`, appendices C to F and Figure 7.
// - `Comparison/`: the common part of static and cycled experiments: `Sweep`, `StudyRun`, `PointScores`, `ComparisonReport`.
// - `Tool/`: `ppl lsef spectra`, `analyse` and `train`, on own ensembles.
// - `Figures/`: other figures of the paper, with their numbers.
