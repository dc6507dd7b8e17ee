// OpenBLAS chooses its kernels when it is loaded, by a list of the processors that it knows. On one that is newer than
// the list it falls back to kernels of 2004. `ppl_retune_blas` lets it choose again, by what the processor can do.

#define _GNU_SOURCE
#include "CNumerics.h"

#if defined(__x86_64__) && defined(__linux__)

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static const char variable[] = "OPENBLAS_CORETYPE";

// Everything is looked up by name: a library built for one processor, or another BLAS, has none of it.
struct library {
  char *(*core_name)(void);
  void (*quit)(void);
  void (*init)(void);
  void (*gemm)(int order, int transpose_a, int transpose_b, int m, int n, int k, double alpha, const double *a, int lda,
               const double *b, int ldb, double beta, double *c, int ldc);
};

static int find(struct library *library) {
  // POSIX has dlsym return functions as data pointers; the copy is how C receives them.
  const char *const names[] = {"openblas_get_corename", "gotoblas_dynamic_quit", "gotoblas_dynamic_init",
                               "cblas_dgemm"};
  void *symbols[4];
  for (int i = 0; i < 4; i++)
    if (!(symbols[i] = dlsym(RTLD_DEFAULT, names[i]))) return 0;
  memcpy(library, symbols, sizeof symbols);
  return 1;
}

static int is_fallback(const char *name) {
  static const char *const names[] = {"Prescott", "Core2", "Generic", "generic"};
  for (int i = 0; i < 4; i++)
    if (name && !strcmp(name, names[i])) return 1;
  return 0;
}

// The newest kernels that the processor and the system can run; null if those chosen are as good.
static const char *best_kernels(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return "SkylakeX";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
  return 0;
}

// A product of small whole numbers, which every order of summation gives exactly. The extents are no multiples of a
// register, so that the kernels for edges run too.
static int multiplies(const struct library *library) {
  enum { m = 37, n = 29, k = 43, row_major = 101, plain = 111 };
  double a[m * k], b[k * n], c[m * n];
  for (int i = 0; i < m * k; i++) a[i] = i % 11 - 5;
  for (int i = 0; i < k * n; i++) b[i] = i % 7 - 3;
  library->gemm(row_major, plain, plain, m, n, k, 1, a, k, b, n, 0, c, n);
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      double sum = 0;
      for (int p = 0; p < k; p++) sum += a[i * k + p] * b[p * n + j];
      if (c[i * n + j] != sum) return 0;
    }
  return 1;
}

int ppl_retune_blas(void) {
  struct library library;
  if (getenv(variable) || !find(&library) || !is_fallback(library.core_name())) return 0;
  const char *kernels = best_kernels();
  if (!kernels || setenv(variable, kernels, 1)) return 0;
  library.quit();
  library.init();
  unsetenv(variable);
  if (multiplies(&library)) return !is_fallback(library.core_name());
  library.quit();
  library.init();
  return 0;
}

#else

int ppl_retune_blas(void) { return 0; }

#endif
