// Draws of the counter-based generator Threefry-2x32 with 20 rounds; digits as JAX's.
//
// Reference: Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC '11.
#include "CNumerics.h"

#include "erf_inverse.h"
#include "kernel.h"
#include "vector_math.h"

enum { block = 256 };

#define ROUND(r)                           \
  x0 += x1;                                \
  x1 = (x1 << (r) | x1 >> (32 - (r))) ^ x0;
#define ROUNDS_A ROUND(13) ROUND(15) ROUND(26) ROUND(6)
#define ROUNDS_B ROUND(17) ROUND(29) ROUND(16) ROUND(24)
#define KEY(a, b, step) \
  x0 += (a);            \
  x1 += (b) + (step);

INLINE void cipher(uint32_t k0, uint32_t k1, uint32_t c0, uint32_t c1, uint32_t *high, uint32_t *low) {
  const uint32_t k2 = k0 ^ k1 ^ 0x1BD11BDA;
  uint32_t x0 = c0 + k0, x1 = c1 + k1;
  ROUNDS_A KEY(k1, k2, 1) ROUNDS_B KEY(k2, k0, 2) ROUNDS_A KEY(k0, k1, 3) ROUNDS_B KEY(k1, k2, 4) ROUNDS_A KEY(k2, k0, 5)
  *high = x0;
  *low = x1;
}

// Uniform numbers at the counters from `first`: the upper 52 bits of a block as those of a number in [1, 2), less 1;
// stretched to the range without fused operations, whose digits would be others.
INLINE void uniform_block(const double *key, uint64_t first, ptrdiff_t count, double low, double high, double *out) {
#pragma STDC FP_CONTRACT OFF
  const uint32_t k0 = (uint32_t)key[0], k1 = (uint32_t)key[1];
  const double width = high - low;
  uint32_t upper[block], lower[block];
  EACH for (ptrdiff_t i = 0; i < count; i++) {
    const uint64_t n = first + (uint64_t)i;
    cipher(k0, k1, (uint32_t)(n >> 32), (uint32_t)n, upper + i, lower + i);
  }
  EACH for (ptrdiff_t i = 0; i < count; i++) {
    const uint64_t word = (uint64_t)upper[i] << 32 | lower[i];
    const double u = (double_of((int64_t)(word >> 12 | 0x3ff0000000000000)) - 1) * width + low;
    out[i] = u < low ? low : u;
  }
}

// n = {count, bit patterns of the bounds}.
KERNEL ppl_random_uniform(ppl_operands x, ppl_integers n) {
  const double low = double_of(n[1]), high = double_of(n[2]);
  for (ptrdiff_t start = 0; start < n[0]; start += block) {
    const ptrdiff_t count = n[0] - start < block ? n[0] - start : block;
    uniform_block(x[0], (uint64_t)start, count, low, high, x[1] + start);
  }
}

// Normal numbers by inversion of uniform ones on (-1, 1), in place; the tails, a tenth of them, in a pass of their own.
INLINE void normal_block(double *out, ptrdiff_t count) {
  double tail[block];
  uint16_t place[block];
  ptrdiff_t tails = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    tail[tails] = out[i];
    place[tails] = (uint16_t)i;
    tails += fabs(out[i]) >= erf_inverse_tail;
  }
  EACH for (ptrdiff_t i = 0; i < count; i++) {
    const double x = out[i], w = -vector_log_normal(1 - x * x);
    out[i] = x == 0 ? x : 0x1.6a09e667f3bcdp0 * erf_inverse_central(x, w);
  }
  EACH for (ptrdiff_t k = 0; k < tails; k++)
    tail[k] = 0x1.6a09e667f3bcdp0 * erf_inverse_of_tail(tail[k], -vector_log_normal(1 - fabs(tail[k])));
  for (ptrdiff_t k = 0; k < tails; k++) out[place[k]] = tail[k];
}

// n = {count}.
KERNEL ppl_random_normal(ppl_operands x, ppl_integers n) {
  for (ptrdiff_t start = 0; start < n[0]; start += block) {
    const ptrdiff_t count = n[0] - start < block ? n[0] - start : block;
    double *out = x[1] + start;
    uniform_block(x[0], (uint64_t)start, count, -0x1.fffffffffffffp-1, 1, out);
    normal_block(out, count);
  }
}

// The words of the key at the 64-bit counter. n = {upper word, lower word}.
void ppl_random_key(ppl_operands x, ppl_integers n) {
  uint32_t high, low;
  cipher((uint32_t)x[0][0], (uint32_t)x[0][1], (uint32_t)n[0], (uint32_t)n[1], &high, &low);
  x[1][0] = high;
  x[1][1] = low;
}

CLONED double ppl_erf_inverse(double x) { return vector_erf_inverse(x); }
