// PPLTestKit: what every distribution, kernel, sampler and derivative must satisfy, as functions for tests of any package.
//
// What to read first:
//
// - `Family.swift`: a row of a table of distributions; `ExpectDistribution.swift`: its checks, `ExpectCounts.swift` for counts.
// - `ExpectKernel.swift`, `ExpectSampler.swift` and `ExpectGradient.swift`: the same for kernels, samplers and gradients.
// - `ExpectClose.swift` compares numbers; `ExpectMessage.swift` finds the sentence of a process that ended.
