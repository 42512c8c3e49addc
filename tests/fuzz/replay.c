// A fuzz target without a fuzzer: every file of the folders given, as it is and with bytes changed by a fixed
// seed, so that the corpus and its neighbourhood are a test with every compiler. Usage: TARGET CHANGES
// FOLDER...
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/folder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_INPUT = 1024 * 1024 };

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

// A byte becomes another one, or stretches are dropped or doubled.
static size_t change(uint8_t *bytes, size_t length, uint64_t *state)
{
    static const char words[] = "\"{}[],:0e-\\u$/# ";
    if (length == 0)
        return 0;
    size_t at = (size_t)next(state) % length, span = 1 + (size_t)next(state) % 16;
    span = span < length - at ? span : length - at;
    switch (next(state) % 4) {
    case 0:
        bytes[at] = (uint8_t)next(state);
        return length;
    case 1:
        bytes[at] = (uint8_t)words[next(state) % (sizeof words - 1)];
        return length;
    case 2:
        memmove(bytes + at, bytes + at + span, length - at - span);
        return length - span;
    default:
        memmove(bytes + at + span, bytes + at, length - at);
        return length + span;
    }
}

static void play(const char *name, unsigned changes)
{
    struct arena *arena = arena_open();
    struct err err = {0};
    size_t length;
    char *bytes = file_read(arena, name, MAX_INPUT, &length, &err);
    if (bytes == NULL) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    LLVMFuzzerTestOneInput((const uint8_t *)bytes, length);
    uint64_t state = 0x9e3779b97f4a7c15;
    uint8_t *copy = arena_alloc(arena, length + 4 * 16 + 1);
    for (unsigned i = 0; i < changes; i++) {
        size_t size = length;
        memcpy(copy, bytes, length);
        for (uint64_t n = 1 + next(&state) % 4; n > 0; n--)
            size = change(copy, size, &state);
        LLVMFuzzerTestOneInput(copy, size);
    }
    arena_close(arena);
}

int main(int argc, char **argv)
{
    unsigned changes = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    size_t files = 0;
    struct arena *arena = arena_open();
    for (int i = 2; i < argc; i++)
        for (char **file = folder_list(arena, argv[i]); *file != NULL; file++) {
            char *name = arena_printf(arena, "%s/%s", argv[i], *file);
            if (file_is_dir(name))
                continue;
            play(name, changes);
            files++;
        }
    arena_close(arena);
    return files > 0 ? 0 : 1;
}
