// How the kernels are compiled.
#pragma once
#include "CNumerics.h"
#include "vector_math.h"

// On x86 each kernel is compiled for several processors and the loader picks one, once: with and without fused
// multiply-add, so the last digit may differ between processors, never between runs on one.
#if defined(__x86_64__) && defined(__linux__)
#define CLONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONED
#endif
#define KERNEL CLONED void

// The loop's arrays do not overlap, other than element for element, which the compiler would take for a dependence.
// Not unrolled: rows are often a few registers long, and what is left of them would go one number at a time.
#define EACH _Pragma("clang loop vectorize(assume_safety) interleave_count(1)")

enum { max_rank = 16 };

// Steps `index` to the next row of an array of `rank` extents, moving each offset by its strides.
// The innermost axis is the row itself and does not move.
INLINE int next_row(ptrdiff_t rank, ppl_integers extents, ptrdiff_t *index, int arrays, const ptrdiff_t *const *strides,
                    ptrdiff_t *offsets) {
  for (ptrdiff_t d = rank - 2; d >= 0; d--) {
    for (int k = 0; k < arrays; k++) offsets[k] += strides[k][d];
    if (++index[d] < extents[d]) return 1;
    for (int k = 0; k < arrays; k++) offsets[k] -= strides[k][d] * extents[d];
    index[d] = 0;
  }
  return 0;
}
