// Fourier: discrete Fourier transforms of real signals by FFTW, behind a safe interface.
//
// What to read first:
//
// - `FourierTransform.swift`: the transform of signals of one length, and its inverse.
// - `CrossSpectra.swift`: second moments of Fourier coefficients, for the variance that passes a filter.
