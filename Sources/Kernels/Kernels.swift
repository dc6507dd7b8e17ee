// Kernels: covariance functions and Gaussian processes.
//
// What to read first:
//
// - `Kernel.swift`: covariance functions, and their sums, products and scalings.
// - `StationaryKernel.swift`: those that depend on the scaled distance alone; each provides its profile only.
// - `Metrics/Metric.swift`: the distance that they are functions of, Euclidean unless a kernel says otherwise.
// - `GaussianProcess.swift`: the distribution given by a kernel at inputs; a model samples it whitened.
// - `Operators/StructuredCovariance.swift`: covariances stored by their structure; `Operators/SumKronecker.swift`: the one of
//   several fields over places and times, `Operators/GridNormal.swift` the distribution of their noisy values.
