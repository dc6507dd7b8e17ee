// Log densities with their derivatives, the kernels of one-pass functions of Distributions: out holds the value, then each
// derivative. n = {rank, count, extents[rank], strides[rank] of each operand}.
#pragma once
#include "CNumerics.h"

PPL_DECLARE(gev_log_density)
