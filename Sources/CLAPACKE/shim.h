// Swift has no complex type of C's; these names make LAPACKE's complex arguments plain structs.
typedef struct {
  float re, im;
} ppl_complex_float;
typedef struct {
  double re, im;
} ppl_complex_double;
#define lapack_complex_float ppl_complex_float
#define lapack_complex_double ppl_complex_double
#include <lapacke.h>
