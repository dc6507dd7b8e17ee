import CNumerics
import RealModule

/// The sine of every element, in radians.
public func sin(_ x: Tensor) -> Tensor {
  elementwise("sin", x, ppl_sin, PPL_OP_sin) { x, _ in cos(x) }
}

/// The cosine of every element, in radians.
public func cos(_ x: Tensor) -> Tensor {
  elementwise("cos", x, ppl_cos, PPL_OP_cos) { x, _ in -sin(x) }
}

/// The inverse tangent of every element, in (-π/2, π/2).
public func atan(_ x: Tensor) -> Tensor {
  elementwise("atan", x, { loop($0, $1, Double.atan) }) { x, _ in reciprocal(1 + square(x)) }
}

/// The hyperbolic tangent of every element.
public func tanh(_ x: Tensor) -> Tensor {
  elementwise("tanh", x, ppl_tanh, PPL_OP_tanh) { _, y in 1 - square(y) }
}
