// Rows of an array by their indices.

#include "CNumerics.h"

#include <math.h>
#include <string.h>

// x = {array, indices, out}, n = {outer, extent, inner, count of indices}.
void ppl_take(ppl_operands x, ppl_integers n) {
  // Rows in random order are not in cache, and the processor cannot guess the next one.
  enum { ahead = 8, line = 8 };
  const ptrdiff_t extent = n[1], inner = n[2], count = n[3];
  const double *indices = x[1];
  double *out = x[2];
  for (ptrdiff_t a = 0; a < n[0]; a++) {
    const double *array = x[0] + a * extent * inner;
    for (ptrdiff_t j = 0; j < count; j++, out += inner) {
      if (j + ahead < count && indices[j + ahead] >= 0 && indices[j + ahead] < (double)extent) {
        const double *next = array + (ptrdiff_t)indices[j + ahead] * inner;
        for (ptrdiff_t b = 0; b < inner; b += line) __builtin_prefetch(next + b);
      }
      if (!(indices[j] >= 0 && indices[j] < (double)extent)) {
        for (ptrdiff_t b = 0; b < inner; b++) out[b] = NAN;
        continue;
      }
      const double *row = array + (ptrdiff_t)indices[j] * inner;
      if (inner > 32)
        memcpy(out, row, (size_t)inner * sizeof *out);
      else
        for (ptrdiff_t b = 0; b < inner; b++) out[b] = row[b];
    }
  }
}
