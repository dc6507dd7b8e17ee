// Correlations as functions of the scaled distance, each with its slope: out = the values, then the slopes.
#include "CKernels.h"

#include "kernel.h"
#include "vector_math.h"

// `far` keeps the product of a large and a vanished factor 0. n = {rank, count, ...}.
#define CORRELATION(name, rate, exponent, value, slope)                    \
  KERNEL ppl_##name(ppl_operands x, ppl_integers n) {                      \
    const ptrdiff_t count = n[1];                                          \
    const double *a = x[0];                                                \
    double *values = x[1], *slopes = x[1] + count;                         \
    EACH for (ptrdiff_t i = 0; i < count; i++) {                           \
      const double scaled = (rate) * a[i], b = scaled > 1e5 ? 1e5 : scaled; \
      const double e = vector_exp(exponent);                               \
      values[i] = (value);                                                 \
      slopes[i] = (slope);                                                 \
    }                                                                      \
  }
static const double root3 = 0x1.bb67ae8584caap0, root5 = 0x1.1e3779b97f4a8p1;
CORRELATION(matern12, 1, -b, e, -e)
CORRELATION(matern32, root3, -b, (1 + b) * e, -root3 * b * e)
CORRELATION(matern52, root5, -b, (1 + b + b * b * (1.0 / 3)) * e, (-root5 / 3) * b * (1 + b) * e)
CORRELATION(rbf, 1, -0.5 * (b * b), e, -b * e)
