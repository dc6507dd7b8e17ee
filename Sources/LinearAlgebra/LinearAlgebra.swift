// LinearAlgebra: dense matrices of thousands of rows, computed in place by OpenBLAS and LAPACK behind a safe face. For
// what is neither random nor differentiated; tensors are for the rest.
//
// - `Matrix.swift`: the value itself; what is computed with it stands in files beside it.
