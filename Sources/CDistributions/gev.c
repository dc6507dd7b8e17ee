// The log density of the generalized extreme value distribution with its derivatives.
#include "CDistributions.h"

#include "kernel.h"
#include "vector_math.h"

enum { block = 128 };

// One element. With z = (x - location) / scale, a = shape z, phi(a) = log(1 + a) / a:
//
//     s = z phi(a),   w = exp(-s),   log p = -log(scale) - (1 + shape) s - w
//     ds/dz = 1 / (1 + a),   ds/dshape = z^2 phi'(a),   d(log p)/ds = w - 1 - shape
//
// phi and phi' come from one argument reduction 1 + a = 2^k (1 + f) and t = f / (2 + f), log(1 + f) = 2 atanh(t).
// For k = 0 nothing cancels in
//
//     phi = (2 + t^2 T) / (2 + a),   phi' = -(1 + T (t^2 + t) / 2) / ((1 + a) (2 + a)),   T = atanh_tail(t^2)
//
// and elsewhere s = log(1 + a) / shape and ds/dshape = (z / (1 + a) - s) / shape lose less than a digit. Outside the
// support, and where w is not finite, the density is 0 and no derivative is taken.
struct gev_parameters {
  double location, over_scale, log_scale, shape, over_shape;
};

// s, z, 1 / (1 + a) and -ds/dshape; s is -infinity outside the support.
INLINE void gev_reduce(double x, struct gev_parameters p, double *reduced, double *any_z, double *over_t1, double *fall) {
  const double unsafe_z = (x - p.location) * p.over_scale, any_a = p.shape * unsafe_z;
  const int is_inside = any_a > -1 && any_a < INFINITY;
  const double z = is_inside ? unsafe_z : 0, a = is_inside ? any_a : 0;

  const double t1 = 1 + a, added = t1 - 1, lost = (1 - (t1 - added)) + (a - added);
  double k;
  const double m = split_normal(t1, &k);
  const int is_near = k == 0;
  const double f = is_near ? a : m - 1;

  // One division for two reciprocals; the quarter keeps the product finite.
  const double quarter = 0.5 + 0.25 * f, q = 1 / (t1 * quarter), over_2f = 0.25 * (q * t1);
  *over_t1 = q * quarter;

  const double t = f * over_2f, t2 = t * t, tail = atanh_tail(t2), half = 0.5 * f * f;
  const double rest = t * (half + t2 * tail) + (k * ln2_low + lost * *over_t1);
  const double log_t1 = k * ln2_high - ((half - rest) - f);
  const double s = is_near ? z * (over_2f * (2 + t2 * tail)) : log_t1 * p.over_shape;
  const double near_fall = (z * z) * (1 + 0.5 * tail * (t2 + t)) * (*over_t1 * over_2f);
  *fall = is_near ? near_fall : (s - z * *over_t1) * p.over_shape;
  *reduced = is_inside ? s : -INFINITY;
  *any_z = z;
}

// The results in the places of what they come from.
INLINE void gev_finish(struct gev_parameters p, double *s_to_value, double *over_t1_to_location, double *z_to_scale,
                       double *fall_to_shape) {
  const double s = *s_to_value, over_t1 = *over_t1_to_location, z = *z_to_scale, fall = *fall_to_shape;
  const int is_live = s > -700;
  // Beyond 708 w adds nothing to any result.
  const double r = is_live ? s : 0, w = vector_exp_within(r > 708 ? -708 : -r), above = 1 + p.shape;
  const double slope_down = above - w, d_z = slope_down * over_t1;
  *s_to_value = is_live ? -p.log_scale - above * r - w : -INFINITY;
  *over_t1_to_location = is_live ? d_z * p.over_scale : 0;
  *z_to_scale = is_live ? (z * d_z - 1) * p.over_scale : 0;
  *fall_to_shape = is_live ? slope_down * fall - r : 0;
}

// `count` numbers from `a` in steps of `step`, contiguous: where they are, or in `copy`.
INLINE const double *gathered(const double *a, ptrdiff_t step, ptrdiff_t count, double *copy) {
  if (step == 1) return a;
  for (ptrdiff_t i = 0; i < count; i++) copy[i] = a[i * step];
  return copy;
}

// n = {rank, count, extents[rank], strides of x, location, scale and shape}.
KERNEL ppl_gev_log_density(ppl_operands operands, ppl_integers n) {
  const ptrdiff_t rank = n[0], total = n[1];
  ppl_integers extents = n + 2;
  const ptrdiff_t row = extents[rank - 1];
  const ptrdiff_t *const strides[4] = {extents + rank, extents + 2 * rank, extents + 3 * rank, extents + 4 * rank};
  ptrdiff_t index[max_rank] = {0}, offsets[4] = {0}, step[4];
  for (int k = 0; k < 4; k++) step[k] = strides[k][rank - 1];
  double *out = operands[4];
  double copies[4][block], logs[block];
  do {
    for (ptrdiff_t start = 0; start < row; start += block) {
      const ptrdiff_t count = row - start < block ? row - start : block;
      const double *at[4];
      for (int k = 0; k < 4; k++) at[k] = operands[k] + offsets[k] + start * step[k];
      const double *x = gathered(at[0], step[0], count, copies[0]);
      const double *location = gathered(at[1], step[1], count, copies[1]);
      double *v = out, *dl = out + total, *dc = out + 2 * total, *ds = out + 3 * total;
      if (step[2] == 0 && step[3] == 0) {
        const double scale = *at[2], shape = *at[3], over_scale = 1 / scale, log_scale = vector_log(scale);
        const double over_shape = 1 / shape;
        EACH for (ptrdiff_t i = 0; i < count; i++) {
          const struct gev_parameters p = {location[i], over_scale, log_scale, shape, over_shape};
          gev_reduce(x[i], p, v + i, dc + i, dl + i, ds + i);
        }
        const struct gev_parameters p = {0, over_scale, log_scale, shape, over_shape};
        EACH for (ptrdiff_t i = 0; i < count; i++) gev_finish(p, v + i, dl + i, dc + i, ds + i);
      } else {
        const double *scale = gathered(at[2], step[2], count, copies[2]);
        const double *shape = gathered(at[3], step[3], count, copies[3]);
        EACH for (ptrdiff_t i = 0; i < count; i++) logs[i] = vector_log(scale[i]);
        EACH for (ptrdiff_t i = 0; i < count; i++) {
          const struct gev_parameters p = {location[i], 1 / scale[i], logs[i], shape[i], 1 / shape[i]};
          gev_reduce(x[i], p, v + i, dc + i, dl + i, ds + i);
          gev_finish(p, v + i, dl + i, dc + i, ds + i);
        }
      }
      out += count;
    }
  } while (next_row(rank, extents, index, 4, strides, offsets));
}
