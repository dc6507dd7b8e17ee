import LinearAlgebra
import PPL

/// Standard normal numbers in rows.
public func normalMatrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
  Matrix(rows: rows, columns: columns, RandomKey(seed).normal([rows, columns]).scalars)
}
