#include "CNumerics.h"

#include "kernel.h"
#include "vector_math.h"

// MARK: one operand

#define UNARY(name, expression) UNARY_LOOP(name, expression, EACH)
// Those that call the scalar library.
#define UNARY_CALL(name, expression) UNARY_LOOP(name, expression, )
#define UNARY_LOOP(name, expression, each)               \
  KERNEL ppl_##name(ppl_operands x, ppl_integers n) {    \
    const double *a = x[0];                              \
    double *out = x[1];                                  \
    const ptrdiff_t count = n[0];                        \
    each for (ptrdiff_t i = 0; i < count; i++) {         \
      const double v = a[i];                             \
      out[i] = (expression);                             \
    }                                                    \
  }
UNARY(negate, -v)
UNARY(absolute, fabs(v))
UNARY(sign, v != v ? v : (v > 0) - (v < 0))
UNARY(floor, floor(v))
UNARY(exp, vector_exp(v))
UNARY(log, vector_log(v))
UNARY(log1p, vector_log1p(v))
UNARY(log1pratio, log1p_ratio(v))
UNARY(log1pratio_slope, log1p_ratio_slope(v))
UNARY(expm1, vector_expm1(v))
UNARY(sqrt, __builtin_elementwise_sqrt(v))
UNARY(square, v * v)
UNARY(reciprocal, 1 / v)
UNARY_CALL(sin, sin(v))
UNARY_CALL(cos, cos(v))
UNARY(tanh, vector_tanh(v))
UNARY(sigmoid, vector_sigmoid(v))
UNARY(softplus, vector_softplus(v))
UNARY_CALL(erf, erf(v))
UNARY_CALL(erfc, erfc(v))
UNARY(not, v == 0)
UNARY(isfinite, isfinite(v) ? 1 : 0)
UNARY(isnan, v != v)
UNARY(copy, v)

// MARK: two operands

#define ROW(each, step_a, step_b, expression)    \
  each for (ptrdiff_t i = 0; i < count; i++) {   \
    const double a = pa[i * (step_a)];           \
    const double b = pb[i * (step_b)];           \
    out[i] = (expression);                       \
  }

#define BINARY(name, expression) BINARY_LOOP(name, expression, EACH)
#define BINARY_CALL(name, expression) BINARY_LOOP(name, expression, )
#define BINARY_LOOP(name, expression, each)                                                     \
  KERNEL ppl_##name(ppl_operands x, ppl_integers n) {                                \
    const ptrdiff_t rank = n[0];                                                     \
    ppl_integers extents = n + 1;                                                    \
    const ptrdiff_t *const strides[2] = {extents + rank, extents + 2 * rank};        \
    ptrdiff_t index[max_rank] = {0}, offsets[2] = {0};                               \
    const ptrdiff_t count = extents[rank - 1];                                       \
    const ptrdiff_t sa = strides[0][rank - 1], sb = strides[1][rank - 1];            \
    double *out = x[2];                                                              \
    do {                                                                             \
      const double *pa = x[0] + offsets[0], *pb = x[1] + offsets[1];                 \
      if (sa == 1 && sb == 1) {                                                      \
        ROW(each, 1, 1, expression)                                                        \
      } else if (sa == 1 && sb == 0) {                                               \
        ROW(each, 1, 0, expression)                                                        \
      } else if (sa == 0 && sb == 1) {                                               \
        ROW(each, 0, 1, expression)                                                        \
      } else {                                                                       \
        ROW(, sa, sb, expression)                                                      \
      }                                                                              \
      out += count;                                                                  \
    } while (next_row(rank, extents, index, 2, strides, offsets));                   \
  }
BINARY(add, a + b)
BINARY(subtract, a - b)
BINARY(multiply, a *b)
BINARY(divide, a / b)
BINARY_CALL(power, pow(a, b))
BINARY(maximum, a != a || a > b ? a : b)
BINARY(minimum, a != a || a < b ? a : b)
BINARY(less, a < b)
BINARY(lessequal, a <= b)
BINARY(equal, a == b)
BINARY(and, a != 0 && b != 0)
BINARY(or, a != 0 || b != 0)

// MARK: three operands

KERNEL ppl_select(ppl_operands x, ppl_integers n) {
  const ptrdiff_t rank = n[0];
  ppl_integers extents = n + 1;
  const ptrdiff_t *const strides[3] = {extents + rank, extents + 2 * rank, extents + 3 * rank};
  ptrdiff_t index[max_rank] = {0}, offsets[3] = {0};
  const ptrdiff_t count = extents[rank - 1];
  const ptrdiff_t sc = strides[0][rank - 1], sa = strides[1][rank - 1], sb = strides[2][rank - 1];
  double *out = x[3];
  do {
    const double *c = x[0] + offsets[0], *a = x[1] + offsets[1], *b = x[2] + offsets[2];
    if (sc == 1 && sa == 1 && sb == 1) {
      EACH for (ptrdiff_t i = 0; i < count; i++) out[i] = c[i] != 0 ? a[i] : b[i];
    } else if (sc == 1 && sa == 1 && sb == 0) {
      EACH for (ptrdiff_t i = 0; i < count; i++) out[i] = c[i] != 0 ? a[i] : b[0];
    } else if (sc == 1 && sa == 0 && sb == 1) {
      EACH for (ptrdiff_t i = 0; i < count; i++) out[i] = c[i] != 0 ? a[0] : b[i];
    } else {
      for (ptrdiff_t i = 0; i < count; i++) out[i] = c[i * sc] != 0 ? a[i * sa] : b[i * sb];
    }
    out += count;
  } while (next_row(rank, extents, index, 3, strides, offsets));
}

// MARK: strided views and their adjoints

KERNEL ppl_strided_read(ppl_operands x, ppl_integers n) {
  const ptrdiff_t rank = n[0];
  ppl_integers extents = n + 2;
  const ptrdiff_t *const strides[1] = {extents + rank};
  ptrdiff_t index[max_rank] = {0}, offsets[1] = {n[1]};
  const ptrdiff_t count = extents[rank - 1], step = strides[0][rank - 1];
  double *out = x[1];
  do {
    const double *a = x[0] + offsets[0];
    if (step == 1) {
      memcpy(out, a, (size_t)count * sizeof(double));
    } else {
      for (ptrdiff_t i = 0; i < count; i++) out[i] = a[i * step];
    }
    out += count;
  } while (next_row(rank, extents, index, 1, strides, offsets));
}

// Eight running sums: short dependency chains, and a fixed order whatever the vector width.
INLINE double sum_row(const double *a, ptrdiff_t count) {
  double s[8] = {0};
  ptrdiff_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (int k = 0; k < 8; k++) s[k] += a[i + k];
  for (; i < count; i++) s[i & 7] += a[i];
  return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
}

KERNEL ppl_strided_add(ppl_operands x, ppl_integers n) {
  const ptrdiff_t rank = n[0];
  ppl_integers extents = n + 2;
  const ptrdiff_t *const strides[1] = {extents + rank};
  ptrdiff_t index[max_rank] = {0}, offsets[1] = {n[1]};
  const ptrdiff_t count = extents[rank - 1], step = strides[0][rank - 1];
  const double *a = x[0];
  memset(x[1], 0, (size_t)n[2 + 2 * rank] * sizeof(double));
  do {
    double *out = x[1] + offsets[0];
    if (step == 0) {
      *out += sum_row(a, count);
    } else if (step == 1) {
      for (ptrdiff_t i = 0; i < count; i++) out[i] += a[i];
    } else {
      for (ptrdiff_t i = 0; i < count; i++) out[i * step] += a[i];
    }
    a += count;
  } while (next_row(rank, extents, index, 1, strides, offsets));
}

KERNEL ppl_strided_max(ppl_operands x, ppl_integers n) {
  const ptrdiff_t rank = n[0];
  ppl_integers extents = n + 2;
  const ptrdiff_t *const strides[1] = {extents + rank};
  ptrdiff_t index[max_rank] = {0}, offsets[1] = {n[1]};
  const ptrdiff_t count = extents[rank - 1], step = strides[0][rank - 1];
  const double *a = x[0];
  for (ptrdiff_t i = 0; i < n[2 + 2 * rank]; i++) x[1][i] = -INFINITY;
  do {
    double *out = x[1] + offsets[0];
    for (ptrdiff_t i = 0; i < count; i++) {
      const double v = a[i], m = out[i * step];
      out[i * step] = v != v || v > m ? v : m;
    }
    a += count;
  } while (next_row(rank, extents, index, 1, strides, offsets));
}
