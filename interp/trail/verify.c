// Verifies a trail: one pass over the log, and the verdict. Not for repairing (store.c) nor for screens.
// Invariant: nothing is written, and what is kept in memory does not depend on how long the log is.
#include "trail/verify.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "data/json.h"
#include "trail/lines.h"
#include "trail/verify_pass.h"

enum { CHUNK = 64 * 1024, FRESH_EVERY = 1024 };

const char *verify_word(enum verify_verdict verdict)
{
    static const char *const words[] = {"clean", "unpublished", "interrupted", "tampered"};
    REQUIRE((size_t)verdict < sizeof words / sizeof words[0]);
    return words[verdict];
}

void verify_add(struct verify_pass *pass, enum verify_verdict verdict, const char *what, int64_t first,
                int64_t last, const char *format, ...)
{
    struct verify_report *report = pass->report;
    va_list args;
    report->verdict = verdict > report->verdict ? verdict : report->verdict;
    if (report->count == VERIFY_MAX_FINDINGS)
        return;
    va_start(args, format);
    const char *text = arena_vprintf(pass->arena, format, args);
    va_end(args);
    report->findings[report->count++] = (struct verify_finding){verdict, what, first, last, text};
}

static void take_line(struct verify_pass *pass, const struct lines *lines)
{
    const struct verify_config *config = pass->config;
    struct entry entry;
    unsigned char leaf[TREE_HASH];
    bool formed = entry_read(lines->line, lines->length, &entry);
    tree_leaf(lines->line, lines->length, leaf);
    verify_chain_watch(pass, formed ? &entry : NULL, leaf);
    if (!pass->chain.broken) {
        if (pass->no_json < 0 && !json_is_own(lines->line, lines->length))
            pass->no_json = (int64_t)pass->tree.size;
        verify_keys_watch(pass, &entry, lines->line, lines->length);
        verify_runs_watch(pass, &entry);
        if (!config->lines_only)
            verify_beside_watch(pass, &entry, lines->line, lines->length);
        if (config->each != NULL)
            config->each(config->context, &entry, lines->line, lines->length);
    }
    verify_tiles_watch(pass, lines->line, lines->length, leaf);
    tree_append(&pass->tree, leaf);
    memcpy(pass->last, leaf, TREE_HASH);
    verify_marks_meet(pass);
}

// Whole lines from an offset to the end, whatever they are.
static bool count_lines(struct verify_pass *pass, uint64_t offset, uint64_t *count, struct err *err)
{
    char *buffer = arena_alloc(pass->scratch, CHUNK);
    *count = 0;
    for (size_t got; offset < pass->log_size; offset += got) {
        size_t wanted = pass->log_size - offset < CHUNK ? (size_t)(pass->log_size - offset) : CHUNK;
        if (!file_read_at(&pass->log, offset, buffer, wanted, &got, err))
            return false;
        if (got == 0)
            break;
        for (size_t i = 0; i < got; i++)
            *count += buffer[i] == '\n';
    }
    return true;
}

// The signed lines, then what follows them.
static bool read_log(struct verify_pass *pass, struct err *err)
{
    struct verify_report *report = pass->report;
    struct arena *arena = arena_open();
    struct lines lines = lines_new(arena, &pass->log, 0);
    uint64_t more = 0;
    bool ok = true;
    verify_marks_meet(pass);
    while (ok && pass->tree.size < pass->head.now.size) {
        ok = lines_next(&lines, err);
        if (!ok || lines.line == NULL)
            break;
        take_line(pass, &lines);
        if (pass->tree.size % FRESH_EVERY == 0) {
            arena_close(pass->scratch);
            pass->scratch = arena_open();
        }
    }
    ok = ok && count_lines(pass, lines.offset, &more, err);
    if (more > 0 && pass->tree.size < pass->head.now.size) // a line that is too long
        verify_chain_watch(pass, NULL, pass->last);
    report->lines = pass->tree.size + more;
    report->offset = lines.offset;
    report->tail = pass->tree.size == report->size ? pass->log_size - lines.offset : 0;
    arena_close(arena);
    return ok;
}

static void judge(struct verify_pass *pass)
{
    struct verify_report *report = pass->report;
    verify_tiles_judge(pass);
    if (!pass->marks[0].met) {
        verify_chain_name(pass);
        return;
    }
    verify_marks_judge(pass);
    verify_keys_judge(pass);
    if (pass->chain.broken)
        verify_add(pass, VERIFY_TAMPERED, "forged", (int64_t)pass->chain.at, (int64_t)pass->chain.at,
                   "line %llu of log.jsonl is signed, but does not follow from the line before it",
                   (unsigned long long)pass->chain.at + 1);
    if (pass->no_json >= 0)
        verify_add(pass, VERIFY_TAMPERED, "forged", pass->no_json, pass->no_json,
                   "line %lld of log.jsonl is signed, but is no JSON", (long long)pass->no_json + 1);
    if (report->tail > 0)
        verify_add(pass, VERIFY_INTERRUPTED, "tail", (int64_t)report->size, -1,
                   "%llu unsigned bytes follow the signed part, %llu line ends among them; the next commit "
                   "sets them aside",
                   (unsigned long long)report->tail, (unsigned long long)(report->lines - report->size));
    if (!pass->config->lines_only && report->published < (int64_t)report->size && report->size > 0)
        verify_add(
            pass, VERIFY_UNPUBLISHED, "unpublished", report->published < 0 ? 0 : report->published,
            (int64_t)report->size - 1, "%llu lines are signed and not published yet; audit publish does it",
            (unsigned long long)(report->size - (uint64_t)(report->published < 0 ? 0 : report->published)));
}

static bool read_all(struct verify_pass *pass, struct err *err)
{
    bool go_on;
    if (!verify_open(pass, &go_on, err))
        return false;
    if (!go_on)
        return true;
    pass->report->size = pass->head.now.size;
    memcpy(pass->report->root, pass->head.now.root, TREE_HASH);
    pass->report->note = (const char *)pass->slots + pass->head.slot * HEAD_SLOT;
    if (!verify_marks_collect(pass, err))
        return false;
    verify_tiles_begin(pass);
    if (!read_log(pass, err))
        return false;
    judge(pass);
    if (!pass->config->lines_only)
        verify_beside_look(pass);
    return true;
}

bool verify_trail(struct arena *arena, const struct verify_config *config, struct verify_report *report,
                  struct err *err)
{
    struct err own = {0};
    struct verify_pass *pass = ARENA_NEW(arena, struct verify_pass);
    *report = (struct verify_report){.arena = arena, .published = -1, .witnessed_at = -1};
    pass->config = config;
    pass->report = report;
    pass->arena = arena;
    pass->scratch = arena_open();
    pass->folder = arena_printf(arena, "%s/trail", config->state);
    pass->log.fd = pass->heads.fd = -1;
    pass->changed = pass->no_json = -1;
    pass->runs = ARENA_ARRAY(arena, struct verify_run, VERIFY_RUNS);
    bool ok = read_all(pass, err == NULL ? &own : err);
    file_close(&pass->log);
    file_close(&pass->heads);
    arena_close(pass->scratch);
    return ok;
}
