// Kernels: covariance functions and Gaussian processes.
//
// What to read first:
//
// - `Kernel.swift`: covariance functions, and their sums, products and scalings.
// - `StationaryKernel.swift`: those that depend on the scaled distance alone; each provides its profile only.
// - `GaussianProcess.swift`: the distribution given by a kernel at inputs; a model samples it whitened.
// - `Operators/SumKronecker.swift`: the covariance of two fields over places and times, stored as four factors.
