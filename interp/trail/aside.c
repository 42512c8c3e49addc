// Side files of interrupted commits. Not for judging whether a tail is signed (store.c).
// Invariant: bytes leave the log only after their copy is durable; a copy waits until a signed line names it,
// so an interrupted recovery is finished by the next commit.
#include "trail/aside.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "data/value.h"
#include "trail/lines.h"

enum { MAX_TAIL = 64 * 1024 * 1024 };

static const char waiting_suffix[] = ".waiting";

bool aside_save(struct arena *arena, const char *folder, struct file *log, uint64_t offset, uint64_t size,
                struct err *err)
{
    size_t length = (size_t)(size - offset), got;
    if (size - offset > MAX_TAIL)
        return err_set(err, E_TRAIL,
                       "%llu unsigned bytes follow the signed part of %s; more than a crash leaves",
                       (unsigned long long)(size - offset), log->name);
    char *bytes = arena_alloc(arena, length + 1);
    if (!file_read_at(log, offset, bytes, length, &got, err))
        return false;
    const char *aside = arena_printf(arena, "%s/aside", folder);
    const char *name = arena_printf(arena, "%s/%llu-%.16s%s", aside, (unsigned long long)offset,
                                    crypto_sha256_hex(arena, bytes, got), waiting_suffix);
    return file_mkdirs(aside, err) && file_sync_dir(folder, err) && file_replace(name, bytes, got, err) &&
           file_truncate(log, offset, err) && file_sync(log, err);
}

// A side file as members; "file" is its name once it is settled.
static const struct value *describe(struct arena *arena, const char *aside, const char *name, struct err *err)
{
    size_t length, lines = 0;
    const char *bytes = file_load(arena, arena_printf(arena, "%s/%s", aside, name), MAX_TAIL, &length, err);
    if (bytes == NULL)
        return NULL;
    for (size_t i = 0; i < length; i++)
        lines += bytes[i] == '\n';
    struct value *members = value_map(arena);
    value_put(arena, members, "bytes", value_int(arena, (int64_t)length));
    value_put(arena, members, "lines", value_int(arena, (int64_t)lines));
    value_put_text(arena, members, "digest", crypto_digest(arena, bytes, length));
    value_put(arena, members, "file",
              value_printf(arena, "aside/%.*s", (int)(strlen(name) - strlen(waiting_suffix)), name));
    return members;
}

const struct value *aside_waiting(struct arena *arena, const char *folder, struct err *err)
{
    const char *aside = arena_printf(arena, "%s/aside", folder);
    struct value *list = value_list(arena);
    for (char **name = folder_list(arena, aside); *name != NULL; name++) {
        if (!text_ends(*name, waiting_suffix))
            continue;
        const struct value *members = describe(arena, aside, *name, err);
        if (members == NULL)
            return NULL;
        value_append(arena, list, members);
    }
    return list;
}

bool aside_is_named(struct arena *arena, struct file *log, const struct value *tail, bool *named,
                    struct err *err)
{
    static const char type[] = "\"type\":\"trail.recovered\"";
    const char *file = value_text_at(tail, "file");
    const char *name = arena_printf(arena, "\"file\":\"%s\"", file);
    // Its name begins with where it was cut off: what names it was written there or behind.
    struct lines lines = lines_new(arena, log, strtoull(file + sizeof "aside/" - 1, NULL, 10));
    *named = false;
    while (!*named) {
        if (!lines_next(&lines, err))
            return false;
        if (lines.line == NULL)
            break;
        *named = memmem(lines.line, lines.length, type, sizeof type - 1) != NULL &&
                 memmem(lines.line, lines.length, name, strlen(name)) != NULL;
    }
    return true;
}

bool aside_settle(struct arena *arena, const char *folder, const struct value *waiting, struct err *err)
{
    for (size_t i = 0; i < value_count(waiting); i++) {
        const char *name =
            arena_printf(arena, "%s/%s", folder, value_text_at(value_item(waiting, i), "file"));
        if (!file_rename(arena_printf(arena, "%s%s", name, waiting_suffix), name, err))
            return false;
    }
    return true;
}
