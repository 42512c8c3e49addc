// The estate's state: an index over lines "KEY<TAB>JSON" of a file that is written once (estate.jsonl) and of
// a journal of whole resources (journal.jsonl) that only grows. Not for what resources mean. Invariants:
// memory is what the files say up to `taken`; a change is on disk before anybody is told; only whole lines
// count, so a torn one is nothing. The journal names the generation of the estate that it belongs to; its
// lock is the lock of the folder.
#include "lab/estate.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/seed.h"

enum { GENERATION = 36, HEADER = GENERATION + 1, ARENA_LIMIT = 64 * 1024 * 1024 };

struct entry {
    const char *key;
    const char *json; // as on disk; NULL once it was changed in this process
    size_t length;
    const struct value *value; // parsed when first asked for
};

struct estate {
    const char *base, *log, *origin; // in `own`; the last names the making of the seed
    struct arena *own, *arena;       // the second holds everything that a reload forgets
    struct file journal;
    uint64_t taken; // bytes of the journal that memory holds
    char generation[HEADER];
    int64_t created;
    struct entry *entries;
    size_t count, size;
    struct text pending; // lines of this turn
    bool locked, broken;
};

// The first entry whose key is not less than `key`.
static size_t lower_bound(const struct estate *estate, const char *key)
{
    size_t low = 0, high = estate->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(estate->entries[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_key(const struct estate *estate, size_t index, const char *key)
{
    return index < estate->count && strcmp(estate->entries[index].key, key) == 0;
}

static struct entry *entry_insert(struct estate *estate, size_t index)
{
    if (estate->count == estate->size) {
        size_t size = estate->size == 0 ? 512 : estate->size * 2;
        estate->entries =
            arena_grow(estate->arena, estate->entries, estate->count, size, sizeof *estate->entries);
        estate->size = size;
    }
    struct entry *entry = &estate->entries[index];
    memmove(entry + 1, entry, (estate->count - index) * sizeof *entry);
    *entry = (struct entry){0};
    estate->count++;
    return entry;
}

static void entry_remove(struct estate *estate, size_t index)
{
    struct entry *entry = &estate->entries[index];
    estate->count--;
    memmove(entry, entry + 1, (estate->count - index) * sizeof *entry);
}

// Takes one line without its end; the bytes stay where they are.
static void take_line(struct estate *estate, char *line, size_t length)
{
    char *tab = memchr(line, '\t', length);
    if (tab == NULL) {
        estate->broken = true;
        return;
    }
    *tab = '\0';
    const char *json = tab + 1;
    size_t json_length = length - (size_t)(json - line);
    size_t index = estate->count > 0 && strcmp(estate->entries[estate->count - 1].key, line) < 0
                       ? estate->count
                       : lower_bound(estate, line);
    bool there = has_key(estate, index, line);
    if (json_length == 4 && memcmp(json, "null", 4) == 0) {
        if (there)
            entry_remove(estate, index);
        return;
    }
    struct entry *entry = there ? &estate->entries[index] : entry_insert(estate, index);
    *entry = (struct entry){.key = line, .json = json, .length = json_length};
}

// Takes whole lines; returns how many bytes they were.
static size_t take_lines(struct estate *estate, char *bytes, size_t length)
{
    size_t done = 0;
    for (char *end; (end = memchr(bytes + done, '\n', length - done)) != NULL;
         done = (size_t)(end - bytes) + 1)
        take_line(estate, bytes + done, (size_t)(end - (bytes + done)));
    return done;
}

// The journal's new lines, from `taken` to its end.
static bool take_journal(struct estate *estate, uint64_t size, struct err *err)
{
    if (size <= estate->taken)
        return true;
    size_t got, length = (size_t)(size - estate->taken);
    char *bytes = arena_alloc(estate->arena, length);
    if (!file_read_at(&estate->journal, estate->taken, bytes, length, &got, err))
        return false;
    estate->taken += take_lines(estate, bytes, got);
    return true;
}

static bool header_matches(struct estate *estate, bool *matches, struct err *err)
{
    char header[HEADER];
    size_t got;
    if (!file_read_at(&estate->journal, 0, header, HEADER, &got, err))
        return false;
    *matches = got == HEADER && memcmp(header, estate->generation, GENERATION) == 0;
    return true;
}

// The journal is made to belong to the estate in memory. Wants the lock.
static bool journal_begin(struct estate *estate, struct err *err)
{
    char header[HEADER + 1];
    memcpy(header, estate->generation, GENERATION);
    header[GENERATION] = '\n';
    return file_truncate(&estate->journal, 0, err) && file_write_at(&estate->journal, 0, header, HEADER, err);
}

static bool read_header(struct estate *estate, char *bytes, size_t length, size_t *end, struct err *err)
{
    char *line_end = memchr(bytes, '\n', length);
    const struct value *header =
        line_end == NULL ? NULL
                         : json_parse(estate->arena, estate->base, bytes, (size_t)(line_end - bytes), err);
    const char *generation = value_text_at(header, "generation");
    if (generation == NULL || strlen(generation) != GENERATION) {
        err_set(err, E_FILE, "%s is no estate of the lab", estate->base);
        err_hint(err, "playbook lab reset makes a new one");
        return false;
    }
    memcpy(estate->generation, generation, GENERATION);
    const char *origin = value_text_at(header, "origin");
    estate->origin = arena_strdup(estate->own, origin == NULL ? generation : origin);
    estate->created = value_int_at(header, "created", 0);
    *end = (size_t)(line_end - bytes) + 1;
    return true;
}

// Forgets memory and reads the files. Wants the lock, so that the two files belong together.
static bool estate_load(struct estate *estate, struct err *err)
{
    arena_close(estate->arena);
    estate->arena = arena_open();
    estate->entries = NULL;
    estate->count = estate->size = 0;
    estate->broken = false;
    size_t length, start;
    uint64_t size;
    char *bytes = file_load(estate->arena, estate->base, ESTATE_MAX_FILE, &length, err);
    if (bytes == NULL || !read_header(estate, bytes, length, &start, err))
        return false;
    take_lines(estate, bytes + start, length - start);
    bool matches;
    if (!header_matches(estate, &matches, err) || (!matches && !journal_begin(estate, err)))
        return false;
    estate->taken = HEADER;
    return file_size(&estate->journal, &size, err) && take_journal(estate, size, err);
}

static bool write_base(struct estate *estate, int64_t created, const struct text *lines, struct err *err)
{
    struct text all = text_new(lines->arena);
    text_addf(&all, "{\"generation\":\"%s\",\"origin\":\"%s\",\"created\":%lld}\n", crypto_uuid(lines->arena),
              estate->origin, (long long)created);
    text_addn(&all, lines->ptr, lines->length);
    return file_replace(estate->base, all.ptr, all.length, err);
}

static bool write_seed(struct estate *estate, const char *seed, struct err *err)
{
    struct arena *arena = arena_open();
    struct text lines = text_new(arena);
    int64_t created = clock_now_ms();
    estate->origin = crypto_uuid(estate->own);
    bool ok = seed_write(arena, seed, created, &lines, err) && write_base(estate, created, &lines, err);
    arena_close(arena);
    return ok;
}

// A long journal becomes part of the base file. Other processes see another generation and load anew. Wants
// entries as they were loaded.
static bool compact(struct estate *estate, struct err *err)
{
    struct arena *arena = arena_open();
    struct text lines = text_new(arena);
    for (size_t i = 0; i < estate->count; i++) {
        text_addf(&lines, "%s\t", estate->entries[i].key);
        text_addn(&lines, estate->entries[i].json, estate->entries[i].length);
        text_addc(&lines, '\n');
    }
    bool ok = write_base(estate, estate->created, &lines, err) && estate_load(estate, err);
    arena_close(arena);
    return ok;
}

static bool load_short(struct estate *estate, struct err *err)
{
    return estate_load(estate, err) && (estate->taken < ESTATE_MAX_JOURNAL || compact(estate, err));
}

static bool open_locked(struct estate *estate, const char *seed, bool reset, struct err *err)
{
    return ((!reset && file_exists(estate->base)) || write_seed(estate, seed, err)) &&
           load_short(estate, err);
}

static struct estate *estate_start(const char *dir, const char *seed, bool reset, struct err *err)
{
    struct arena *own = arena_open();
    struct estate *estate = ARENA_NEW(own, struct estate);
    estate->own = own;
    estate->base = arena_printf(own, "%s/estate.jsonl", dir);
    estate->log = arena_printf(own, "%s/journal.jsonl", dir);
    estate->journal.fd = -1;
    bool had;
    if (file_mkdirs(dir, err) && file_open(&estate->journal, estate->log, FILE_UPDATE, err) &&
        file_lock(&estate->journal, true, &had, err)) {
        bool ok = open_locked(estate, seed, reset, err);
        file_unlock(&estate->journal);
        if (ok)
            return estate;
    }
    estate_close(estate);
    return NULL;
}

struct estate *estate_open(const char *dir, const char *seed, struct err *err)
{
    return estate_start(dir, seed, false, err);
}

void estate_close(struct estate *estate)
{
    if (estate == NULL)
        return;
    file_close(&estate->journal);
    arena_close(estate->arena);
    arena_close(estate->own);
}

bool estate_reset(const char *dir, const char *seed, struct err *err)
{
    struct estate *estate = estate_start(dir, seed, true, err);
    estate_close(estate);
    return estate != NULL;
}

const char *estate_origin(const struct estate *estate)
{
    return estate->origin;
}

int64_t estate_created(const struct estate *estate)
{
    return estate->created;
}

static bool catch_up(struct estate *estate, struct err *err)
{
    bool matches, had;
    uint64_t size;
    if (!header_matches(estate, &matches, err) || !file_size(&estate->journal, &size, err))
        return false;
    if (matches && size >= estate->taken && arena_used(estate->arena) < ARENA_LIMIT)
        return take_journal(estate, size, err);
    if (!estate->locked && !file_lock(&estate->journal, true, &had, err))
        return false;
    bool ok = estate_load(estate, err);
    if (!estate->locked)
        file_unlock(&estate->journal);
    return ok;
}

bool estate_begin(struct estate *estate, bool change, struct err *err)
{
    REQUIRE(!estate->locked);
    if (change && !file_lock(&estate->journal, true, &estate->locked, err))
        return false;
    bool whole = catch_up(estate, err), long_one = change && estate->taken >= ESTATE_MAX_JOURNAL;
    if (whole && (!long_one || load_short(estate, err))) {
        if (change)
            estate->pending = text_new(estate->arena);
        return true;
    }
    if (estate->locked)
        file_unlock(&estate->journal);
    estate->locked = false;
    return false;
}

bool estate_end(struct estate *estate, struct err *err)
{
    if (!estate->locked)
        return true;
    bool ok = true;
    if (estate->pending.length > 0) {
        // Whatever a process that died left behind the last whole line is overwritten.
        ok = file_truncate(&estate->journal, estate->taken, err) &&
             file_write_at(&estate->journal, estate->taken, estate->pending.ptr, estate->pending.length, err);
        if (ok)
            estate->taken += estate->pending.length;
        else if (!estate_load(estate, NULL))
            estate->broken = true;
    }
    estate->locked = false;
    file_unlock(&estate->journal);
    return ok;
}

void estate_put(struct estate *estate, const char *key, const struct value *value)
{
    REQUIRE(estate->locked);
    size_t index = lower_bound(estate, key);
    bool there = has_key(estate, index, key);
    text_addf(&estate->pending, "%s\t", key);
    if (value == NULL) {
        text_add(&estate->pending, "null\n");
        if (there)
            entry_remove(estate, index);
        return;
    }
    json_write(&estate->pending, value);
    text_addc(&estate->pending, '\n');
    struct entry *entry = there ? &estate->entries[index] : entry_insert(estate, index);
    *entry = (struct entry){.key = there ? entry->key : arena_strdup(estate->arena, key),
                            .value = value_copy(estate->arena, value)};
}

bool estate_is_broken(const struct estate *estate)
{
    return estate->broken;
}

const struct value *estate_at(struct estate *estate, size_t index)
{
    REQUIRE(index < estate->count);
    struct entry *entry = &estate->entries[index];
    if (entry->value == NULL) {
        entry->value = json_parse(estate->arena, NULL, entry->json, entry->length, NULL);
        if (entry->value == NULL) {
            estate->broken = true;
            entry->value = &value_null;
        }
    }
    return entry->value;
}

const struct value *estate_get(struct estate *estate, const char *key)
{
    size_t index = lower_bound(estate, key);
    return has_key(estate, index, key) ? estate_at(estate, index) : NULL;
}

struct estate_range estate_range(const struct estate *estate, const char *prefix)
{
    size_t first = lower_bound(estate, prefix), end = first, length = strlen(prefix);
    while (end < estate->count && strncmp(estate->entries[end].key, prefix, length) == 0)
        end++;
    return (struct estate_range){first, end};
}

const char *estate_key(const struct estate *estate, size_t index)
{
    return estate->entries[index].key;
}

size_t estate_count(const struct estate *estate)
{
    return estate->count;
}
