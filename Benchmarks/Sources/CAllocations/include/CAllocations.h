#ifndef C_ALLOCATIONS_H
#define C_ALLOCATIONS_H

#include <stdint.h>

/// How many blocks this thread has asked the allocator for since it started; -1 where that cannot be counted.
int64_t benchmark_allocation_count(void);

#endif
