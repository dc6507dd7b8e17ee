// Kernels: covariance functions and Gaussian processes.
//
// What to read first:
//
// - `Kernel.swift`: covariance functions, and their sums, products and scalings.
// - `StationaryKernel.swift`: those that depend on the scaled distance alone; each provides its profile only.
// - `Metrics/Metric.swift`: the distance that they are functions of, Euclidean unless a kernel says otherwise.
// - `GaussianProcess.swift`: the distribution given by a kernel at inputs; a model samples it whitened.
// - `Operators/SumKronecker.swift`: the covariance of two fields over places and times, stored as four factors.
