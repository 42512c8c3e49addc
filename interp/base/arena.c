// Arenas: a chain of blocks that grow geometrically. Not a general allocator: nothing is ever freed singly.
// Invariant: every pointer handed out stays valid until arena_close.
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/panic.h"

// A little less than powers of two, so that with the headers before them they fit where those were.
enum { ALIGNMENT = 8, FIRST_BLOCK = 4 * 1024 - 64, LARGE_BLOCK = 4 * FIRST_BLOCK };

struct block {
    struct block *next;
    size_t size;
    size_t used;
    size_t newest; // offset of the newest object
};

struct arena {
    struct block *blocks;
    size_t next_size;
    size_t total;
};

static struct block *block_new(size_t size)
{
    struct block *block = malloc(sizeof *block + size);
    if (block == NULL)
        panic_memory();
    block->next = NULL;
    block->size = size;
    block->used = 0;
    block->newest = 0;
    return block;
}

struct arena *arena_open(void)
{
    struct arena *arena = malloc(sizeof *arena);
    if (arena == NULL)
        panic_memory();
    arena->blocks = block_new(FIRST_BLOCK);
    arena->next_size = FIRST_BLOCK * 2;
    arena->total = 0;
    return arena;
}

static void free_blocks(struct block *block)
{
    while (block != NULL) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_close(struct arena *arena)
{
    if (arena == NULL)
        return;
    free_blocks(arena->blocks);
    free(arena);
}

void arena_clear(struct arena *arena)
{
    free_blocks(arena->blocks->next);
    arena->blocks->next = NULL;
    arena->blocks->used = arena->blocks->newest = 0;
    arena->total = 0;
}

// A block that has room for so much, where the current one has not. Seldom, and kept out of the way of the
// rest.
__attribute__((noinline)) static struct block *another_block(struct arena *arena, size_t need)
{
    struct block *block = arena->blocks;
    struct block *fresh = block_new(need > arena->next_size ? need : arena->next_size);
    if (arena->next_size < LARGE_BLOCK)
        arena->next_size *= 2;
    else if (arena->next_size < arena->total / 16)
        arena->next_size = arena->total / 16;
    if (need > arena->next_size && block->size - block->used > need / 8) {
        // An outsized object gets a block of its own behind the current one, which stays in use.
        fresh->next = block->next;
        block->next = fresh;
    } else {
        fresh->next = block;
        arena->blocks = fresh;
    }
    return fresh;
}

void *arena_bytes(struct arena *arena, size_t size)
{
    REQUIRE(arena != NULL);
    REQUIRE(size < SIZE_MAX / 2);
    size_t need = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (need == 0)
        need = ALIGNMENT;
    struct block *block = arena->blocks;
    if (block->size - block->used < need)
        block = another_block(arena, need);
    unsigned char *memory = (unsigned char *)(block + 1) + block->used;
    block->newest = block->used;
    block->used += need;
    arena->total += need;
    return memory;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(arena_bytes(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    REQUIRE(size == 0 || count < SIZE_MAX / 4 / size);
    return arena_alloc(arena, count * size);
}

// Extends the newest object of the current block in place. False: it is another one, or there is no room.
static bool extend(struct arena *arena, const void *old, size_t size)
{
    struct block *block = arena->blocks;
    unsigned char *newest = (unsigned char *)(block + 1) + block->newest;
    size_t need = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (old != newest || need > block->size - block->newest || block->newest + need < block->used)
        return false;
    arena->total += block->newest + need - block->used;
    block->used = block->newest + need;
    return true;
}

void arena_trim(struct arena *arena, const void *object, size_t size)
{
    struct block *block = arena->blocks;
    size_t need = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (object != (unsigned char *)(block + 1) + block->newest || block->newest + need > block->used)
        return;
    arena->total -= block->used - block->newest - need;
    block->used = block->newest + need;
}

void *arena_grow_bytes(struct arena *arena, const void *old, size_t old_size, size_t new_size)
{
    REQUIRE(new_size >= old_size);
    if (old_size > 0 && extend(arena, old, new_size))
        return (void *)(uintptr_t)old;
    void *fresh = arena_bytes(arena, new_size);
    if (old_size > 0)
        memcpy(fresh, old, old_size);
    return fresh;
}

void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count, size_t size)
{
    REQUIRE(new_count >= old_count);
    REQUIRE(size == 0 || new_count < SIZE_MAX / 4 / size);
    unsigned char *grown = arena_grow_bytes(arena, old, old_count * size, new_count * size);
    memset(grown + old_count * size, 0, (new_count - old_count) * size);
    return grown;
}

// At 8 and at each power of two behind it, twice as much.
void *arena_room(struct arena *arena, const void *items, size_t count, size_t size)
{
    if (count != 0 && (count < 8 || (count & (count - 1)) != 0))
        return (void *)(uintptr_t)items;
    return arena_grow(arena, items, count, count == 0 ? 8 : 2 * count, size);
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_bytes(arena, length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    char small[256]; // nearly all fit, and are formatted once
    int length = vsnprintf(small, sizeof small, format, args);
    REQUIRE(length >= 0);
    char *text = arena_bytes(arena, (size_t)length + 1);
    if ((size_t)length < sizeof small)
        memcpy(text, small, (size_t)length + 1);
    else
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

size_t arena_used(const struct arena *arena)
{
    return arena->total;
}

void *arena_heap(void *old, size_t size)
{
    if (size == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, size);
}

void *arena_heap_aligned(size_t size)
{
    return aligned_alloc(size, size);
}
