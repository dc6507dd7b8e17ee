// The arithmetic kernels of Autodiff's operation table.
//
// Every kernel has one signature: `x` holds the operands, the output last; `n` the integers that the operation
// prepared when it was recorded (counts, extents, strides). Nothing here allocates, locks or keeps state.
#pragma once
#include <stddef.h>

typedef double *_Nonnull const *_Nonnull ppl_operands;
typedef const ptrdiff_t *_Nonnull ppl_integers;

#define PPL_DECLARE(name) void ppl_##name(ppl_operands x, ppl_integers n);

// Elementwise, one operand. n = {count}.
#define PPL_UNARY_KERNELS(K) \
  K(negate) K(absolute) K(sign) K(floor) K(exp) K(log) K(log1p) K(log1pratio) K(log1pratio_slope) K(expm1) K(sqrt) K(square) K(reciprocal) \
  K(sin) K(cos) K(tanh) K(sigmoid) K(softplus) K(erf) K(erfc) K(not) K(isfinite) K(isnan) K(copy)
PPL_UNARY_KERNELS(PPL_DECLARE)

// Elementwise, two operands broadcast together.
// n = {rank, extents[rank], strides of the first[rank], strides of the second[rank]}; a stride is 0 where it repeats.
#define PPL_BINARY_KERNELS(K) \
  K(add) K(subtract) K(multiply) K(divide) K(power) K(maximum) K(minimum) K(less) K(lessequal) K(equal) K(and) K(or)
PPL_BINARY_KERNELS(PPL_DECLARE)

// out = x[0] ? x[1] : x[2]. n = {rank, extents, strides of the three}.
PPL_DECLARE(select)

// out[i] = x[offset + i . strides], out contiguous.      n = {rank, offset, extents[rank], strides[rank]}
PPL_DECLARE(strided_read)
// out = 0, then out[offset + i . strides] += x[i].        n = {rank, offset, extents[rank], strides[rank], output count}
PPL_DECLARE(strided_add)
// out[i] = max over the axes whose stride is 0.           n as strided_add with offset 0; NaN if any element is.
PPL_DECLARE(strided_max)

// Functions with their derivatives: out holds the value, then each derivative.
// n = {rank, count, extents[rank], strides[rank] of each operand}; correlations have one contiguous operand.
PPL_DECLARE(gev_log_density)
PPL_DECLARE(matern12)
PPL_DECLARE(matern32)
PPL_DECLARE(matern52)
PPL_DECLARE(rbf)

// Draws from the key whose words are the operand: n = {count} and, for uniforms, the bit patterns of the bounds;
// for a key, the two words of the counter.
PPL_DECLARE(random_uniform)
PPL_DECLARE(random_normal)
PPL_DECLARE(random_key)

// The inverse of the error function, with the digits that normal draws have.
double ppl_erf_inverse(double x);

// The lower Cholesky factor of row-major matrices, and its reverse mode.
PPL_DECLARE(cholesky)
PPL_DECLARE(cholesky_reverse)
