// What a fit does to its gradient at each step.
#include "CNumerics.h"

#include "kernel.h"

KERNEL ppl_adam(const struct ppl_adam_rates *rates, ptrdiff_t count, double *gradient, double *mean, double *square) {
  const struct ppl_adam_rates r = *rates;
  EACH for (ptrdiff_t i = 0; i < count; i++) {
    const double g = gradient[i];
    const double first = (1 - r.decay) * g + r.decay * mean[i];
    const double second = (1 - r.square_decay) * (g * g) + r.square_decay * square[i];
    const double deviation = __builtin_elementwise_sqrt(second * r.over_square_bias);
    mean[i] = first;
    square[i] = second;
    gradient[i] = -r.learning_rate * ((first * r.over_mean_bias) / (deviation + r.epsilon));
  }
}

// Eight running sums: short dependency chains.
CLONED double ppl_sum_of_squares(const double *a, ptrdiff_t count) {
  double s[8] = {0};
  ptrdiff_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (int k = 0; k < 8; k++) s[k] += a[i + k] * a[i + k];
  for (int k = 0; i < count; i++, k++) s[k] += a[i] * a[i];
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}
