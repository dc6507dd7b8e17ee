// The variances of fields on a circle in bands of wavenumbers, from the covariances of their coefficients.
#include "CNumerics.h"

#include "kernel.h"

// S(l, l') = mean of z_l conj(z_l') over the members, for the coefficients z_l = a_l + i b_l of real fields, with wavenumbers
// in circular order 0..n-1. C are the covariances of a_0..a_h, b_1..b_(h-1), h = n / 2; a and b at -l are a_l and -b_l.
KERNEL ppl_circle_cross_spectra(const double *C, ptrdiff_t n, double *real, double *imaginary) {
  const ptrdiff_t h = n / 2;
  for (ptrdiff_t l = 0; l <= h; l++) {
    const double has_b = l > 0 && l < h;
    const double *ofA = C + l * n, *ofB = has_b ? C + (h + l) * n : ofA;
    double *re = real + l * n, *im = imaginary + l * n;
    re[0] = ofA[0];
    im[0] = has_b * ofB[0];
    re[h] = ofA[h];
    im[h] = has_b * ofB[h];
    EACH for (ptrdiff_t m = 1; m < h; m++) {
      const double aa = ofA[m], ab = ofA[h + m], ba = has_b * ofB[m], bb = has_b * ofB[h + m];
      re[m] = aa + bb;
      im[m] = ba - ab;
      re[n - m] = aa - bb;
      im[n - m] = ba + ab;
    }
  }
  // S(-l, l') = conj S(l, -l').
  for (ptrdiff_t l = h + 1; l < n; l++) {
    const double *re = real + (n - l) * n, *im = imaginary + (n - l) * n;
    double *own_re = real + l * n, *own_im = imaginary + l * n;
    own_re[0] = re[0];
    own_im[0] = -im[0];
    EACH for (ptrdiff_t m = 1; m < n; m++) {
      own_re[m] = re[n - m];
      own_im[m] = -im[n - m];
    }
  }
}

// re[d] and im[d] += w[0] w[d] S(l, l + d) along a part of a row of S.
INLINE void add_products(const double *S_re, const double *S_im, const double *w, double first, ptrdiff_t count,
                         double *re, double *im) {
  EACH for (ptrdiff_t d = 0; d < count; d++) {
    const double weight = first * w[d];
    re[d] += weight * S_re[d];
    im[d] += weight * S_im[d];
  }
}

// The waves of a band's variance, by those of its cosines 0..h and sines 1..h-1 around the circle,
//
//     v(x) = sum_d sum_l H(l) H(l + d) S(l, l + d) exp(-i d x)
//
// for a filter H that passes `count` wavenumbers from `start` on, in circular order. `work` has 2 n numbers.
KERNEL ppl_circle_band_variance(const double *real, const double *imaginary, ptrdiff_t n, const double *H,
                                ptrdiff_t start, ptrdiff_t count, double *waves, double *work) {
  const ptrdiff_t h = n / 2;
  double *re = work, *im = work + n;
  for (ptrdiff_t d = 0; d < 2 * n; d++) work[d] = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    const ptrdiff_t l = (start + i) % n, left = count - i, whole = left < n - l ? left : n - l;
    const double *S_re = real + l * n, *S_im = imaginary + l * n;
    add_products(S_re + l, S_im + l, H + i, H[i], whole, re, im);
    // Beyond the end of the row the circle goes on at its beginning.
    add_products(S_re, S_im, H + i + whole, H[i], left - whole, re + whole, im + whole);
  }
  for (ptrdiff_t k = 0; k < n; k++) waves[k] = 0;
  waves[0] = re[0];
  for (ptrdiff_t d = 1; d < count; d++) {
    // Wave d of the grid is wave n - d turned the other way.
    const ptrdiff_t wave = d <= h ? d : n - d;
    waves[wave] += 2 * re[d];
    if (wave > 0 && wave < h) waves[h + wave] += d <= h ? 2 * im[d] : -2 * im[d];
  }
}
