// SpectralFields: random fields on the sphere and the circle with local spectra, after Tsyrulnikov and Sotskiy
// (arXiv 2306.14318).
//
// A field is white noise through a kernel whose shape changes slowly from place to place; its covariances follow from
// one spectrum at each grid point. Nothing here needs a plugin, a model or an inference.
//
// - `Domains/HarmonicDomain.swift`: what the sphere and the circle have in common; `Sphere.swift`, `Circle.swift`, and the
//   transforms that they stand on.
// - `Model/ConvolutionModel.swift`: from local spectra to covariances, their square root W, and draws;
//   `IsotropicCovariance.swift`: the covariance of one spectrum at all points.
// - `Filters/FilterBank.swift`: band-pass filters; `BandVariances.swift`: the variances of an ensemble in each band.
// - `Truth/ParametricTruth.swift`: random spectra to test estimators with; `DrawnEnsemble.swift`: an ensemble from them.
// - `Diagnostics/`: how local the stationarity is, and what a covariance says about its kernel.
