#include "tools/echelon/resident_memory.hpp"

#include <malloc.h>

namespace echelon {

void return_freed_memory() {
  constexpr int mapped_from_bytes = 128 << 10;
  mallopt(M_MMAP_THRESHOLD, mapped_from_bytes);
}

}  // namespace echelon
