// Step by step as it happens: a line for each finished step, instances of a loop counted together.
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct progress;
struct text;
struct value;

struct progress *progress_new(struct arena *arena, int width, bool colour);
// Takes a record in and adds to `out` what is to be printed now, often nothing. Keeps nothing of `out`.
void progress_take(struct progress *progress, struct text *out, const char *type,
                   const struct value *members);
// Adds that nothing has been told for so long, and what that step waits for.
void progress_wait(struct progress *progress, struct text *out, const char *path, int64_t seconds,
                   const char *what);
// Adds what is still held back.
void progress_end(struct progress *progress, struct text *out);
