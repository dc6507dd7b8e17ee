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
