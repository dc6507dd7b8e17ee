#include "CNumerics.h"

#include "kernel.h"
#include "vector_math.h"

// MARK: rows

// In vector registers; the result may be one of the operands.
#define EACH_ELEMENT EACH for (ptrdiff_t i = 0; i < count; i++)
// For expressions that call the scalar library, one element at a time.
#define EACH_CALL for (ptrdiff_t i = 0; i < count; i++)

#define UNARY_ROW(name, each, expression)                                 \
  INLINE double of_##name(double v) { return (expression); }              \
  INLINE void row_##name(const double *a, double *out, ptrdiff_t count) { \
    each out[i] = of_##name(a[i]);                                        \
  }
UNARY_ROW(negate, EACH_ELEMENT, -v)
UNARY_ROW(absolute, EACH_ELEMENT, fabs(v))
UNARY_ROW(sign, EACH_ELEMENT, v != v ? v : (v > 0) - (v < 0))
UNARY_ROW(floor, EACH_ELEMENT, floor(v))
UNARY_ROW(exp, EACH_ELEMENT, vector_exp(v))
UNARY_ROW(log, EACH_ELEMENT, vector_log(v))
UNARY_ROW(log1p, EACH_ELEMENT, vector_log1p(v))
UNARY_ROW(log1psquare, EACH_ELEMENT, log1p_square(v))
UNARY_ROW(log1psquare_slope, EACH_ELEMENT, log1p_square_slope(v))
UNARY_ROW(log1pratio, EACH_ELEMENT, log1p_ratio(v))
UNARY_ROW(log1pratio_slope, EACH_ELEMENT, log1p_ratio_slope(v))
UNARY_ROW(expm1, EACH_ELEMENT, vector_expm1(v))
UNARY_ROW(sqrt, EACH_ELEMENT, __builtin_elementwise_sqrt(v))
UNARY_ROW(square, EACH_ELEMENT, v * v)
UNARY_ROW(reciprocal, EACH_ELEMENT, 1 / v)
UNARY_ROW(sin, EACH_CALL, sin(v))
UNARY_ROW(cos, EACH_CALL, cos(v))
UNARY_ROW(tanh, EACH_ELEMENT, vector_tanh(v))
UNARY_ROW(sigmoid, EACH_ELEMENT, vector_sigmoid(v))
UNARY_ROW(softplus, EACH_ELEMENT, vector_softplus(v))
UNARY_ROW(erf, EACH_CALL, erf(v))
UNARY_ROW(erfc, EACH_CALL, erfc(v))
UNARY_ROW(not, EACH_ELEMENT, v == 0)
UNARY_ROW(isfinite, EACH_ELEMENT, isfinite(v) ? 1 : 0)
UNARY_ROW(isnan, EACH_ELEMENT, v != v)
UNARY_ROW(copy, EACH_ELEMENT, v)

// Strides are 1 or, for an operand that repeats, 0; others only in operands that are views of views.
#define BINARY_ROW(name, each, expression)                                                            \
  INLINE double of_##name(double a, double b) { return (expression); }                                \
  INLINE void row_##name(const double *a, ptrdiff_t sa, const double *b, ptrdiff_t sb, double *out,   \
                         ptrdiff_t count) {                                                           \
    if (sa == 1 && sb == 1) {                                                                         \
      each out[i] = of_##name(a[i], b[i]);                                                            \
    } else if (sa == 1 && sb == 0) {                                                                  \
      each out[i] = of_##name(a[i], b[0]);                                                            \
    } else if (sa == 0 && sb == 1) {                                                                  \
      each out[i] = of_##name(a[0], b[i]);                                                            \
    } else {                                                                                          \
      EACH_CALL out[i] = of_##name(a[i * sa], b[i * sb]);                                             \
    }                                                                                                 \
  }
BINARY_ROW(add, EACH_ELEMENT, a + b)
BINARY_ROW(subtract, EACH_ELEMENT, a - b)
BINARY_ROW(multiply, EACH_ELEMENT, a *b)
BINARY_ROW(divide, EACH_ELEMENT, a / b)
BINARY_ROW(power, EACH_CALL, pow(a, b))
BINARY_ROW(deviance, EACH_ELEMENT, vector_deviance(a, b))
BINARY_ROW(logratio, EACH_ELEMENT, log_ratio(a, b))
BINARY_ROW(maximum, EACH_ELEMENT, a != a || a > b ? a : b)
BINARY_ROW(minimum, EACH_ELEMENT, a != a || a < b ? a : b)
BINARY_ROW(less, EACH_ELEMENT, a < b)
BINARY_ROW(lessequal, EACH_ELEMENT, a <= b)
BINARY_ROW(equal, EACH_ELEMENT, a == b)
BINARY_ROW(and, EACH_ELEMENT, a != 0 && b != 0)
BINARY_ROW(or, EACH_ELEMENT, a != 0 || b != 0)

INLINE void row_select(const double *c, ptrdiff_t sc, const double *a, ptrdiff_t sa, const double *b, ptrdiff_t sb,
                       double *out, ptrdiff_t count) {
  if (sc == 1 && sa == 1 && sb == 1) {
    EACH_ELEMENT out[i] = c[i] != 0 ? a[i] : b[i];
  } else if (sc == 1 && sa == 1 && sb == 0) {
    EACH_ELEMENT out[i] = c[i] != 0 ? a[i] : b[0];
  } else if (sc == 1 && sa == 0 && sb == 1) {
    EACH_ELEMENT out[i] = c[i] != 0 ? a[0] : b[i];
  } else {
    EACH_CALL out[i] = c[i * sc] != 0 ? a[i * sa] : b[i * sb];
  }
}

INLINE double of_select(double c, double a, double b) { return c != 0 ? a : b; }
INLINE double of_logdeviance(double k, double m, double l) { return log_deviance(k, m, l); }
INLINE void row_logdeviance(const double *k, ptrdiff_t sk, const double *m, ptrdiff_t sm, const double *l, ptrdiff_t sl,
                            double *out, ptrdiff_t count) {
  if (sk == 1 && sm == 1 && sl == 1) {
    EACH_ELEMENT out[i] = log_deviance(k[i], m[i], l[i]);
  } else if (sk == 0 && sm == 1 && sl == 1) {
    EACH_ELEMENT out[i] = log_deviance(k[0], m[i], l[i]);
  } else {
    EACH_CALL out[i] = log_deviance(k[i * sk], m[i * sm], l[i * sl]);
  }
}

// MARK: one operation

#define UNARY_KERNEL(name) \
  KERNEL ppl_##name(ppl_operands x, ppl_integers n) { row_##name(x[0], x[1], n[0]); }
PPL_UNARY_KERNELS(UNARY_KERNEL)

#define BINARY_KERNEL(name)                                                          \
  KERNEL ppl_##name(ppl_operands x, ppl_integers n) {                                \
    const ptrdiff_t rank = n[0];                                                     \
    ppl_integers extents = n + 1;                                                    \
    const ptrdiff_t *const strides[2] = {extents + rank, extents + 2 * rank};        \
    ptrdiff_t index[max_rank] = {0}, offsets[2] = {0};                               \
    const ptrdiff_t count = extents[rank - 1];                                       \
    const ptrdiff_t sa = strides[0][rank - 1], sb = strides[1][rank - 1];            \
    double *out = x[2];                                                              \
    do {                                                                             \
      row_##name(x[0] + offsets[0], sa, x[1] + offsets[1], sb, out, count);          \
      out += count;                                                                  \
    } while (next_row(rank, extents, index, 2, strides, offsets));                   \
  }
PPL_BINARY_KERNELS(BINARY_KERNEL)

#define TERNARY_KERNEL(name)                                                                                      \
  KERNEL ppl_##name(ppl_operands x, ppl_integers n) {                                                             \
    const ptrdiff_t rank = n[0];                                                                                  \
    ppl_integers extents = n + 1;                                                                                 \
    const ptrdiff_t *const strides[3] = {extents + rank, extents + 2 * rank, extents + 3 * rank};                 \
    ptrdiff_t index[max_rank] = {0}, offsets[3] = {0};                                                            \
    const ptrdiff_t count = extents[rank - 1];                                                                    \
    const ptrdiff_t sa = strides[0][rank - 1], sb = strides[1][rank - 1], sc = strides[2][rank - 1];              \
    double *out = x[3];                                                                                           \
    do {                                                                                                          \
      row_##name(x[0] + offsets[0], sa, x[1] + offsets[1], sb, x[2] + offsets[2], sc, out, count);                \
      out += count;                                                                                               \
    } while (next_row(rank, extents, index, 3, strides, offsets));                                                \
  }
PPL_TERNARY_KERNELS(TERNARY_KERNEL)

// MARK: a chain of operations, block by block

// The first row of a nest = {rank, extents, strides} that holds element `first`: its index and offset, and where in the
// row the element is.
INLINE ptrdiff_t find_row(ppl_integers nest, ptrdiff_t first, ptrdiff_t *index, ptrdiff_t *offset) {
  const ptrdiff_t rank = nest[0];
  ppl_integers extents = nest + 1, strides = nest + 1 + rank;
  if (first == 0) {  // without divisions, which cost more than a short row
    for (ptrdiff_t d = 0; d < rank; d++) index[d] = 0;
    return 0;
  }
  for (ptrdiff_t d = rank - 1; d >= 0; d--) {
    index[d] = first % extents[d];
    first /= extents[d];
    if (d < rank - 1) *offset += index[d] * strides[d];
  }
  return index[rank - 1];
}

// A row is summed in lanes, element i in lane i modulo their number: short dependency chains, and an order that is the
// same however the row is cut into blocks. Short rows have eight, whose own sum costs less.
enum { few_lanes = 8, long_row = 4 * PPL_LANES };

INLINE double sum_of_lanes(const double *s, ptrdiff_t width) {
  double t[few_lanes];
  for (int k = 0; k < few_lanes; k++) t[k] = s[k];
  for (ptrdiff_t j = few_lanes; j < width; j += few_lanes)
    for (int k = 0; k < few_lanes; k++) t[k] += s[j + k];
  return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
}

// `first` is where in its row a[0] is.
INLINE void add_to_lanes(double *lanes, const double *a, ptrdiff_t first, ptrdiff_t count, const ptrdiff_t width) {
  ptrdiff_t i = 0;
  for (; i < count && (first + i) % width != 0; i++) lanes[(first + i) % width] += a[i];
  double s[PPL_LANES];
  for (ptrdiff_t k = 0; k < width; k++) s[k] = lanes[k];
  for (; i + width <= count; i += width)
    for (ptrdiff_t k = 0; k < width; k++) s[k] += a[i + k];
  for (ptrdiff_t k = 0; k < width; k++) lanes[k] = s[k];
  for (ptrdiff_t k = 0; i < count; i++, k++) lanes[k] += a[i];
}

// A whole row, by the same sums without lanes in memory.
INLINE double sum_of_row(const double *a, ptrdiff_t count, const ptrdiff_t width) {
  double s[PPL_LANES];
  for (ptrdiff_t k = 0; k < width; k++) s[k] = 0;
  ptrdiff_t i = 0;
  for (; i + width <= count; i += width)
    for (ptrdiff_t k = 0; k < width; k++) s[k] += a[i + k];
  if (i < count)
    for (ptrdiff_t k = 0; i < count; i++, k++) s[k] += a[i];
  return sum_of_lanes(s, width);
}

// Adds a part of a row to *out once it has come to the end of the row.
INLINE void add_row(double *out, double *lanes, const double *a, ptrdiff_t first, ptrdiff_t count, ptrdiff_t length,
                    const ptrdiff_t width) {
  if (count == length) {
    *out += sum_of_row(a, count, width);
    return;
  }
  if (first == 0) memset(lanes, 0, (size_t)width * sizeof *lanes);
  add_to_lanes(lanes, a, first, count, width);
  if (first + count == length) *out += sum_of_lanes(lanes, width);
}

enum { short_row = 16 };

// Whole rows of `length` elements, to which the compiler unrolls the inner loop where it is a constant.
INLINE void expand_rows(const double *a, ptrdiff_t outer, ptrdiff_t step, double *out, ptrdiff_t rows,
                        const ptrdiff_t length) {
  for (ptrdiff_t r = 0; r < rows; r++)
    for (ptrdiff_t k = 0; k < length; k++) out[r * length + k] = a[r * outer + k * step];
}

INLINE void accumulate_rows(const double *a, ptrdiff_t outer, ptrdiff_t step, double *out, ptrdiff_t rows,
                            const ptrdiff_t length) {
  if (step == 0) {
    for (ptrdiff_t r = 0; r < rows; r++) out[r * outer] += sum_of_row(a + r * length, length, few_lanes);
  } else if (outer == 0) {
    double sums[short_row];
    for (ptrdiff_t k = 0; k < length; k++) sums[k] = out[k * step];
    for (ptrdiff_t r = 0; r < rows; r++)
      for (ptrdiff_t k = 0; k < length; k++) sums[k] += a[r * length + k];
    for (ptrdiff_t k = 0; k < length; k++) out[k * step] = sums[k];
  } else {
    for (ptrdiff_t r = 0; r < rows; r++)
      for (ptrdiff_t k = 0; k < length; k++) out[r * outer + k * step] += a[r * length + k];
  }
}

// The rows of an axis of a few elements, such as the components of a mixture, without the walk from row to row.
#define SHORT_ROWS(function, length, ...)                 \
  switch (length) {                                       \
    case 2: function(__VA_ARGS__, 2); break;              \
    case 3: function(__VA_ARGS__, 3); break;              \
    case 4: function(__VA_ARGS__, 4); break;              \
    default: function(__VA_ARGS__, length);               \
  }
// out[offset of i] += a[i - first] for i in first..<first + count, where `nest` says which element of `out` each belongs
// to. Blocks must come in order, with the same lanes.
INLINE void accumulate(const double *a, ppl_integers nest, ptrdiff_t first, double *out, double *lanes,
                       ptrdiff_t count) {
  if (count == 0) return;
  const ptrdiff_t rank = nest[0];
  ppl_integers extents = nest + 1, strides = nest + 1 + rank;
  const ptrdiff_t length = extents[rank - 1], step = strides[rank - 1];
  const ptrdiff_t *const steps[1] = {strides};
  ptrdiff_t index[max_rank], offsets[1] = {0};
  ptrdiff_t start = find_row(nest, first, index, offsets);
  if (rank == 2 && length < short_row && start == 0) {
    const ptrdiff_t rows = count / length;
    SHORT_ROWS(accumulate_rows, length, a, strides[0], step, out + offsets[0], rows);
    if (rows * length == count) return;
    a += rows * length;
    count -= rows * length;
    offsets[0] += rows * strides[0];
  }
  while (count > 0) {
    const ptrdiff_t run = length - start < count ? length - start : count;
    double *row = out + offsets[0];
    if (step == 0) {
      if (length < long_row)
        add_row(row, lanes, a, start, run, length, few_lanes);
      else
        add_row(row, lanes, a, start, run, length, PPL_LANES);
    } else if (step == 1) {
      row += start;
      for (ptrdiff_t i = 0; i < run; i++) row[i] += a[i];
    } else {
      for (ptrdiff_t i = 0; i < run; i++) row[(start + i) * step] += a[i];
    }
    a += run;
    count -= run;
    start = 0;
    next_row(rank, extents, index, 1, steps, offsets);
  }
}

// Elements first..<first + count of a contiguous array that walks through `a` by the strides of `nest` = {rank, extents,
// strides}.
INLINE void expand(const double *a, ppl_integers nest, ptrdiff_t first, double *out, ptrdiff_t count) {
  if (count == 0) return;
  const ptrdiff_t rank = nest[0];
  ppl_integers extents = nest + 1, strides = nest + 1 + rank;
  const ptrdiff_t length = extents[rank - 1], step = strides[rank - 1];
  const ptrdiff_t *const steps[1] = {strides};
  ptrdiff_t index[max_rank], offsets[1] = {0};
  ptrdiff_t start = find_row(nest, first, index, offsets);
  if (rank == 2 && length < short_row && start == 0) {
    const ptrdiff_t rows = count / length;
    SHORT_ROWS(expand_rows, length, a + offsets[0], strides[0], step, out, rows);
    if (rows * length == count) return;
    out += rows * length;
    count -= rows * length;
    offsets[0] += rows * strides[0];
  }
  while (count > 0) {
    const ptrdiff_t run = length - start < count ? length - start : count;
    const double *row = a + offsets[0] + start * step;
    if (step == 0) {
      for (ptrdiff_t i = 0; i < run; i++) out[i] = row[0];
    } else if (step == 1) {
      for (ptrdiff_t i = 0; i < run; i++) out[i] = row[i];
    } else {
      for (ptrdiff_t i = 0; i < run; i++) out[i] = row[i * step];
    }
    out += run;
    count -= run;
    start = 0;
    next_row(rank, extents, index, 1, steps, offsets);
  }
}

KERNEL ppl_fused(ppl_operands x, ppl_integers n) {
  const ptrdiff_t total = n[0], block = n[1], operations = n[2];
  const ptrdiff_t width = n[5];
  double *registers = x[n[4]];
  for (ptrdiff_t first = 0; first < total; first += block) {
    const ptrdiff_t count = total - first < block ? total - first : block;
    const ptrdiff_t start = first == 0 ? 0 : n[3];
    ppl_integers s = n + 6 + 5 * start;
    for (ptrdiff_t k = start; k < operations; k++, s += 5) {
#define PLACE(code)                                                                                             \
  (((code) & 3) == PPL_REGISTER ? registers + ((code) >> 2) * width                                             \
                                : x[(code) >> 2] + (((code) & 3) == PPL_ARRAY ? first : 0))
#define STRIDE(code) (((code) & 3) == PPL_NUMBER ? 0 : 1)
      double *out = PLACE(s[1]);
      const double *a = PLACE(s[2]);
      switch (s[0]) {
#define UNARY_CASE(name) \
  case PPL_OP_##name: row_##name(a, out, count); break;
        PPL_UNARY_KERNELS(UNARY_CASE)
#define BINARY_CASE(name) \
  case PPL_OP_##name: row_##name(a, STRIDE(s[2]), PLACE(s[3]), STRIDE(s[3]), out, count); break;
        PPL_BINARY_KERNELS(BINARY_CASE)
#define TERNARY_CASE(name)                                                                            \
  case PPL_OP_##name:                                                                                 \
    row_##name(a, STRIDE(s[2]), PLACE(s[3]), STRIDE(s[3]), PLACE(s[4]), STRIDE(s[4]), out, count); \
    break;
        PPL_TERNARY_KERNELS(TERNARY_CASE)
        case PPL_OP_expand: expand(a, n + s[3], first, out, count); break;
        case PPL_OP_sum: {
          ppl_integers nest = n + s[3];
          if (first == 0) memset(out, 0, (size_t)nest[1 + 2 * nest[0]] * sizeof(double));
          accumulate(a, nest, first, out, registers + s[4], count);
          break;
        }
      }
    }
  }
}

// MARK: a chain of operations on numbers

KERNEL ppl_fused_numbers(ppl_operands x, ppl_integers n) {
  const ptrdiff_t arguments = n[0], operations = n[1], results = n[2];
  double *values = x[arguments + results];
  for (ptrdiff_t k = 0; k < arguments; k++) values[k] = *x[k];
  ppl_integers s = n + 3;
  double *out = values + arguments;
  for (double *const end = out + operations; out < end; out++, s += 4) {
    const double a = values[s[1]], b = values[s[2]];
    switch (s[0]) {
#define UNARY_NUMBER(name) \
  case PPL_OP_##name: *out = of_##name(a); break;
      PPL_UNARY_KERNELS(UNARY_NUMBER)
#define BINARY_NUMBER(name) \
  case PPL_OP_##name: *out = of_##name(a, b); break;
      PPL_BINARY_KERNELS(BINARY_NUMBER)
#define TERNARY_NUMBER(name) \
  case PPL_OP_##name: *out = of_##name(a, b, values[s[3]]); break;
      PPL_TERNARY_KERNELS(TERNARY_NUMBER)
      // The sum of one number, to which sums of several begin from zero too.
      case PPL_OP_sum: *out = a + 0.0; break;
    }
  }
  for (ptrdiff_t k = 0; k < results; k++) *x[arguments + k] = values[*s++];
}

// MARK: strided views and their adjoints

INLINE ptrdiff_t element_count(ppl_integers nest) {
  ptrdiff_t count = 1;
  for (ptrdiff_t d = 0; d < nest[0]; d++) count *= nest[1 + d];
  return count;
}

KERNEL ppl_strided_read(ppl_operands x, ppl_integers n) { expand(x[0] + n[0], n + 1, 0, x[1], element_count(n + 1)); }

KERNEL ppl_strided_add(ppl_operands x, ppl_integers n) {
  ppl_integers nest = n + 1;
  double lanes[PPL_LANES];
  memset(x[1], 0, (size_t)nest[1 + 2 * nest[0]] * sizeof(double));
  accumulate(x[0], nest, 0, x[1] + n[0], lanes, element_count(nest));
}

// Of several walks into one array: {pieces, elements of the array}, then of each piece its offset and nest.
KERNEL ppl_strided_scatter(ppl_operands x, ppl_integers n) {
  const ptrdiff_t pieces = n[0];
  double lanes[PPL_LANES];
  memset(x[pieces], 0, (size_t)n[1] * sizeof(double));
  ppl_integers piece = n + 2;
  for (ptrdiff_t k = 0; k < pieces; k++) {
    ppl_integers nest = piece + 1;
    accumulate(x[k], nest, 0, x[pieces] + piece[0], lanes, element_count(nest));
    piece = nest + 1 + 2 * nest[0];
  }
}

KERNEL ppl_strided_max(ppl_operands x, ppl_integers n) {
  const ptrdiff_t rank = n[1];
  ppl_integers extents = n + 2;
  const ptrdiff_t *const strides[1] = {extents + rank};
  ptrdiff_t index[max_rank] = {0}, offsets[1] = {n[0]};
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
