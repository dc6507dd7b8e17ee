// The inverse of the error function as straight-line code.
#pragma once
#include "vector_math.h"

// erf^-1 x, at most 2 ulp; infinite at -1 and 1, NaN outside.
//
//     |x| < 0.9:   x (sqrt(pi)/2 + w C(w)),              w = -log(1 - x^2)
//     elsewhere:   r + T(1 / (r + 2) - 13/64),           r = sqrt(-log(1 - |x|))
//
// The choice of w as Giles (2011), "Approximating the erfinv function", GPU Computing Gems 2; C and T, of degrees 13 and
// 19, interpolate 40-digit values at Chebyshev points, with relative errors below 2^-57 and 2^-55.
//
// Each part alone takes w. The tail is a tenth of uniform numbers, but costs a root and a division.
static const double erf_inverse_tail = 0.9;

INLINE double erf_inverse_central(double x, double w) {
  const double w2 = w * w;
  const double c_odd =
      ((((((-0x1.be9d43197ce71p-40 * w2 - 0x1.f5ecf7bcc5a4fp-36) * w2 + 0x1.9738e07790907p-31) * w2 - 0x1.4062c95672b54p-25) * w2 +
         0x1.0f1e49debe9c1p-19) * w2 - 0x1.0c86b85cdbfe1p-13) * w2 + 0x1.7a72e72c1ed46p-7);
  const double c_even =
      ((((((0x1.45ebf12471d1ap-36 * w2 - 0x1.177ddb363a864p-31) * w2 + 0x1.87b8cb4e1fcb6p-26) * w2 - 0x1.0fce2dd608754p-20) * w2 +
         0x1.87014e5a34b1ap-15) * w2 - 0x1.3211025df9fe6p-9) * w2 + 0x1.db29fb2fee5e4p-3);
  const double root_pi_half = 0x1.c5bf891b4ef6bp-1, root_pi_half_low = -0x1.618f13eb7ca89p-55;
  return x * root_pi_half + x * (w * (c_odd * w + c_even) + root_pi_half_low);
}

INLINE double erf_inverse_of_tail(double x, double w) {
  const double r = __builtin_elementwise_sqrt(w), v = 1 / (r + 2) - 0.203125, v2 = v * v;
  const double t_odd =
      (((((((((-0x1.b7e92e107053ap32 * v2 - 0x1.ae04a6abeb6dep27) * v2 - 0x1.bd713290043cfp22) * v2 - 0x1.703965ea62d28p15) * v2 -
            0x1.5fe99a7b59542p15) * v2 - 0x1.0275a13550e2ep13) * v2 - 0x1.6b84bbdfb61cfp8) * v2 + 0x1.b42fe1feebf1ap5) * v2 +
        0x1.cf79a51327defp2) * v2 - 0x1.08418c46c601dp0);
  const double t_even =
      (((((((((0x1.6cc9594bc32d2p30 * v2 + 0x1.0662b32be7166p25) * v2 + 0x1.17aecf97bbe1fp22) * v2 + 0x1.cca392be10c0fp17) * v2 -
            0x1.545457bbde6f7p12) * v2 - 0x1.1486033277d20p10) * v2 + 0x1.c780a8f055bb9p6) * v2 + 0x1.089366bfa1262p5) * v2 +
        0x1.e23e180619275p0) * v2 - 0x1.276813dedca34p-2);
  const double tail = r + (t_odd * v + t_even);
  return x < 0 ? -tail : tail;
}

INLINE double vector_erf_inverse(double x) {
  const double size = fabs(x);
  const int is_central = size < erf_inverse_tail;
  const double w = -vector_log(is_central ? 1 - x * x : 1 - size);
  const double central = erf_inverse_central(x, w), tail = erf_inverse_of_tail(x, is_central ? 4 : w);
  // At 0 the sum would lose its sign.
  return x == 0 ? x : is_central ? central : tail;
}
