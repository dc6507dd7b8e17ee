// LinearAlgebra: matrices of thousands of rows, computed in place by OpenBLAS and LAPACK behind a safe face. For what is
// neither random nor differentiated; tensors are for the rest.
//
// - `Matrix.swift`: the value itself. `Matrix+Products.swift`, `Matrix+Parts.swift`: what is computed with it.
// - `CholeskyFactor.swift`: factors and solves, in the memory of the matrix that they are made from.
// - `SparseMatrix.swift`: rows of the entries that count.
// - `CyclicTridiagonalFactor.swift`, `Matrix+Cyclic.swift`: what lives on a circle.
// - `LinearMap.swift`: what both can do with vectors; `ConjugateGradients.swift` needs nothing else.
// - `SymmetricEigen.swift`: eigenvalues and functions of symmetric matrices. `Matrix+Columns.swift`: rows as members of an
//   ensemble.
