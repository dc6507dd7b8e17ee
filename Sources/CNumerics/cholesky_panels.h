// Cholesky factors and their reverse mode in panels of WIDTH columns; included once for each width of the registers.
//
// Everything is row-major, as the tensors are, so that nothing is padded and little transposed: a register holds one row
// of a panel. Inside the diagonal block of a panel a few dozen operations depend on each other and the rest do not, so
// rows below it are multiplied with its inverse.

#define LOAD(p) (*(const NAME(loose) *)(p))
#define STORE(p, v) (*(NAME(loose) *)(p) = (v))

typedef double NAME(vector) __attribute__((vector_size(8 * WIDTH)));
typedef double NAME(loose) __attribute__((vector_size(8 * WIDTH), aligned(8)));

// The last register overlaps the one before it.
INLINE void NAME(copy)(const double *from, double *to, ptrdiff_t count) {
  if (count < WIDTH) {
    for (ptrdiff_t i = 0; i < count; i++) to[i] = from[i];
    return;
  }
  const NAME(vector) last = LOAD(from + count - WIDTH);
  for (ptrdiff_t i = 0; i + WIDTH <= count; i += WIDTH) STORE(to + i, LOAD(from + i));
  STORE(to + count - WIDTH, last);
}

INLINE void NAME(clear)(double *to, ptrdiff_t count) {
  const NAME(vector) zero = {0};
  if (count < WIDTH) {
    for (ptrdiff_t i = 0; i < count; i++) to[i] = 0;
    return;
  }
  for (ptrdiff_t i = 0; i + WIDTH <= count; i += WIDTH) STORE(to + i, zero);
  STORE(to + count - WIDTH, zero);
}

// MARK: Factor

// s[r][c] -= l[r] . T[:][c] for registers of a few rows and columns.
INLINE void NAME(subtract_products)(const int rows, const int columns, NAME(vector) s[][2], const double *l,
                                    ptrdiff_t stride, const double *T, ptrdiff_t count) {
  for (ptrdiff_t k = 0; k < count; k++, T += columns * WIDTH) {
    NAME(vector) t[2];
    UNROLL for (int c = 0; c < columns; c++) t[c] = LOAD(T + c * WIDTH);
    UNROLL for (int r = 0; r < rows; r++) UNROLL for (int c = 0; c < columns; c++) s[r][c] -= l[r * stride + k] * t[c];
  }
}

// T[k][q] = rows[q][k] for `width` rows; zeros beyond.
INLINE void NAME(transpose)(const double *rows, ptrdiff_t stride, ptrdiff_t width, ptrdiff_t count, double *T,
                            ptrdiff_t step) {
  for (ptrdiff_t k = 0; k < count; k += 4) {
    for (ptrdiff_t q = 0; q < WIDTH; q += 4) {
      if (q + 4 <= width && k + 4 <= count) {
        transpose_block(rows + q * stride + k, stride, T + k * step + q, step);
        continue;
      }
      for (ptrdiff_t p = k; p < k + 4 && p < count; p++)
        for (ptrdiff_t i = q; i < q + 4; i++) T[p * step + i] = i < width ? rows[i * stride + p] : 0;
    }
  }
}

// The factor of a symmetric block a by D U, U unit upper triangular: one division a pivot, and the roots all at once.
// `columns` are those of the factor, from the diagonal on; `inverse` the rows of the inverse of its transpose.
INLINE void NAME(factor_block)(NAME(vector) * a, NAME(vector) * columns, NAME(vector) * inverse) {
  NAME(vector) unit[WIDTH], pivots = {0};
  UNROLL for (int c = 0; c < WIDTH; c++) {
    pivots[c] = a[c][c];
    // Division, so that equal rows leave exactly 0.
    unit[c] = a[c] / a[c][c];
    UNROLL for (int r = c + 1; r < WIDTH; r++) a[r] -= a[c][r] * unit[c];
  }
  const NAME(vector) roots = __builtin_elementwise_sqrt(pivots), over = 1 / roots;
  UNROLL for (int p = WIDTH - 1; p >= 0; p--) {
    NAME(vector) row = {0};
    row[p] = 1;
    UNROLL for (int q = WIDTH - 1; q > p; q--) row -= unit[p][q] * inverse[q];
    inverse[p] = row;
  }
  UNROLL for (int p = 0; p < WIDTH; p++) {
    inverse[p] *= over;
    columns[p] = unit[p] * roots[p];
    columns[p][p] = roots[p];
  }
}

// Rows of a panel below its block: products with the columns before, then with the inverse.
INLINE void NAME(factor_rows)(const int rows, double *target, const double *before, ptrdiff_t n, const double *T,
                              ptrdiff_t count, const NAME(vector) * inverse) {
  NAME(vector) s[8][2];
  UNROLL for (int r = 0; r < rows; r++) s[r][0] = LOAD(target + r * n);
  NAME(subtract_products)(rows, 1, s, before, n, T, count);
  UNROLL for (int r = 0; r < rows; r++) STORE(target + r * n, s[r][0]);
  UNROLL for (int r = 0; r < rows; r++) {
    NAME(vector) x = target[r * n] * inverse[0];
    UNROLL for (int p = 1; p < WIDTH; p++) x += target[r * n + p] * inverse[p];
    STORE(target + r * n, x);
  }
}

// Columns start..<end, what the columns before `start` owe being subtracted.
INLINE void NAME(factor_columns)(double *L, ptrdiff_t n, ptrdiff_t start, ptrdiff_t end, double *T) {
  for (ptrdiff_t j = start; j < end; j += WIDTH) {
    const ptrdiff_t width = n - j < WIDTH ? n - j : WIDTH, count = j - start;
    const double *before = L + start;
    NAME(transpose)(before + j * n, n, width, count, T, WIDTH);

    double block[WIDTH][WIDTH];
    for (int r = 0; r < WIDTH; r++) {
      for (int c = 0; c < r; c++) block[r][c] = block[c][r] = r < width ? L[(j + r) * n + j + c] : 0;
      block[r][r] = r < width ? L[(j + r) * n + j + r] : 1;
    }
    NAME(vector) a[WIDTH], columns[WIDTH], inverse[WIDTH];
    UNROLL for (int r = 0; r < WIDTH; r++) a[r] = LOAD(block[r]);
    for (ptrdiff_t k = 0; k < count; k++) {
      const NAME(vector) t = LOAD(T + k * WIDTH);
      UNROLL for (int r = 0; r < WIDTH; r++) a[r] -= T[k * WIDTH + r] * t;
    }
    NAME(factor_block)(a, columns, inverse);
    UNROLL for (int c = 0; c < WIDTH; c++) STORE(block[c], columns[c]);
    for (ptrdiff_t r = 0; r < width; r++)
      for (ptrdiff_t c = 0; c <= r; c++) L[(j + r) * n + j + c] = block[c][r];

    ptrdiff_t i = j + WIDTH;
    for (; i + 8 <= n; i += 8) NAME(factor_rows)(8, L + i * n + j, before + i * n, n, T, count, inverse);
    if (i + 4 <= n) {
      NAME(factor_rows)(4, L + i * n + j, before + i * n, n, T, count, inverse);
      i += 4;
    }
    for (; i < n; i++) NAME(factor_rows)(1, L + i * n + j, before + i * n, n, T, count, inverse);
  }
}

// `rows` rows of two registers; `width` of their columns exist.
INLINE void NAME(update_tile)(const int rows, double *target, const double *before, ptrdiff_t n, ptrdiff_t width,
                              const double *T, ptrdiff_t count) {
  NAME(vector) s[8][2];
  double edge[8][2 * WIDTH];
  const int is_whole = width >= 2 * WIDTH;
  if (!is_whole)
    for (int r = 0; r < rows; r++)
      for (ptrdiff_t c = 0; c < 2 * WIDTH; c++) edge[r][c] = c < width ? target[r * n + c] : 0;
  UNROLL for (int r = 0; r < rows; r++) UNROLL for (int c = 0; c < 2; c++)
    s[r][c] = LOAD(is_whole ? target + r * n + c * WIDTH : edge[r] + c * WIDTH);
  NAME(subtract_products)(rows, 2, s, before, n, T, count);
  UNROLL for (int r = 0; r < rows; r++) UNROLL for (int c = 0; c < 2; c++)
    STORE(is_whole ? target + r * n + c * WIDTH : edge[r] + c * WIDTH, s[r][c]);
  if (!is_whole)
    for (int r = 0; r < rows; r++)
      for (ptrdiff_t c = 0; c < width; c++) target[r * n + c] = edge[r][c];
}

// Columns start..<end minus what the columns before them owe.
INLINE void NAME(update_columns)(double *L, ptrdiff_t n, ptrdiff_t start, ptrdiff_t end, double *T) {
  enum { rows = WIDTH };
  for (ptrdiff_t k = 0; k < start; k += inner_block) {
    const ptrdiff_t count = start - k < inner_block ? start - k : inner_block;
    for (ptrdiff_t j = start; j < end; j += 2 * WIDTH) {
      const ptrdiff_t width = end - j < 2 * WIDTH ? end - j : 2 * WIDTH;
      NAME(transpose)(L + j * n + k, n, width, count, T, 2 * WIDTH);
      NAME(transpose)(L + (j + WIDTH) * n + k, n, width - WIDTH, count, T + WIDTH, 2 * WIDTH);
      ptrdiff_t i = j;
      for (; i + rows <= n; i += rows)
        NAME(update_tile)(rows, L + i * n + j, L + i * n + k, n, width, T, count);
      for (; i < n; i++) NAME(update_tile)(1, L + i * n + j, L + i * n + k, n, width, T, count);
    }
  }
}

// MARK: Reverse mode

// The inverse of a diagonal block of L.
INLINE void NAME(invert_block)(const double *D, ptrdiff_t n, ptrdiff_t width, NAME(vector) * inverse) {
  NAME(vector) over;
  UNROLL for (int r = 0; r < WIDTH; r++) over[r] = r < width ? D[r * n + r] : 1;
  over = 1 / over;
  UNROLL for (int r = 0; r < WIDTH; r++) {
    NAME(vector) row = {0};
    row[r] = 1;
    if (r < width) UNROLL for (int p = 0; p < r; p++) row -= D[r * n + p] * inverse[p];
    inverse[r] = row * over[r];
  }
}

// dF/dK of a diagonal block, L^-T S L^-1 with S the symmetric matrix whose lower triangle is that of Lᵀ dF/dL: `sums`
// is to be added to dF/dL. Writes the result to `both`, with all pairs counted once to G.
INLINE void NAME(reverse_block)(const double *D, ptrdiff_t n, ptrdiff_t width, struct rows G, ptrdiff_t j,
                                const NAME(vector) * sums, const NAME(vector) * inverse, double both[WIDTH][WIDTH]) {
  double g[WIDTH][WIDTH], s[WIDTH][WIDTH], v[WIDTH][WIDTH];
  UNROLL for (int r = 0; r < WIDTH; r++) {
    STORE(g[r], sums[r]);
    STORE(v[r], inverse[r]);
  }
  for (int r = 0; r < WIDTH; r++)
    for (int c = 0; c < WIDTH; c++) g[r][c] = c <= r && r < width ? g[r][c] + row(G, j + r)[j + c] : 0;
  UNROLL for (int p = 0; p < WIDTH; p++) {
    NAME(vector) sum = {0};
    UNROLL for (int i = p; i < WIDTH; i++) if (i < width) sum += D[i * n + p] * LOAD(g[i]);
    STORE(s[p], sum);
  }
  NAME(vector) t[WIDTH];
  UNROLL for (int r = 0; r < WIDTH; r++) {
    t[r] = (NAME(vector)){0};
    UNROLL for (int p = 0; p < WIDTH; p++) t[r] += (p <= r ? s[r][p] : s[p][r]) * inverse[p];
  }
  UNROLL for (int r = 0; r < WIDTH; r++) {
    NAME(vector) z = {0};
    UNROLL for (int p = r; p < WIDTH; p++) z += v[p][r] * t[p];
    STORE(both[r], z);
  }
  for (ptrdiff_t r = 0; r < width; r++) {
    double *target = row(G, j + r) + j;
    for (ptrdiff_t c = 0; c < r; c++) target[c] = both[r][c];
    target[r] = 0.5 * both[r][r];
  }
}

// The panel itself: below the block G <- G D^-1, and the block.
INLINE void NAME(reverse_panel)(const double *L, struct rows G, ptrdiff_t n, ptrdiff_t j, double both[WIDTH][WIDTH]) {
  const ptrdiff_t width = n - j < WIDTH ? n - j : WIDTH;
  const double *D = L + j * n + j;
  NAME(vector) inverse[WIDTH], sums[WIDTH];
  NAME(invert_block)(D, n, width, inverse);
  UNROLL for (int p = 0; p < WIDTH; p++) sums[p] = (NAME(vector)){0};
  double *g = row(G, j + WIDTH) + j;
  for (ptrdiff_t i = j + WIDTH; i < n; g += step(G, i), i++) {
    NAME(vector) x = g[0] * inverse[0];
    UNROLL for (int p = 1; p < WIDTH; p++) x += g[p] * inverse[p];
    STORE(g, x);
  }
  g = row(G, j + WIDTH) + j;
  for (ptrdiff_t i = j + WIDTH; i < n; g += step(G, i), i++) {
    const NAME(vector) l = LOAD(L + i * n + j);
    UNROLL for (int p = 0; p < WIDTH; p++) sums[p] -= g[p] * l;
  }
  NAME(reverse_block)(D, n, width, G, j, sums, inverse, both);
}

// What the rows of the panel at j, and those below it, owe to the WIDTH columns from c on.
INLINE void NAME(spread)(const double *L, struct rows G, ptrdiff_t n, ptrdiff_t j, ptrdiff_t c,
                         double both[WIDTH][WIDTH]) {
  const ptrdiff_t width = n - j < WIDTH ? n - j : WIDTH;
  NAME(vector) r[WIDTH], sums[WIDTH];
  UNROLL for (int p = 0; p < WIDTH; p++) {
    sums[p] = (NAME(vector)){0};
    r[p] = p < width ? LOAD(L + (j + p) * n + c) : sums[p];
  }
  const double *l = L + (j + WIDTH) * n + c;
  double *g = row(G, j + WIDTH);
  for (ptrdiff_t i = j + WIDTH; i < n; g += step(G, i), l += n, i++) {
    const NAME(vector) b = LOAD(l);
    NAME(vector) y = LOAD(g + c);
    UNROLL for (int p = 0; p < WIDTH; p++) {
      const double x = g[j + p];
      sums[p] += x * b;
      y -= x * r[p];
    }
    STORE(g + c, y);
  }
  UNROLL for (int p = 0; p < WIDTH; p++) {
    NAME(vector) sum = sums[p];
    UNROLL for (int q = 0; q < WIDTH; q++) sum += both[p][q] * r[q];
    if (p < width) {
      double *target = row(G, j + p) + c;
      STORE(target, LOAD(target) - sum);
    }
  }
}

// MARK: Whole matrices

INLINE void NAME(cholesky)(ppl_operands x, ppl_integers integers) {
  const ptrdiff_t n = integers[0], batches = integers[1], is_packed = integers[2];
  double *T = x[2];
  for (ptrdiff_t batch = 0; batch < batches; batch++) {
    double *L = x[1] + batch * n * n;
    const struct rows K = matrix(x[0], n, batch, is_packed);
    for (ptrdiff_t i = 0; i < n; i++) NAME(copy)(row(K, i), L + i * n, i + 1);
    const ptrdiff_t block = n <= largest_block ? n : outer_block;
    for (ptrdiff_t start = 0; start < n; start += block) {
      const ptrdiff_t end = n - start < block ? n : start + block;
      NAME(update_columns)(L, n, start, end, T);
      NAME(factor_columns)(L, n, start, end, T);
    }
    // A pivot that is not positive leaves NaN or 0 on the diagonal.
    int is_definite = 1;
    for (ptrdiff_t i = 0; i < n; i++) is_definite &= L[i * n + i] > 0 && L[i * n + i] < INFINITY;
    if (is_definite)
      for (ptrdiff_t i = 0; i < n; i++) NAME(clear)(L + i * n + i + 1, n - i - 1);
    else
      for (ptrdiff_t i = 0; i < n * n; i++) L[i] = NAN;
  }
}

INLINE void NAME(cholesky_reverse)(ppl_operands x, ppl_integers integers) {
  const ptrdiff_t n = integers[0], batches = n ? integers[1] : 0, is_packed = integers[2];
  for (ptrdiff_t batch = 0; batch < batches; batch++) {
    const double *L = x[0] + batch * n * n, *from = x[1] + batch * n * n;
    const struct rows G = matrix(x[2], n, batch, is_packed);
    for (ptrdiff_t i = 0; i < n; i++) NAME(copy)(from + i * n, row(G, i), i + 1);
    const ptrdiff_t block = n <= largest_block ? (n + WIDTH - 1) / WIDTH * WIDTH : outer_block;
    for (ptrdiff_t start = (n - 1) / block * block; start >= 0; start -= block) {
      double both[outer_block / WIDTH][WIDTH][WIDTH];
      const ptrdiff_t end = n - start < block ? n : start + block;
      for (ptrdiff_t j = start + (end - start - 1) / WIDTH * WIDTH; j >= start; j -= WIDTH) {
        double(*own)[WIDTH] = both[start == 0 ? 0 : (j - start) / WIDTH];
        NAME(reverse_panel)(L, G, n, j, own);
        for (ptrdiff_t c = start; c < j; c += WIDTH) NAME(spread)(L, G, n, j, c, own);
      }
      // The columns before the block, a strip at a time, so that it stays near while all panels pass.
      for (ptrdiff_t c = 0; c < start; c += WIDTH)
        for (ptrdiff_t j = start; j < end; j += WIDTH) NAME(spread)(L, G, n, j, c, both[(j - start) / WIDTH]);
    }
    if (is_packed) continue;
    for (ptrdiff_t i = 0; i < n; i++)
      for (ptrdiff_t c = 0; c < i; c++) {
        double *lower = row(G, i) + c;
        *lower *= 0.5;
        row(G, c)[i] = *lower;
      }
  }
}

#undef LOAD
#undef STORE
#undef WIDTH
#undef NAME
