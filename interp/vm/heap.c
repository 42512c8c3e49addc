// Lua tells the size of what it frees, so blocks need no headers: small ones are cut from aligned chunks,
// which say whose they are, and go back to lists by size. Not for budgets (vm.c). Invariant: a chunk holds
// blocks of one account only.
#include "vm/heap.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "vm/state.h"

enum { CHUNK = 16 * 1024 };

struct heap_chunk {
    struct vm_owner *owner;
    struct heap_chunk *next;
};

struct heap_cell {
    struct heap_cell *next;
};

// In front of a large block.
struct front {
    struct vm_owner *owner;
    size_t unused; // keeps what follows aligned
};

static size_t size_class(size_t size)
{
    return (size + HEAP_STEP - 1) / HEAP_STEP;
}

static struct heap_chunk *chunk_of(const void *block)
{
    return (struct heap_chunk *)((uintptr_t)block & ~(uintptr_t)(CHUNK - 1));
}

static struct front *front_of(const void *block)
{
    return (struct front *)(uintptr_t)block - 1;
}

static bool open_chunk(struct vm_owner *owner)
{
    struct heap *heap = &owner->heap;
    struct heap_chunk *chunk = arena_heap_aligned(CHUNK);
    if (chunk == NULL)
        return false;
    *chunk = (struct heap_chunk){owner, heap->chunks};
    heap->chunks = chunk;
    heap->at = (unsigned char *)(chunk + 1);
    heap->end = (unsigned char *)chunk + CHUNK;
    return true;
}

static void *get_large(struct vm_owner *owner, void *old, size_t size)
{
    struct front *front = arena_heap(old == NULL ? NULL : front_of(old), sizeof *front + size);
    if (front == NULL)
        return NULL;
    front->owner = owner;
    return front + 1;
}

void *heap_get(struct vm_owner *owner, size_t size)
{
    if (size > HEAP_SMALL)
        return get_large(owner, NULL, size);
    struct heap *heap = &owner->heap;
    size_t class = size_class(size);
    struct heap_cell *cell = heap->free[class];
    if (cell != NULL) {
        heap->free[class] = cell->next;
        return cell;
    }
    size_t bytes = class * HEAP_STEP;
    if ((size_t)(heap->end - heap->at) < bytes && !open_chunk(owner))
        return NULL;
    heap->at += bytes;
    return heap->at - bytes;
}

void heap_put(void *block, size_t size)
{
    if (size > HEAP_SMALL) {
        arena_heap(front_of(block), 0);
        return;
    }
    struct heap_cell **first = &chunk_of(block)->owner->heap.free[size_class(size)];
    struct heap_cell *cell = block;
    cell->next = *first;
    *first = cell;
}

void *heap_resize(void *block, size_t old_size, size_t size)
{
    bool small = old_size <= HEAP_SMALL && size <= HEAP_SMALL;
    if (small && size_class(old_size) == size_class(size))
        return block;
    struct vm_owner *owner = heap_owner(block, old_size);
    if (old_size > HEAP_SMALL && size > HEAP_SMALL)
        return get_large(owner, block, size);
    void *fresh = heap_get(owner, size);
    if (fresh != NULL) {
        memcpy(fresh, block, old_size < size ? old_size : size);
        heap_put(block, old_size);
    }
    return fresh;
}

struct vm_owner *heap_owner(const void *block, size_t size)
{
    return size > HEAP_SMALL ? front_of(block)->owner : chunk_of(block)->owner;
}

void heap_close(struct heap *heap)
{
    while (heap->chunks != NULL) {
        struct heap_chunk *chunk = heap->chunks;
        heap->chunks = chunk->next;
        arena_heap(chunk, 0);
    }
}
