// The document of a run that is handed over: who did what, when and with whose approval, clause by clause,
// and how to verify it without this machine. One page of HTML that stands alone (html.h).
#pragma once
#include <stddef.h>
#include <stdint.h>

struct screen;
struct text;
struct value;
struct view;

// All of it is from a trail that was verified, but the words of the clauses.
struct handover {
    const struct view *view;            // of the run, with what was taken back of it
    const struct value *lines;          // of the trail: the run's, in order, the first being run.started
    const struct view *const *undoings; // of the runs that undo it
    const struct value *const *undoing_starts; // their run.started
    size_t undoing_count;
    const struct screen *screen; // for the words of clauses
    const char *language;
    const char *procedure; // "keyvault 1.0.0": whose words they are; NULL: they are not known
    const char *origin, *vkey, *checkpoint, *root; // what was verified, by which key
    uint64_t size;
};
void handover_write(struct text *out, const struct handover *handover);
