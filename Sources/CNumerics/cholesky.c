// Cholesky factors and their reverse mode for matrices of a few hundred rows, where the overhead of a library call, or
// a library that does not know the processor, costs more than the arithmetic.

#include "CNumerics.h"
#include "kernel.h"
#include "transpose.h"

#include <math.h>

#define UNROLL _Pragma("clang loop unroll(full)")

// Beyond `largest_block` rows the columns are taken in blocks, so that what a block needs stays in the caches.
enum { largest_block = 256, outer_block = 64, inner_block = 256 };

// The rows of a lower triangle: those of a whole matrix, or packed one behind the other.
struct rows {
  double *start;
  ptrdiff_t length, growth;  // of the rows, so that row i starts at the sum of the lengths before it
};
INLINE struct rows matrix(double *start, ptrdiff_t n, ptrdiff_t batch, ptrdiff_t is_packed) {
  if (is_packed) return (struct rows){start + batch * (n * (n + 1) / 2), 1, 1};
  return (struct rows){start + batch * n * n, n, 0};
}
INLINE double *row(struct rows m, ptrdiff_t i) { return m.start + i * m.length + m.growth * (i * (i - 1) / 2); }
INLINE ptrdiff_t step(struct rows m, ptrdiff_t i) { return m.length + m.growth * i; }

#define WIDTH 4
#define NAME(name) name##_4
#include "cholesky_panels.h"

#define WIDTH 8
#define NAME(name) name##_8
#include "cholesky_panels.h"

#if defined(__x86_64__) && defined(__linux__)
// The compiler prefers registers of half the width unless told.
#define WIDE __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define NARROW __attribute__((target_clones("arch=x86-64-v3", "default")))
static int is_wide(void) { return ppl_has_wide_registers(); }
#else
#define WIDE
#define NARROW
static int is_wide(void) { return 0; }
#endif

static WIDE void factor_wide(ppl_operands x, ppl_integers n) { cholesky_8(x, n); }
static WIDE void reverse_wide(ppl_operands x, ppl_integers n) { cholesky_reverse_8(x, n); }
NARROW static void factor_narrow(ppl_operands x, ppl_integers n) { cholesky_4(x, n); }
NARROW static void reverse_narrow(ppl_operands x, ppl_integers n) { cholesky_reverse_4(x, n); }

// How many numbers of workspace a factor needs.
ptrdiff_t ppl_cholesky_workspace(ptrdiff_t size) {
  const ptrdiff_t panel = 8 * (size < largest_block ? size : largest_block);
  return size > largest_block ? 16 * inner_block + panel : panel;
}

// x = {K, L, workspace}, n = {size, batches, K is packed}. NaN throughout where K is not positive definite.
void ppl_cholesky(ppl_operands x, ppl_integers n) { is_wide() ? factor_wide(x, n) : factor_narrow(x, n); }

// x = {L, dF/dL, dF/dK}, n = {size, batches, dF/dK is packed}.
void ppl_cholesky_reverse(ppl_operands x, ppl_integers n) { is_wide() ? reverse_wide(x, n) : reverse_narrow(x, n); }
