// Probability distributions, one family in each file.
//
// Folders: Continuous (one real number), Discrete (counts and categories), Multivariate (vectors and
// matrices), Directional (angles and directions), Wrappers (distributions made from others), KLDivergence
// (pairs of distributions), Sampling (draws of random keys, as recorded operations).
//
// Read `Continuous/Normal.swift` first: every family is built like it. It keeps its parameters as
// given, so that the logarithm of a scalar scale is computed once and not for each element; its
// `batchShape` is their common shape; formulas follow the comment above the type and leave
// broadcasting to the operators. `GEV.swift` is the longest, because it is smooth through shape 0.
//
// Draws follow NumPyro's algorithms operation by operation, so that one `RandomKey` gives the same draws.
//
// Outside its support a log density is -infinity and its gradient exactly zero: `onSupport` replaces
// the argument by one inside before the formula is applied. A value that is not a number is
// outside every bounded support.
//
// To add a family, see CONTRIBUTING.md.
