// The arithmetic kernels of Autodiff's operations.
//
// Every kernel has one signature: `x` holds the operands, the output last; `n` the integers that the operation
// prepared when it was recorded (counts, extents, strides). Nothing here allocates, locks or keeps state.
#pragma once
#include <stddef.h>

typedef double *_Nonnull const *_Nonnull ppl_operands;
typedef const ptrdiff_t *_Nonnull ppl_integers;

#define PPL_DECLARE(name) void ppl_##name(ppl_operands x, ppl_integers n);

// Elementwise, one operand. n = {count}.
#define PPL_UNARY_KERNELS(K) \
  K(negate) K(absolute) K(sign) K(floor) K(exp) K(log) K(log1p) K(log1psquare) K(log1psquare_slope) K(log1pratio) K(log1pratio_slope) K(expm1) K(sqrt) K(square) K(reciprocal) \
  K(sin) K(cos) K(tanh) K(sigmoid) K(softplus) K(erf) K(erfc) K(not) K(isfinite) K(isnan) K(copy)
PPL_UNARY_KERNELS(PPL_DECLARE)

// Elementwise, two operands broadcast together.
// n = {rank, extents[rank], strides of the first[rank], strides of the second[rank]}; a stride is 0 where it repeats.
#define PPL_BINARY_KERNELS(K) \
  K(add) K(subtract) K(multiply) K(divide) K(power) K(deviance) K(logratio) K(maximum) K(minimum) K(less) K(lessequal) K(equal) K(and) K(or)
PPL_BINARY_KERNELS(PPL_DECLARE)

// Elementwise, three operands broadcast together. n = {rank, extents, strides of the three}.
// select: out = x[0] ? x[1] : x[2]. logdeviance: the deviance of x[0] from x[1], whose logarithm is x[2].
#define PPL_TERNARY_KERNELS(K) K(select) K(logdeviance)
PPL_TERNARY_KERNELS(PPL_DECLARE)

// A chain of elementwise operations on arrays of one shape, run in blocks that stay in the first-level cache.
//
// x = {arrays and numbers read, arrays written, registers}
// n = {elements, elements of a block, operations, how many of them, the first ones, are for the first block alone, index of
// the registers, width of a register, operations of 5 integers..., loop nests...}
// An operation is {code, result, operands[3]}; a place is 4 * index + kind. `expand` has an array that repeats as its
// first operand and where its loop nest starts in n as its second; `sum` has where the nest starts, with the count of
// the result after it, and where its PPL_LANES running sums are among the registers.
enum ppl_place { PPL_REGISTER = 0, PPL_ARRAY = 1, PPL_NUMBER = 2 };
enum { PPL_BLOCK = 256, PPL_LANES = 32 };
#define PPL_CODE(name) PPL_OP_##name,
enum ppl_code { PPL_UNARY_KERNELS(PPL_CODE) PPL_BINARY_KERNELS(PPL_CODE) PPL_TERNARY_KERNELS(PPL_CODE) PPL_OP_expand, PPL_OP_sum };
PPL_DECLARE(fused)

// A chain on arrays of one element.
//
// x = {numbers read, numbers written, values}, n = {numbers read, operations, numbers written, operations of 4 integers...,
// index of the value of each number written...}
// The values are the numbers read, then the result of each operation {code, indices of its operands among the values}.
PPL_DECLARE(fused_numbers)

// out[i] = x[offset + i . strides], out contiguous.      n = {offset, rank, extents[rank], strides[rank]}
PPL_DECLARE(strided_read)
// out = 0, then out[offset + i . strides] += x[i].        n = {offset, rank, extents[rank], strides[rank], output count}
PPL_DECLARE(strided_add)
PPL_DECLARE(strided_scatter)
// out[i] = max over the axes whose stride is 0.           n = {offset, rank, extents[rank], strides[rank], output count}; NaN if any element is.
PPL_DECLARE(strided_max)
// out[a, j, :] = x[0][a, x[1][j], :], NaN for an index out of range. n = {outer, extent, inner, count of indices}
PPL_DECLARE(take)

// Draws from the key whose words are the operand: n = {count} and, for uniforms, the bit patterns of the bounds;
// for a key, the two words of the counter.
PPL_DECLARE(random_uniform)
PPL_DECLARE(random_normal)
PPL_DECLARE(random_key)

// The inverse of the error function, with the digits that normal draws have.
double ppl_erf_inverse(double x);

// The lower Cholesky factor of row-major matrices or of their packed lower triangles, and its reverse mode.
PPL_DECLARE(cholesky)
PPL_DECLARE(cholesky_reverse)
ptrdiff_t ppl_cholesky_workspace(ptrdiff_t size);

// Row-major matrix products. n = {m, n, k, left is transposed, right is transposed, batches, starts of each batch}.
PPL_DECLARE(matrix_vector)
PPL_DECLARE(vector_matrix)
PPL_DECLARE(outer_product)
// For m, n and k up to 64.
PPL_DECLARE(small_product)
// left right + bias, or its positive part, or 0 where `rectified` is not above 0 (NaN where it is NaN); `sums` gets those
// of the columns of right, as given. Row-major, either operand may be given transposed. Only where
// `ppl_has_wide_registers` says that the processor has registers of eight numbers.
struct ppl_product {
  const double *_Nonnull left, *_Nonnull right;
  const double *_Nullable bias, *_Nullable rectified;
  double *_Nullable sums;
  ptrdiff_t rows, columns, inner;
  int left_is_transposed, right_is_transposed, rectifies;
};
int ppl_has_wide_registers(void);
ptrdiff_t ppl_wide_product_workspace(ptrdiff_t columns);
void ppl_wide_product(const struct ppl_product *_Nonnull product, double *_Nonnull y, double *_Nonnull work);

// Networks. y <- max(0, y); out = y > 0 ? g : 0 for x = {g, y, out}, n = {count}; sums += the rows of g.
void ppl_rectify(double *_Nonnull y, ptrdiff_t count);
PPL_DECLARE(rectifier_reverse)
void ppl_add_columns(const double *_Nonnull g, double *_Nonnull sums, ptrdiff_t rows, ptrdiff_t columns);

// Cyclic tridiagonal systems of at least 3 unknowns. The factors are 4 n + 3 numbers; the result is the least pivot, in
// modulus, NaN if one is. Right-hand sides are the columns or the rows of a row-major matrix, solved in place.
double ppl_cyclic_tridiagonal_factor(const double *_Nonnull lower, const double *_Nonnull diagonal,
                                     const double *_Nonnull upper, ptrdiff_t n, double *_Nonnull factors);
void ppl_cyclic_tridiagonal_columns(const double *_Nonnull factors, ptrdiff_t n, double *_Nonnull y, ptrdiff_t columns);
ptrdiff_t ppl_cyclic_tridiagonal_workspace(ptrdiff_t n);
void ppl_cyclic_tridiagonal_rows(const double *_Nonnull factors, ptrdiff_t n, double *_Nonnull y, ptrdiff_t rows,
                                 double *_Nonnull work);

// b = a^T for a [rows, columns]; and what is below the diagonal of a square matrix copied to above it.
void ppl_transpose(const double *_Nonnull a, ptrdiff_t rows, ptrdiff_t columns, double *_Nonnull b);
void ppl_mirror_lower(double *_Nonnull a, ptrdiff_t n);

// The Cholesky factor of at most PPL_SMALL_CHOLESKY rows, in the lower triangle of row-major A; 0, or from 1 on the order of the
// first leading minor that is not positive. Then rows y become A^-1 y in place.
enum { PPL_SMALL_CHOLESKY = 32 };
ptrdiff_t ppl_small_cholesky(double *_Nonnull A, ptrdiff_t n);
void ppl_small_cholesky_rows(const double *_Nonnull L, ptrdiff_t n, double *_Nonnull y, ptrdiff_t rows);

// Fields on a circle of n points, n even and h = n / 2. From the covariances [n, n] of the coefficients a_0..a_h, b_1..b_(h-1) of
// real fields, a + i b, to the cross-spectra [n, n] of all wavenumbers in circular order; and from those to the waves, cosines
// 0..h and sines 1..h-1, of the variance that passes a filter which is H on `count` wavenumbers from `start` on. Work: 2 n.
void ppl_circle_cross_spectra(const double *_Nonnull C, ptrdiff_t n, double *_Nonnull real, double *_Nonnull imaginary);
void ppl_circle_band_variance(const double *_Nonnull real, const double *_Nonnull imaginary, ptrdiff_t n,
                              const double *_Nonnull H, ptrdiff_t start, ptrdiff_t count, double *_Nonnull waves,
                              double *_Nonnull work);

// Lets OpenBLAS choose its kernels again where it took its oldest for a processor newer than itself; 1 if it now has
// better ones. Does nothing where the user set OPENBLAS_CORETYPE. Changes the environment for the moment of the call, so
// it belongs before the first use of the library and into one thread.
int ppl_retune_blas(void);

// Ensembles, one row a member. The mean of each column and, if asked for, its variance over rows - 1.
void ppl_column_moments(const double *_Nonnull x, ptrdiff_t rows, ptrdiff_t columns, double *_Nonnull mean,
                        double *_Nullable variance);
// Each row becomes after + factor (row - before).
void ppl_shift_rows(double *_Nonnull x, ptrdiff_t rows, ptrdiff_t columns, const double *_Nonnull before,
                    double factor, const double *_Nonnull after);
// The mean over the rows of squared distances from `centre`, column by column.
void ppl_column_squares(const double *_Nonnull x, ptrdiff_t rows, ptrdiff_t columns, const double *_Nonnull centre,
                        double *_Nonnull mean);
// x += other diag(factors).
void ppl_add_scaled_columns(double *_Nonnull x, ptrdiff_t rows, ptrdiff_t columns, const double *_Nonnull other,
                            const double *_Nonnull factors);
// How many rows lie below the truth, column by column; ties go evenly to the ranks that they span.
void ppl_ensemble_ranks(const double *_Nonnull x, ptrdiff_t rows, ptrdiff_t columns, const double *_Nonnull truth,
                        ptrdiff_t *_Nonnull ranks);
// E|X - truth| - E|X - X'| / 2 of each column, the rows being the members of X.
ptrdiff_t ppl_ensemble_crps_workspace(ptrdiff_t rows);
void ppl_ensemble_crps(const double *_Nonnull x, ptrdiff_t rows, ptrdiff_t columns, const double *_Nonnull truth,
                       double *_Nonnull scores, double *_Nonnull work);
// One observation of `point` brought into an ensemble that is given by its mean and its anomalies, one row a member:
// the mean moves by `weights` gain innovation, the anomalies by -`shrinkage` of it. `gain` and `observed` are workspace of
// a number for each column and row. Returns the variance at the point.
double ppl_serial_update(double *_Nonnull anomalies, double *_Nonnull mean, ptrdiff_t rows, ptrdiff_t columns,
                         ptrdiff_t point, double value, double variance, const double *_Nullable weights,
                         double *_Nonnull gain, double *_Nonnull observed);

// Lorenz's models: one Runge-Kutta step of each row, or of each row as a small change of the state.
// Work for Lorenz-96: 4 n + 6 numbers; for its tangent, 7 n + 18.
void ppl_lorenz96(double *_Nonnull rows, ptrdiff_t count, ptrdiff_t n, double forcing, double step,
                  double *_Nonnull work);
void ppl_lorenz96_tangent(double *_Nonnull rows, ptrdiff_t count, ptrdiff_t n, const double *_Nonnull state,
                          double forcing, double step, double *_Nonnull work);
void ppl_lorenz63(double *_Nonnull rows, ptrdiff_t count, const double *_Nonnull parameters, double step);
void ppl_lorenz63_tangent(double *_Nonnull rows, ptrdiff_t count, const double *_Nonnull state,
                          const double *_Nonnull parameters, double step);
