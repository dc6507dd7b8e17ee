// SpectralFields: random fields on the sphere and the circle with local spectra, after Tsyrulnikov and Sotskiy
// (arXiv 2306.14318).
//
// A field is white noise convolved with a kernel whose shape changes slowly from place to place; its covariances follow from
// one spectrum at each grid point. This module needs no plugin, model or inference.
//
// - `Domains/HarmonicDomain.swift`: the common protocol of sphere and circle; `Sphere.swift`, `Circle.swift`, and their
//   transforms.
// - `Model/ConvolutionModel.swift`: from local spectra to covariances, their square root W, and draws;
//   `IsotropicCovariance.swift`: the covariance of one spectrum at all points.
// - `Filters/FilterBank.swift`: band-pass filters; `BandVariances.swift`: the variances of an ensemble in each band.
// - `Truth/ParametricTruth.swift`: random spectra to test estimators with; `DrawnEnsemble.swift`: an ensemble from them.
// - `Diagnostics/`: the length scale and strength of non-stationarity.
