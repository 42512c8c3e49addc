// Finds the lines that a word on the command line means.
#include "cli/audit_pick.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "trail/entry.h"
#include "trail/proof.h"
#include "trail/tree.h"

enum { LEAST_ID = 8 }; // digits of an event's id that are enough

struct audit_pick audit_pick_new(struct arena *arena, const char *word)
{
    return (struct audit_pick){.arena = arena, .word = word};
}

static bool is_event(const struct audit_pick *pick, const struct entry *entry)
{
    uint64_t number;
    if (note_parse_decimal(pick->word, &number))
        return entry->seq == number;
    size_t length = strlen(pick->word);
    return length >= LEAST_ID && length <= 36 && strncmp(entry->id, pick->word, length) == 0;
}

// Whether the line is of the run that is meant, as far as that is known by now.
static bool is_of_run(struct audit_pick *pick, const struct entry *entry)
{
    if (!entry->has_run)
        return false;
    if (pick->run_id != NULL && entry_is_of(entry, pick->run_id))
        return true;
    if (strcmp(pick->word, "last") == 0) {
        if (!entry_is(entry, "run.started"))
            return false;
        pick->run.count = 0;
        pick->run_id = arena_strndup(pick->arena, entry->run, entry->run_length);
        return true;
    }
    size_t length = strlen(pick->word);
    if (length > entry->run_length || strncmp(entry->run, pick->word, length) != 0)
        return false;
    const char *run = arena_strndup(pick->arena, entry->run, entry->run_length);
    if (pick->run_id != NULL && strcmp(pick->run_id, pick->word) != 0)
        pick->other = run;
    if (pick->run_id != NULL && strcmp(run, pick->word) != 0)
        return false;
    pick->run.count = 0;
    pick->run_id = run;
    return true;
}

void audit_pick_each(void *context, const struct entry *entry, const char *line, size_t length)
{
    struct audit_pick *pick = context;
    bool event = pick->word != NULL && is_event(pick, entry),
         run = pick->word != NULL && is_of_run(pick, entry);
    if (event && pick->event.count == 0)
        bundle_append(pick->arena, &pick->event, entry->seq, line, length);
    if (run && !pick->unkept)
        bundle_append(pick->arena, &pick->run, entry->seq, line, length);
    if (pick->maker == NULL)
        return;
    unsigned char leaf[TREE_HASH];
    tree_leaf(line, length, leaf);
    bool edge = pick->old_size > 0 && (entry->seq == pick->old_size - 1 || entry->seq == pick->old_size);
    proof_maker_add(pick->maker, leaf, event || run || edge);
}

const struct bundle_lines *audit_pick_found(const struct audit_pick *pick, bool *is_run, struct err *err)
{
    bool exact = text_is(pick->run_id, pick->word);
    *is_run = pick->event.count == 0;
    if (!*is_run)
        return &pick->event;
    if (pick->run_id == NULL) {
        err_set(err, E_UNKNOWN_NAME, "the trail has no run and no event %s", pick->word);
        err_hint(err, "playbook runs list names the runs");
        return NULL;
    }
    if (pick->other != NULL && !exact) {
        err_set(err, E_UNKNOWN_NAME, "%s means more than one run: %s and %s", pick->word, pick->run_id,
                pick->other);
        return NULL;
    }
    return &pick->run;
}
