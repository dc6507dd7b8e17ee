// Correlations of the scaled distance with their derivatives, the kernels of one-pass functions of Kernels: out holds the
// values, then the derivatives. n = {rank, count, ...}; the operand is contiguous.
#pragma once
#include "CNumerics.h"

PPL_DECLARE(matern12)
PPL_DECLARE(matern32)
PPL_DECLARE(matern52)
PPL_DECLARE(rbf)
