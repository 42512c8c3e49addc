// Inside vm/ only: the memory that Lua's objects lie in, an account's apart from another's.
#pragma once
#include <stddef.h>

enum { HEAP_SMALL = 256, HEAP_STEP = 16, HEAP_SIZES = HEAP_SMALL / HEAP_STEP + 1 };

struct heap_chunk;
struct heap_cell;
struct vm_owner;

// Of one account; zeroed at first.
struct heap {
    struct heap_chunk *chunks;
    unsigned char *at, *end;            // what is left of the newest
    struct heap_cell *free[HEAP_SIZES]; // given back, by size
};

// A block for the account, or NULL when there is no memory.
void *heap_get(struct vm_owner *owner, size_t size);
// Gives a block back, of the size that it was asked for with.
void heap_put(void *block, size_t size);
// The same bytes in a block of another size, perhaps elsewhere; NULL: there is no memory, and the block
// stays.
void *heap_resize(void *block, size_t old_size, size_t size);
struct vm_owner *heap_owner(const void *block, size_t size);
// Frees what small blocks lie in, when none is in use any more.
void heap_close(struct heap *heap);
