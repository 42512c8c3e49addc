// Writes and checks one run's lines with their proofs. Not for single proofs (proof.c). Invariant: a bundle
// holds only when every line is in the tree of one signed checkpoint, at the place that it gives itself, and
// the run's numbers leave none out.
#include "trail/bundle.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "trail/entry.h"
#include "trail/head.h"
#include "trail/proof.h"

void bundle_append(struct arena *arena, struct bundle_lines *lines, uint64_t seq, const char *line,
                   size_t length)
{
    lines->items = arena_room(arena, lines->items, lines->count, sizeof *lines->items);
    lines->items[lines->count++] = (struct bundle_line){seq, arena_strndup(arena, line, length), length};
}

static void add_member(struct text *out, const char *key, const char *text)
{
    text_addf(out, "\"%s\":", key);
    json_write_string(out, text);
}

void bundle_write(struct text *out, const char *run, const struct bundle_lines *lines,
                  const struct proof_maker *maker, const char *checkpoint)
{
    const char *at = checkpoint, *origin = note_line(out->arena, &at), *size = note_line(out->arena, &at);
    text_add(out, "{\"bundle\":\"run\",");
    add_member(out, "run", run);
    text_addc(out, ',');
    add_member(out, "origin", origin);
    text_addf(out, ",\"size\":%s,\"lines\":%zu}\n", size, lines->count);
    for (size_t i = 0; i < lines->count; i++) {
        struct arena *arena = arena_open();
        struct text text = text_new(arena);
        struct proof proof;
        proof_maker_entry(maker, lines->items[i].seq, &proof);
        proof_write(&text, lines->items[i].seq, &proof, checkpoint);
        text_addc(out, '{');
        add_member(out, "entry", lines->items[i].line);
        text_addc(out, ',');
        add_member(out, "proof", text.ptr);
        text_add(out, "}\n");
        arena_close(arena);
    }
}

struct check {
    struct arena *arena, *scratch;
    const struct note_key *key;
    struct bundle_report *report;
    const char *checkpoint; // of the first line; the same in all
    struct head_state state;
    uint64_t last; // seq of the line before
};

static bool fails(struct check *check, const char *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool fails(struct check *check, const char *what, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    check->report->what = what;
    check->report->text = arena_vprintf(check->arena, format, args);
    va_end(args);
    return false;
}

// One JSON text of a line; moves behind it.
static const struct value *next_value(struct arena *arena, const char **at, const char *end)
{
    const char *line_end = memchr(*at, '\n', (size_t)(end - *at));
    if (line_end == NULL)
        return NULL;
    const struct value *value = json_parse_own(arena, NULL, *at, (size_t)(line_end - *at), NULL);
    *at = line_end + 1;
    return value;
}

const char *bundle_origin(struct arena *arena, const char *bytes, size_t length)
{
    const char *at = bytes;
    const struct value *header = next_value(arena, &at, bytes + length);
    const char *kind = value_text_at(header, "bundle");
    return text_is(kind, "run") ? value_text_at(header, "origin") : NULL;
}

static bool check_signed(struct check *check, const char *text, const char *line, uint64_t *index)
{
    struct proof proof;
    unsigned char leaf[TREE_HASH];
    const char *checkpoint;
    unsigned long long number = check->report->lines + 1;
    if (!proof_parse(check->scratch, text, index, &proof, &checkpoint))
        return fails(check, "form", "the proof of its line %llu is no tlog-proof", number);
    if (check->checkpoint == NULL) {
        check->checkpoint = arena_strdup(check->arena, checkpoint);
        if (!head_parse(checkpoint, strlen(checkpoint), check->key, true, &check->state))
            return fails(check, "foreign",
                         "its checkpoint is not signed by the trusted key %s+%08x; one that the trail "
                         "had before is taken with --key",
                         check->key->name, (unsigned)check->key->id);
    }
    if (strcmp(checkpoint, check->checkpoint) != 0)
        return fails(check, "form", "its lines have proofs for different checkpoints");
    tree_leaf(line, strlen(line), leaf);
    if (!proof_shows_entry(&proof, leaf, *index, check->state.size, check->state.root))
        return fails(check, "edit", "its line %llu is not entry %llu of the log, or was edited", number,
                     (unsigned long long)*index);
    return true;
}

static bool check_line(struct check *check, const struct value *item)
{
    struct bundle_report *report = check->report;
    const char *line = value_text_at(item, "entry"), *proof = value_text_at(item, "proof");
    unsigned long long number = report->lines + 1;
    struct entry entry;
    uint64_t index;
    if (line == NULL || proof == NULL)
        return fails(check, "form", "its line %llu has no entry or no proof", number);
    if (!check_signed(check, proof, line, &index))
        return false;
    if (!entry_read(line, strlen(line), &entry) || entry.seq != index)
        return fails(check, "form", "its line %llu is no line that this program writes", number);
    if (!entry_is_of(&entry, report->run))
        return fails(check, "splice", "its line %llu belongs to another run", number);
    if (entry.rseq != report->lines)
        return fails(check, entry.rseq > report->lines ? "delete" : "insert",
                     "its line %llu has number %llu in the run", number, (unsigned long long)entry.rseq + 1);
    if (report->lines > 0 && index <= check->last)
        return fails(check, "reorder", "its line %llu stands before the one before it", number);
    check->last = index;
    report->lines++;
    report->finished = entry_is(&entry, "run.finished");
    if (report->finished)
        report->finish = json_parse_own(check->arena, NULL, line, strlen(line), NULL);
    if (entry_is(&entry, "run.started"))
        report->start = json_parse_own(check->arena, NULL, line, strlen(line), NULL);
    return true;
}

static bool check_all(struct check *check, const char *at, const char *end)
{
    struct bundle_report *report = check->report;
    const struct value *header = next_value(check->arena, &at, end);
    report->run = value_text_at(header, "run");
    report->origin = value_text_at(header, "origin");
    if (report->run == NULL || report->origin == NULL)
        return fails(check, "form", "it does not begin as a bundle does");
    while (at < end) {
        struct arena *scratch = check->scratch = arena_open();
        const struct value *item = next_value(scratch, &at, end);
        bool ok = item != NULL ? check_line(check, item)
                               : fails(check, "form", "its line %llu is no JSON",
                                       (unsigned long long)report->lines + 1);
        arena_close(scratch);
        if (!ok)
            return false;
    }
    int64_t promised = value_int_at(header, "lines", -1);
    if (report->lines == 0 || report->start == NULL)
        return fails(check, "delete", "it does not begin with the start of the run");
    if (promised != (int64_t)report->lines)
        return fails(check, "truncation", "it promises %lld lines and has %llu", (long long)promised,
                     (unsigned long long)report->lines);
    return true;
}

void bundle_check(struct arena *arena, const char *bytes, size_t length, const struct note_key *key,
                  struct bundle_report *report)
{
    struct check check = {.arena = arena, .key = key, .report = report};
    *report = (struct bundle_report){0};
    report->holds = check_all(&check, bytes, bytes + length);
    report->size = check.state.size;
}
