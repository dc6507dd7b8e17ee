// Cholesky factors and their reverse mode for matrices of a few hundred rows, where the overhead of a library call, or
// a library that does not know the processor, costs more than the arithmetic.
//
// Both work on a padded column-major copy whose leading dimension is a multiple of 4: the padding is an identity.
// Panels are four columns wide; the inner loops hold eight rows of a panel in registers.

#include "CNumerics.h"
#include "kernel.h"

#include <math.h>
#include <string.h>

typedef double v4 __attribute__((vector_size(32)));
typedef double v4u __attribute__((vector_size(32), aligned(8)));
#define LOAD(p) (*(const v4u *)(p))
#define STORE(p, v) (*(v4u *)(p) = (v))
#define SPLAT(x) ((v4){(x), (x), (x), (x)})
#define SUM(v) (((v)[0] + (v)[1]) + ((v)[2] + (v)[3]))

// The factor of a 4 x 4 block a[column][row], and the reciprocals of its diagonal.
INLINE void factor_block(const double a[4][4], double d[4][4], double inverse[4]) {
  for (int c = 0; c < 4; c++) {
    double s = a[c][c];
    for (int b = 0; b < c; b++) s -= d[c][b] * d[c][b];
    const double root = sqrt(s), over = 1 / root;
    d[c][c] = root;
    inverse[c] = over;
    for (int i = c + 1; i < 4; i++) {
      double x = a[c][i];
      for (int b = 0; b < c; b++) x -= d[i][b] * d[c][b];
      d[i][c] = x * over;
    }
  }
}

// In place, lower, column-major, n a multiple of 4.
INLINE void factor(double *L, ptrdiff_t n) {
  for (ptrdiff_t j = 0; j < n; j += 4) {
    v4 a0 = LOAD(L + j * n + j), a1 = LOAD(L + (j + 1) * n + j), a2 = LOAD(L + (j + 2) * n + j),
       a3 = LOAD(L + (j + 3) * n + j);
    for (ptrdiff_t k = 0; k < j; k++) {
      const double *p = L + k * n + j;
      const v4 l = LOAD(p);
      a0 -= l * SPLAT(p[0]);
      a1 -= l * SPLAT(p[1]);
      a2 -= l * SPLAT(p[2]);
      a3 -= l * SPLAT(p[3]);
    }
    double a[4][4], d[4][4], inverse[4];
    STORE(a[0], a0);
    STORE(a[1], a1);
    STORE(a[2], a2);
    STORE(a[3], a3);
    factor_block(a, d, inverse);
    for (int c = 0; c < 4; c++)
      for (int i = 0; i < 4; i++) L[(j + c) * n + j + i] = i >= c ? d[i][c] : 0;

    for (ptrdiff_t i = j + 4; i < n; i += 8) {
      const int is_pair = i + 4 < n;
      const ptrdiff_t next = is_pair ? 4 : 0;  // a lone last group of rows is computed twice over
      double *column = L + j * n + i;
      v4 x0 = LOAD(column), x1 = LOAD(column + n), x2 = LOAD(column + 2 * n), x3 = LOAD(column + 3 * n);
      v4 y0 = LOAD(column + next), y1 = LOAD(column + n + next), y2 = LOAD(column + 2 * n + next),
         y3 = LOAD(column + 3 * n + next);
      const double *q = L + i, *p = L + j;
      for (ptrdiff_t k = 0; k < j; k++, q += n, p += n) {
        const v4 l = LOAD(q), m = LOAD(q + next);
        const v4 b0 = SPLAT(p[0]), b1 = SPLAT(p[1]), b2 = SPLAT(p[2]), b3 = SPLAT(p[3]);
        x0 -= l * b0;
        y0 -= m * b0;
        x1 -= l * b1;
        y1 -= m * b1;
        x2 -= l * b2;
        y2 -= m * b2;
        x3 -= l * b3;
        y3 -= m * b3;
      }
      x0 *= SPLAT(inverse[0]);
      y0 *= SPLAT(inverse[0]);
      x1 = (x1 - x0 * SPLAT(d[1][0])) * SPLAT(inverse[1]);
      y1 = (y1 - y0 * SPLAT(d[1][0])) * SPLAT(inverse[1]);
      x2 = (x2 - x0 * SPLAT(d[2][0]) - x1 * SPLAT(d[2][1])) * SPLAT(inverse[2]);
      y2 = (y2 - y0 * SPLAT(d[2][0]) - y1 * SPLAT(d[2][1])) * SPLAT(inverse[2]);
      x3 = (x3 - x0 * SPLAT(d[3][0]) - x1 * SPLAT(d[3][1]) - x2 * SPLAT(d[3][2])) * SPLAT(inverse[3]);
      y3 = (y3 - y0 * SPLAT(d[3][0]) - y1 * SPLAT(d[3][1]) - y2 * SPLAT(d[3][2])) * SPLAT(inverse[3]);
      STORE(column, x0);
      STORE(column + n, x1);
      STORE(column + 2 * n, x2);
      STORE(column + 3 * n, x3);
      STORE(column + next, y0);
      STORE(column + n + next, y1);
      STORE(column + 2 * n + next, y2);
      STORE(column + 3 * n + next, y3);
    }
  }
}

// Reverse mode of a 4 x 4 factor d[row][column]: g in, dF/dL; out, dF/dK of the lower triangle, pairs counted once.
INLINE void reverse_block(double d[4][4], double g[4][4], const double inverse[4]) {
  for (int k = 3; k >= 0; k--) {
    double s = g[k][k];
    for (int i = k + 1; i < 4; i++) s -= g[i][k] * d[i][k] * inverse[k];
    for (int i = k + 1; i < 4; i++) g[i][k] *= inverse[k];
    s *= inverse[k];
    for (int c = 0; c < k; c++) {
      double u = s * d[k][c];
      for (int i = k + 1; i < 4; i++) u += g[i][k] * d[i][c];
      g[k][c] -= u;
      for (int i = k + 1; i < 4; i++) g[i][c] -= g[i][k] * d[k][c];
    }
    g[k][k] = 0.5 * s;
  }
}

// Reverse mode, in place: G in, dF/dL; out, dF/dK of the lower triangle, pairs counted once.
// Murray (2016), Differentiation of the Cholesky decomposition, in panels of four columns from the last to the first.
INLINE void reverse(const double *L, double *G, ptrdiff_t n) {
  for (ptrdiff_t j = n - 4; j >= 0; j -= 4) {
    double d[4][4], g[4][4], inverse[4];
    for (int c = 0; c < 4; c++) {
      for (int i = c; i < 4; i++) {
        d[i][c] = L[(j + c) * n + j + i];
        g[i][c] = G[(j + c) * n + j + i];
      }
      inverse[c] = 1 / d[c][c];
    }
    // Below the block: G <- G D^-1, and the block's own share, -tril(G^T L).
    v4 t[10];
    for (int q = 0; q < 10; q++) t[q] = SPLAT(0);
    for (ptrdiff_t i = j + 4; i < n; i += 4) {
      double *column = G + j * n + i;
      const double *factors = L + j * n + i;
      const v4 l0 = LOAD(factors), l1 = LOAD(factors + n), l2 = LOAD(factors + 2 * n), l3 = LOAD(factors + 3 * n);
      const v4 x3 = LOAD(column + 3 * n) * SPLAT(inverse[3]);
      const v4 x2 = (LOAD(column + 2 * n) - x3 * SPLAT(d[3][2])) * SPLAT(inverse[2]);
      const v4 x1 = (LOAD(column + n) - x3 * SPLAT(d[3][1]) - x2 * SPLAT(d[2][1])) * SPLAT(inverse[1]);
      const v4 x0 =
          (LOAD(column) - x3 * SPLAT(d[3][0]) - x2 * SPLAT(d[2][0]) - x1 * SPLAT(d[1][0])) * SPLAT(inverse[0]);
      STORE(column, x0);
      STORE(column + n, x1);
      STORE(column + 2 * n, x2);
      STORE(column + 3 * n, x3);
      t[0] += x0 * l0;
      t[1] += x1 * l0;
      t[2] += x2 * l0;
      t[3] += x3 * l0;
      t[4] += x1 * l1;
      t[5] += x2 * l1;
      t[6] += x3 * l1;
      t[7] += x2 * l2;
      t[8] += x3 * l2;
      t[9] += x3 * l3;
    }
    for (int q = 0, c = 0; c < 4; c++)
      for (int p = c; p < 4; p++, q++) g[p][c] -= SUM(t[q]);
    reverse_block(d, g, inverse);
    for (int c = 0; c < 4; c++)
      for (int i = c; i < 4; i++) G[(j + c) * n + j + i] = g[i][c];

    // What the panel's rows owe to every earlier column.
    v4 both[4];  // the columns of g + g^T
    for (int c = 0; c < 4; c++)
      for (int i = 0; i < 4; i++) both[c][i] = i == c ? 2 * g[i][i] : i > c ? g[i][c] : g[c][i];
    const double *X = G + j * n;
    for (ptrdiff_t c = 0; c < j; c++) {
      const double *column = L + c * n;
      double *target = G + c * n;
      const v4 r0 = SPLAT(column[j]), r1 = SPLAT(column[j + 1]), r2 = SPLAT(column[j + 2]), r3 = SPLAT(column[j + 3]);
      v4 d0 = SPLAT(0), d1 = SPLAT(0), d2 = SPLAT(0), d3 = SPLAT(0);
      for (ptrdiff_t i = j + 4; i < n; i += 4) {
        const v4 x0 = LOAD(X + i), x1 = LOAD(X + n + i), x2 = LOAD(X + 2 * n + i), x3 = LOAD(X + 3 * n + i);
        const v4 l = LOAD(column + i);
        d0 += x0 * l;
        d1 += x1 * l;
        d2 += x2 * l;
        d3 += x3 * l;
        STORE(target + i, (LOAD(target + i) - x0 * r0 - x2 * r2) - (x1 * r1 + x3 * r3));
      }
      const v4 sums = {SUM(d0), SUM(d1), SUM(d2), SUM(d3)};
      STORE(target + j, LOAD(target + j) - sums - both[0] * r0 - both[1] * r1 - both[2] * r2 - both[3] * r3);
    }
  }
}

// b[c][r] = scale * a[r][c] for a block of 4 x 4.
INLINE void transpose_block(const double *a, ptrdiff_t rows, double *b, ptrdiff_t columns, double scale) {
  const v4 r0 = LOAD(a), r1 = LOAD(a + rows), r2 = LOAD(a + 2 * rows), r3 = LOAD(a + 3 * rows);
  const v4 low01 = __builtin_shufflevector(r0, r1, 0, 4, 2, 6), high01 = __builtin_shufflevector(r0, r1, 1, 5, 3, 7);
  const v4 low23 = __builtin_shufflevector(r2, r3, 0, 4, 2, 6), high23 = __builtin_shufflevector(r2, r3, 1, 5, 3, 7);
  STORE(b, SPLAT(scale) * __builtin_shufflevector(low01, low23, 0, 1, 4, 5));
  STORE(b + columns, SPLAT(scale) * __builtin_shufflevector(high01, high23, 0, 1, 4, 5));
  STORE(b + 2 * columns, SPLAT(scale) * __builtin_shufflevector(low01, low23, 2, 3, 6, 7));
  STORE(b + 3 * columns, SPLAT(scale) * __builtin_shufflevector(high01, high23, 2, 3, 6, 7));
}

// Row-major lower triangle to padded column-major. What lies above the diagonal is never read.
INLINE void pad(const double *rows, double *columns, ptrdiff_t size, ptrdiff_t n, double diagonal) {
  for (ptrdiff_t c = 0; c < n; c += 4) {
    for (ptrdiff_t r = c; r < n; r += 4) {
      if (r + 4 <= size) {
        transpose_block(rows + r * size + c, size, columns + c * n + r, n, 1);
        continue;
      }
      for (ptrdiff_t j = c; j < c + 4; j++)
        for (ptrdiff_t i = r; i < r + 4; i++)
          columns[j * n + i] = i < size && j < size ? rows[i * size + j] : i == j ? diagonal : 0;
    }
  }
}

static ptrdiff_t padded(ptrdiff_t size) { return (size + 3) / 4 * 4; }

// x = {K, L, workspace}, n = {size, batches}. NaN throughout where K is not positive definite.
KERNEL ppl_cholesky(ppl_operands x, ppl_integers n) {
  const ptrdiff_t size = n[0], wide = padded(size);
  double *work = x[2];
  for (ptrdiff_t batch = 0; batch < n[1]; batch++) {
    double *L = x[1] + batch * size * size;
    pad(x[0] + batch * size * size, work, size, wide, 1);
    factor(work, wide);
    // A pivot that is not positive leaves NaN or infinity in every later pivot of its column.
    int is_definite = 1;
    for (ptrdiff_t i = 0; i < size; i++) is_definite &= work[i * wide + i] > 0 && work[i * wide + i] < INFINITY;
    if (!is_definite) {
      for (ptrdiff_t i = 0; i < size * size; i++) L[i] = NAN;
      continue;
    }
    for (ptrdiff_t r = 0; r < size; r += 4) {
      const ptrdiff_t end = r + 4 < size ? r + 4 : size;
      for (ptrdiff_t c = 0; c <= r; c += 4) {
        if (r + 4 <= size) {
          transpose_block(work + c * wide + r, wide, L + r * size + c, size, 1);
        } else {
          for (ptrdiff_t i = r; i < end; i++)
            for (ptrdiff_t j = c; j < c + 4 && j < size; j++) L[i * size + j] = j <= i ? work[j * wide + i] : 0;
        }
      }
      for (ptrdiff_t i = r; i < end; i++) memset(L + i * size + end, 0, (size_t)(size - end) * sizeof(double));
    }
  }
}

// x = {L, dF/dL, dF/dK, workspace}, n = {size, batches}. dF/dK is symmetric.
KERNEL ppl_cholesky_reverse(ppl_operands x, ppl_integers n) {
  const ptrdiff_t size = n[0], wide = padded(size);
  double *work = x[3], *G = x[3] + wide * wide;
  for (ptrdiff_t batch = 0; batch < n[1]; batch++) {
    double *K = x[2] + batch * size * size;
    pad(x[0] + batch * size * size, work, size, wide, 1);
    pad(x[1] + batch * size * size, G, size, wide, 0);
    reverse(work, G, wide);
    // The lower triangle of G counts pairs once: half of each goes to either side.
    for (ptrdiff_t c = 0; c < size; c += 4) {
      const ptrdiff_t end = c + 4 < size ? c + 4 : size;
      for (ptrdiff_t j = c; j < end; j++) {
        for (ptrdiff_t i = end; i < size; i++) K[j * size + i] = 0.5 * G[j * wide + i];
        K[j * size + j] = G[j * wide + j];
        for (ptrdiff_t i = j + 1; i < end; i++) K[i * size + j] = K[j * size + i] = 0.5 * G[j * wide + i];
      }
      for (ptrdiff_t r = end; r < size; r += 4) {
        if (r + 4 <= size) {
          transpose_block(G + c * wide + r, wide, K + r * size + c, size, 0.5);
        } else {
          for (ptrdiff_t i = r; i < size; i++)
            for (ptrdiff_t j = c; j < end; j++) K[i * size + j] = 0.5 * G[j * wide + i];
        }
      }
    }
  }
}
