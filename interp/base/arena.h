// Memory by lifetime. An arena hands out zeroed memory and is freed as a whole; nobody frees single
// objects. There are three lifetimes: the program, one run, one phase. This is the only door to malloc.
#pragma once
#include <stdarg.h>
#include <stddef.h>

struct arena;

// A new, empty arena. Never fails: out of memory ends the process (the trail makes that recoverable).
struct arena *arena_open(void);
// Frees everything that was allocated in it. arena_close(NULL) is harmless.
void arena_close(struct arena *arena);

// Frees everything that was allocated in it, for what comes next.
void arena_clear(struct arena *arena);

// Zeroed memory, aligned for pointers, doubles and 64-bit integers; size 0 gives a valid pointer.
void *arena_alloc(struct arena *arena, size_t size);
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array((arena), (count), sizeof(type)))
void *arena_array(struct arena *arena, size_t count, size_t size);
// The same of bytes that may hold anything.
void *arena_bytes(struct arena *arena, size_t size);
// A larger array with the old one's content and zeroes behind it: the same memory where that is the newest
// and has room behind it, else a copy (then the old one stays in the arena until it closes).
void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count, size_t size);
// The array with room for one item more behind `count`: for what grows one by one, so that nobody need keep
// how much room there is.
void *arena_room(struct arena *arena, const void *items, size_t count, size_t size);
// The same as arena_grow for bytes, of which the new ones may hold anything.
void *arena_grow_bytes(struct arena *arena, const void *old, size_t old_size, size_t new_size);
// Gives back what is behind the first `size` bytes, if this is the newest object of the arena.
void arena_trim(struct arena *arena, const void *object, size_t size);

char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args);

// Bytes handed out so far.
size_t arena_used(const struct arena *arena);

// The same heap without an arena, for libraries that bring their own allocator interface (Lua): like
// realloc, but size 0 frees, and failure returns NULL.
void *arena_heap(void *old, size_t size);
// New memory that begins at a multiple of its size, a power of two; freed with arena_heap.
void *arena_heap_aligned(size_t size);
