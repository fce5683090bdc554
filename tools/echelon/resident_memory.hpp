#pragma once

namespace echelon {

/// For processes that stay: tensors are mapped one by one and go back to the system when they are
/// freed. Left to itself the allocator learns to keep them, and what one burst of messages took
/// stays resident for good. Cost: a page fault for each 4 KB of a fresh tensor. Call before the
/// first.
void return_freed_memory();

}  // namespace echelon
