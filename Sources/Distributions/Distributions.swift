// The catalogue of distributions, one family a file.
//
// Folders: Continuous (laws of one real number), Discrete (counts and categories), Multivariate
// (vectors and matrices), Directional (angles and directions), Wrappers (laws made from other laws),
// KLDivergence (pairs of laws).
//
// Read `Continuous/Normal.swift` first: every family has its shape. It keeps its parameters as they were
// given, so that a scalar scale is logged once and not once a site; its `batchShape` is their
// common shape; formulas follow the comment above the type and leave broadcasting to the
// operators. `GEV.swift` is the longest, since it is smooth through shape 0.
//
// Draws follow NumPyro's recipes operation by operation, so that one `RandomKey` gives its draws.
//
// Outside its support a log density is -infinity and its gradient exactly zero: `onSupport` swaps
// the argument for a harmless one before the formula sees it. A value that is not a number is
// outside every bounded support.
//
// To add a family, copy `Gumbel.swift`, and add a row to the table in
// `Tests/DistributionsTests/FamilyTests.swift`.
