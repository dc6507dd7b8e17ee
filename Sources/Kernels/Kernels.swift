// Kernels: covariance functions and Gaussian processes.
//
// What to read first:
//
// - `Kernel.swift`: what a covariance function is, and how they add, multiply and scale.
// - `StationaryKernel.swift`: those that depend on the scaled distance alone; one gives its profile and no more.
// - `GaussianProcess.swift`: a kernel at inputs is a distribution; whitened, it is what a model samples.
// - `Operators/SumKronecker.swift`: the covariance of two fields over places and times, kept as four factors.
