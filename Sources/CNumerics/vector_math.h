// Elementary functions that compile to straight-line code, so that a loop over them runs in vector registers.
//
// Range reduction by the bits of the number, then a polynomial; special values by selection. Errors are stated for the
// build with fused multiply-add, and tested against the scalar library.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

INLINE int64_t bits_of(double x) {
  int64_t i;
  memcpy(&i, &x, sizeof i);
  return i;
}
INLINE double double_of(int64_t i) {
  double x;
  memcpy(&x, &i, sizeof x);
  return x;
}

static const double log2_e = 0x1.71547652b82fep0;
static const double ln2_high = 0x1.62e42fee00000p-1;  // 21 trailing zeros: k * ln2_high is exact
static const double ln2_low = 0x1.a39ef35793c76p-33;
static const double round_shift = 0x1.8p52;  // adding it rounds to a whole number, which is then in the low bits

// 2^k for whole k in [-1022, 1023].
INLINE double power_of_two(double k) { return double_of(bits_of(k + (round_shift + 1023)) << 52); }

// e^r with x = k log(2) + r, |r| <= log(2)/2: Taylor's polynomial of degree 13 (remainder below 2^-57).
INLINE double exp_reduced(double x, double *k) {
  *k = (x * log2_e + round_shift) - round_shift;
  const double r = (x - *k * ln2_high) - *k * ln2_low;
  const double r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
  const double a = (0x1.5555555555555p-3 * r + 0.5) * r2 + (r + 1);                       // 1 + r + r^2/2! + r^3/3!
  const double b = (0x1.a01a01a01a01ap-13 * r + 0x1.6c16c16c16c17p-10) * r2 + (0x1.1111111111111p-7 * r + 0x1.5555555555555p-5);
  const double c = (0x1.ae64567f544e4p-26 * r + 0x1.27e4fb7789f5cp-22) * r2 + (0x1.71de3a556c734p-19 * r + 0x1.a01a01a01a01ap-16);
  const double d = 0x1.6124613a86d09p-33 * r + 0x1.1eed8eff8d898p-29;
  return (d * r4 + c) * r8 + (b * r4 + a);
}

// e^x, at most 2.1 ulp.
INLINE double vector_exp(double x) {
  const double below = x > 710 ? 710 : x, y = below < -746 ? -746 : below;
  double k;
  const double p = exp_reduced(y, &k);
  // In two steps, so that results near the ends of the range are rounded once.
  const double half = (k * 0.5 + round_shift) - round_shift;
  return p * power_of_two(half) * power_of_two(k - half);
}

// e^x for x in [-708, 709], where neither the result nor 2^k leaves the normal numbers.
INLINE double vector_exp_within(double x) {
  double k;
  const double p = exp_reduced(x, &k);
  return p * power_of_two(k);
}

// e^x - 1, at most 2 ulp: 2^k (e^r - 1) + (2^k - 1) with the reduction of e^x, where for k = 0 the polynomial is all.
INLINE double vector_expm1(double x) {
  const double below = x > 710 ? 710 : x, y = below < -746 ? -746 : below;
  const double k = (y * log2_e + round_shift) - round_shift;
  const double r = (y - k * ln2_high) - k * ln2_low;
  const double r2 = r * r, r4 = r2 * r2;
  const double a = 0x1.5555555555555p-3 * r + 0.5;
  const double b = (0x1.a01a01a01a01ap-13 * r + 0x1.6c16c16c16c17p-10) * r2 + (0x1.1111111111111p-7 * r + 0x1.5555555555555p-5);
  const double c = (0x1.ae64567f544e4p-26 * r + 0x1.27e4fb7789f5cp-22) * r2 + (0x1.71de3a556c734p-19 * r + 0x1.a01a01a01a01ap-16);
  const double d = 0x1.6124613a86d09p-33 * r + 0x1.1eed8eff8d898p-29;
  const double p = r + r2 * (a + r2 * (b + r4 * (c + r4 * d)));
  // 2^k in two factors, as it may lie beyond the range where the result does not.
  const double half = (k * 0.5 + round_shift) - round_shift, first = power_of_two(half);
  const double value = (p * first + (first - power_of_two(half - k))) * power_of_two(k - half);
  return x == 0 ? x : value;
}

// tanh x, at most 3 ulp: -u / (2 + u) with u = e^(-2|x|) - 1, which is never large.
INLINE double vector_tanh(double x) {
  const double u = vector_expm1(-2 * fabs(x));
  return copysign(u / (2 + u), x);
}

// (atanh(s)/s - 1) / s^2 in z = s^2 for |s| <= 3 - 2 sqrt(2), times 2.
// Coefficients: Sun Microsystems, fdlibm e_log.c, minimax.
INLINE double atanh_tail(double z) {
  const double z2 = z * z;
  const double low = (0x1.999999997fa04p-2 * z + 0x1.5555555555593p-1);
  const double mid = (0x1.c71c51d8e78afp-3 * z + 0x1.2492494229359p-2);
  const double high = (0x1.39a09d078c69fp-3 * z + 0x1.7466496cb03dep-3) + 0x1.2f112df3e5244p-3 * z2;
  return (high * z2 + mid) * z2 + low;
}

// log(m 2^k) for m in [sqrt(1/2), sqrt(2)], and `tail` added to the result in its low part.
INLINE double log_reduced(double m, double k, double tail) {
  const double f = m - 1, s = f / (2 + f), z = s * s, half = 0.5 * f * f;
  const double rest = s * (half + z * atanh_tail(z)) + (k * ln2_low + tail);
  return k * ln2_high - ((half - rest) - f);
}

// Splits positive, normal x into m in [sqrt(1/2), sqrt(2)] and k with x = m 2^k.
INLINE double split_normal(double x, double *k) {
  const int64_t least = 0x3fe6a09e667f3bce, one = 0x3ff0000000000000;  // of m
  const int64_t i = bits_of(x) + (one - least);
  // The exponent field as a double: placed in the low bits of 2^52.
  *k = double_of((int64_t)((uint64_t)i >> 52) | 0x4330000000000000) - (0x1p52 + 1023);
  return double_of((i & 0x000fffffffffffff) + least);
}

// The same for all positive x.
INLINE double split(double x, double *k) {
  const int is_small = x < 0x1p-1022;
  double power;
  const double m = split_normal(is_small ? x * 0x1p54 : x, &power);
  *k = power - (is_small ? 54 : 0);
  return m;
}

INLINE double log_special(double x, double result) {
  const double ends = x == 0 ? -INFINITY : result, top = x == INFINITY ? INFINITY : ends;
  return x < 0 || x != x ? NAN : top;
}

// log x, at most 1 ulp.
INLINE double vector_log(double x) {
  double k;
  const double m = split(x, &k);
  return log_special(x, log_reduced(m, k, 0));
}

// log x for positive, normal x, with the same digits.
INLINE double vector_log_normal(double x) {
  double k;
  const double m = split_normal(x, &k);
  return log_reduced(m, k, 0);
}

// log(1 + x), at most 2 ulp: the logarithm of the rounded sum, corrected by what rounding lost.
INLINE double vector_log1p(double x) {
  const double u = 1 + x, lost = fabs(x) > 1 ? 1 - (u - x) : x - (u - 1);
  double k;
  const double m = split(u, &k);
  const double value = log_special(u, log_reduced(m, k, lost / u));
  // Below 2^-54 the sum is 1 and x is the answer; it keeps the sign of zero.
  return fabs(x) < 0x1p-54 ? x : value;
}

// log(1 + x^2), also where the square overflows: there it is log((x / 2^512)^2) + 1024 log 2.
INLINE double log1p_square(double x) {
  const int is_far = fabs(x) > 0x1p508;
  const double scaled = is_far ? x * 0x1p-512 : x;
  const double value = vector_log1p(scaled * scaled - (is_far ? 1 : 0));
  return is_far ? value + 709.782712893384 : value;
}

// 2 x / (1 + x^2), of 1 / x where that is the smaller one.
INLINE double log1p_square_slope(double x) {
  const double u = fabs(x) > 1 ? 1 / x : x;
  return 2 * u / (1 + u * u);
}

// phi(x) = log(1 + x) / x, 1 at 0.
INLINE double log1p_ratio(double x) {
  const double safe = x == 0 ? 1 : x, ratio = vector_log1p(safe) / safe;
  return x == 0 ? 1 : x == INFINITY ? 0 : ratio;
}

// phi'(x) = (1/(1 + x) - phi(x)) / x. Near 0, where that cancels, with u = x / (2 + x) and log(1 + x) = 2 atanh(u):
//     phi' = -(1 - u)^2 / (2 (1 + u)) (A + u B),    B = (atanh(u)/u - 1) / u^2,  A = 1 + u^2 B
INLINE double log1p_ratio_slope(double x) {
  const double u = x / (2 + x), z = u * u, B = 0.5 * atanh_tail(z);
  const double near = -(1 - u) * (1 - u) / (2 * (1 + u)) * (1 + z * B + u * B);
  const double safe = x == 0 ? 1 : x, far = (1 / (1 + safe) - vector_log1p(safe) / safe) / safe;
  const double value = fabs(u) < 0.1715 ? near : far;
  return x == -1 ? -INFINITY : x == INFINITY ? 0 : value;
}

// log(a / b), where the quotient may be beyond the range of a double.
INLINE double log_quotient(double a, double b) {
  const int over = a * 0x1p-900 > b, under = a < b * 0x1p-900;
  const double scale = over ? 0x1p-600 : under ? 0x1p600 : 1;
  return vector_log(a * scale / (b / scale)) + (over ? 0x1.9fe3682cd3be4p+9 : under ? -0x1.9fe3682cd3be4p+9 : 0);  // 1200 log 2
}

// log(a / b), at most 2 ulp also where the quotient is near 1: with v = (a - b) / (a + b) it is 2 atanh(v).
INLINE double log_ratio(double a, double b) {
  const double v = (a - b) / (a + b), z = v * v, near = v * (2 + z * atanh_tail(z));
  const double far = log_quotient(a, b);
  return fabs(v) < 0.1715 ? near : far;
}

// k log(k / m) + m - k for k, m >= 0. Near k = m, with v = (m - k) / (m + k) and u = m/k - 1:
//     log(1 + u) - u = -u v + v^3 T,    T = (2 atanh(v) / v - 2) / v^2
// (Loader 2000, eq. 3, which sums the same series.)
INLINE double vector_deviance(double k, double m) {
  const double excess = m - k, v = excess / (m + k), z = v * v, near = v * (excess - k * z * atanh_tail(z));
  const double far = k * log_quotient(k, m) + excess;
  return k == 0 || m == INFINITY ? m : fabs(v) < 0.1715 ? near : far;
}

// The same for an m that may be rounded to 0 or to infinity, or be denormal, by its logarithm l.
INLINE double log_deviance(double k, double m, double l) {
  const int known = m >= 0x1p-1022 && m < INFINITY;
  const double excess = m - k, v = excess / (m + k), z = v * v, near = v * (excess - k * z * atanh_tail(z));
  const double far = k * (log_quotient(k, known ? m : 1) - (known ? 0 : l)) + excess;
  return k == 0 || m == INFINITY ? m : known && fabs(v) < 0.1715 ? near : far;
}

INLINE double vector_sigmoid(double v) {
  const double e = vector_exp(-fabs(v)), denominator = 1 + e;
  return (v >= 0 ? 1 : e) / denominator;
}
INLINE double vector_softplus(double v) { return (v < 0 ? 0 : v) + vector_log1p(vector_exp(-fabs(v))); }
