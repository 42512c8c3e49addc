// Reading a log line by line. Not for what lines say or whether they are signed.
// Invariant: a line is given out only with its LF seen, and only when it is not longer than an entry may be.
#include "trail/lines.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "trail/trail.h"

enum { BUFFER = 2 * (TRAIL_MAX_LINE + 1), CHUNK = 64 * 1024 };

struct lines lines_new(struct arena *arena, struct file *file, uint64_t offset)
{
    return (struct lines){
        .file = file, .offset = offset, .end_at = UINT64_MAX, .buffer = arena_bytes(arena, BUFFER)};
}

bool lines_next(struct lines *lines, struct err *err)
{
    const char *end = memchr(lines->buffer + lines->start, '\n', lines->end - lines->start);
    if (end == NULL) {
        size_t kept = lines->end - lines->start, wanted = BUFFER - kept, got;
        if (lines->end_at - lines->offset < kept + wanted)
            wanted = (size_t)(lines->end_at - lines->offset) - kept;
        memmove(lines->buffer, lines->buffer + lines->start, kept);
        lines->start = 0;
        if (!file_read_at(lines->file, lines->offset + kept, lines->buffer + kept, wanted, &got, err))
            return false;
        lines->end = kept + got;
        end = memchr(lines->buffer, '\n', lines->end);
    }
    lines->line = NULL;
    if (end == NULL || end - (lines->buffer + lines->start) > TRAIL_MAX_LINE)
        return true;
    lines->line = lines->buffer + lines->start;
    lines->length = (size_t)(end - lines->line);
    lines->start += lines->length + 1;
    lines->offset += lines->length + 1;
    return true;
}

bool lines_find(struct file *file, uint64_t end, uint64_t seq, uint64_t *offset, struct err *err)
{
    struct arena *arena = arena_open();
    const char *front =
        arena_printf(arena, "\n{\"v\":1,\"seq\":%llu,", (unsigned long long)seq); // record_write
    size_t length = strlen(front), got = 0;
    char *buffer = arena_alloc(arena, CHUNK + length);
    bool ok = true;
    const char *found = NULL;
    for (*offset = 0; ok && seq > 0 && found == NULL && end > 0;) {
        size_t part = end < CHUNK ? (size_t)end : CHUNK;
        end -= part;
        ok = file_read_at(file, end, buffer, part + length - 1, &got, err);
        found = ok ? memmem(buffer, got, front, length) : NULL;
    }
    if (found != NULL)
        *offset = end + (uint64_t)(found - buffer) + 1;
    else if (ok && seq > 0)
        ok = err_set(err, E_TAMPERED, "%s has no line %llu", file->name, (unsigned long long)seq);
    arena_close(arena);
    return ok;
}
