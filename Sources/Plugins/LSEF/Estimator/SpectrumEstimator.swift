// SpectrumEstimator: local spectra estimated from the band variances of an ensemble, after Tsyrulnikov and Sotskiy
// (arXiv 2306.14318).
//
// - `Network/SpectrumModel.swift`: the network from band variances to spectra, as a probabilistic program, with its
//   `SpectrumArchitecture`, `SpectrumLayers` and `SpectrumLoss`; `SpectrumNetwork.swift`: its use;
//   `SpectrumNetworkFiles.swift`: its files.
// - `Training/SpectrumSample.swift`: the training pairs; `SpectrumTraining.swift`: the published settings of `Trainer`.
// - `Prior/LocalSpectrumPrior.swift`: the prior covariance of the cycled filter; `SquareRootCovariance+Estimated.swift`:
//   that of static analyses.
// - `Estimate/LocalSpectrumEstimate.swift`: spectra of an ensemble with intervals; `Network/SpectrumCalibration.swift`: the network's
//   stated error.
// - `Shapes/ShapeFit.swift`, `BandVarianceFit.swift`, `PseudoInversion.swift`: estimators without a network.
