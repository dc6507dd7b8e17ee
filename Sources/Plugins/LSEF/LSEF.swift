// LSEF: the locally stationary convolutional ensemble filter of Tsyrulnikov and Sotskiy (arXiv 2306.14318).
//
// A field is white noise through a kernel whose shape changes slowly from place to place; its covariances follow from
// one spectrum at each grid point, which is learnt from the variances of an ensemble in a few bands of wavenumbers.
//
// - `Domains/Domain.swift`: what the sphere and the circle have in common; `Sphere.swift`, `Circle.swift`.
// - `Model/ConvolutionModel.swift`: from local spectra to covariances, their square root W, and draws.
// - `Filters/FilterBank.swift`: band-pass filters; `BandVariances.swift`: what they see of an ensemble.
// - `Truth/ParametricTruth.swift`: random spectra to test estimators with.
// - `Diagnostics/`: how local the stationarity is, and what a covariance says about its kernel.
// - `Estimators/SpectrumModel.swift`: the network from band variances to spectra, as a probabilistic program;
//   `SpectrumSample.swift`, `SpectrumTraining.swift`, `SpectrumNetwork.swift`, `SpectrumNetworkFiles.swift`: its pairs,
//   training, use and files;
//   `ShapeFit.swift`, `BandVarianceFit.swift`: estimators without a network.
// - `Analysis/StaticReplicate.swift`: what the schemes of static analyses are compared on, `IsotropicCovariance.swift`: one of
//   them; analyses, priors and scores are those of the room Assimilation. `LocalSpectrumPrior.swift`: the prior of the cycled
//   filter.
// - `Experiments/Static/StaticStudy.swift`: figures 2 to 4; `Experiments/Cycle/CycleExperiment.swift`: filters against the
//   exact one, `CycleStudy.swift`: figures 5 and 6 from them, `CycleTraining.swift`: the network that they need.
// - `Experiments/Figures/`: the figures of the paper, with their numbers.
// - `LSEFPlugin.swift`: what the command line offers; `Commands/SpectrumCommand.swift`: `ppl fit lsef-spectrum`;
//   `Experiments/Static/StaticCommand.swift`, `Experiments/Cycle/CycleCommand.swift`: `ppl run`.
