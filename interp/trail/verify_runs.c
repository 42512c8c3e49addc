// The numbers and clocks within each run. Not for the order of the log itself (verify_chain.c). Invariant: a
// fixed table, so a run that many others came after is judged no further, never wrongly.
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "trail/verify_pass.h"

enum { BACK_MS = 1000 }; // clocks are set by small steps all the time

// 0 stands for none.
static uint64_t hash_of(const char *bytes, size_t length)
{
    uint64_t hash = text_hash(bytes, length);
    return hash == 0 ? 1 : hash;
}

static bool time_of(const struct entry *entry, int64_t *ms)
{
    char text[40];
    if (entry->time_length >= sizeof text)
        return false;
    memcpy(text, entry->time, entry->time_length);
    text[entry->time_length] = '\0';
    return clock_parse(text, ms);
}

// A witness saw the line, so it was written before.
static void compare_with_witnesses(struct verify_pass *pass, int64_t time)
{
    int64_t at = (int64_t)pass->tree.size;
    for (size_t i = 0; i < pass->mark_count; i++) {
        const struct verify_mark *mark = &pass->marks[i];
        if (mark->time > 0 && pass->tree.size < mark->state.size && time > mark->time + BACK_MS &&
            pass->late_count++ == 0)
            verify_add(pass, VERIFY_CLEAN, "clock", at, at,
                       "line %lld of log.jsonl says a time %lld ms after a witness has seen it",
                       (long long)at + 1, (long long)(time - mark->time));
    }
}

static void add_clock(struct verify_pass *pass, const char *clock, int64_t behind_ms)
{
    int64_t at = (int64_t)pass->tree.size;
    if (pass->clock_count++ == 0)
        verify_add(pass, VERIFY_CLEAN, "clock", at, at,
                   "the %s of line %lld of log.jsonl is %lld ms behind that of the line before in its run",
                   clock, (long long)at + 1, (long long)behind_ms);
}

void verify_runs_watch(struct verify_pass *pass, const struct entry *entry)
{
    int64_t at = (int64_t)pass->tree.size, time = 0;
    if (!entry->has_run)
        return;
    uint64_t name = hash_of(entry->run, entry->run_length);
    struct verify_run *run = &pass->runs[name % VERIFY_RUNS];
    bool known = run->name == name, timed = time_of(entry, &time);
    if (known && entry->rseq != run->next && pass->number_count++ == 0)
        verify_add(pass, VERIFY_CLEAN, "numbers", at, at,
                   "line %lld of log.jsonl has number %llu in its run, %llu was to come", (long long)at + 1,
                   (unsigned long long)entry->rseq, (unsigned long long)run->next);
    uint64_t boot = entry->boot_length == 0 ? 0 : hash_of(entry->boot, entry->boot_length);
    if (known && timed && time < run->time - BACK_MS)
        add_clock(pass, "clock", run->time - time);
    if (known && boot != 0 && boot == run->boot && entry->mono_ns < run->mono_ns)
        add_clock(pass, "monotonic clock", (int64_t)((run->mono_ns - entry->mono_ns) / 1000000));
    if (timed)
        compare_with_witnesses(pass, time);
    *run = (struct verify_run){name, entry->rseq + 1, timed ? time : 0, boot, entry->mono_ns};
}
