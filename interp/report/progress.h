// Step by step as it happens: a line for each finished step, instances of a loop counted together.
#pragma once
#include <stdbool.h>

struct arena;
struct progress;
struct text;
struct value;

struct progress *progress_new(struct arena *arena, int width, bool colour);
// Takes a record in and adds to `out` what is to be printed now, often nothing. Keeps nothing of `out`.
void progress_take(struct progress *progress, struct text *out, const char *type,
                   const struct value *members);
// Adds what is still held back.
void progress_end(struct progress *progress, struct text *out);
