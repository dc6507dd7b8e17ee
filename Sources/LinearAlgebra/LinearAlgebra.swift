// LinearAlgebra: matrices of thousands of rows, computed in place by OpenBLAS and LAPACK behind a safe interface. It
// is for computations that are neither random nor differentiated; tensors are for all others.
//
// - `Matrix.swift`: the matrix. `Matrix+Products.swift`, `Matrix+Parts.swift`: its operations.
// - `CholeskyFactor.swift`: factorization and solution, in the memory of the given matrix.
// - `SparseMatrix.swift`: compressed rows.
// - `CyclicTridiagonalFactor.swift`, `Matrix+Cyclic.swift`: matrices of unknowns on a circle.
// - `LinearMap.swift`: the products of both with vectors; `ConjugateGradients.swift` needs nothing else.
// - `SymmetricEigen.swift`: eigenvalues and functions of symmetric matrices. `Matrix+Columns.swift`: statistics of rows
//   that are members of an ensemble.
