// A view: the records of one run, folded into what people and programs want to see of it. Screen and JSON are
// made from a view and from nothing else. The records are taken exactly as trail_append gets them
// (interp/README.md, "Records"), live as they happen or read back later: both give the same view.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;
struct value;
struct view_paths;

// Texts and values live in the view's arena. Texts that a record does not have are NULL, lists are never
// NULL.
struct view_step {
    const char *path, *step, *kind, *status, *reason, *note, *primitive, *summary;
    const struct value *clauses; // list of ids
};

struct view_effect {
    const char *path, *primitive, *summary, *resource, *risk, *irreversible, *reason;
    const char *restores; // the group that is taken back if this fails ("": all); NULL: none
    const char *lease;    // how long it lasts, as written; NULL: for good
    int64_t seq;          // of the line that says so; INT64_MAX: of one that is on its way to the trail
    const char *status;   // planned applied in-place failed refused unknown undone
    bool reversible;
    bool settled;                       // a result came: nothing more is awaited
    const struct value *verified;       // bool or null
    const struct value *before, *after; // map, null or UNKNOWN
    const struct value *requests;       // list of {method, url, body}
    const struct value *clauses;
};

struct view_ask {
    const char *path, *text, *otherwise, *to;
    const struct value *choices, *clauses;
    const char *answer, *by; // NULL while open; by is "otherwise" when assumed
    int64_t within_ms;
};

struct view_task {
    const char *path, *text, *to;
    const struct value *clauses;
    const char *by, *note; // NULL while open
};

struct view_approval {
    const char *path, *risk, *digest;
    const char *status;          // open granted refused
    int64_t need, given;         // of those given, only some may count
    const struct value *effects; // paths
    struct value *by;            // list of {who, at, key}
};

struct view_note {
    const char *path, *severity, *code, *message, *file, *hint;
    int64_t line, column; // 0: not known
};

struct view_lease {
    const char *path, *until; // RFC 3339
    int64_t seq;              // of the line that says so, as of an effect
};

struct view {
    struct arena *arena;
    bool lasting; // set by the owner: what it takes in lives as long as it does, and is not copied
    // Who and what; `run` is set by the owner (a record does not know its run) or by lines that are read
    // back.
    const char *run, *playbook, *file, *version, *title, *digest, *mode, *profile, *cloud;
    bool lab;
    const struct value *alert; // null: none
    const char *alert_file;    // where it was read; NULL: not known, or from the estate

    struct view_step *steps;
    size_t step_count;
    struct view_paths *paths; // inside report/: the steps by path; NULL: not needed yet
    bool resumed;             // somebody went on with it
    bool retold;              // steps may finish again
    const char *undoes;       // the run whose changes this one takes back, or NULL
    const char *undoes_step;  // of an undoing: the path whose changes are taken back; NULL: all
    bool forced;              // of an undoing: also what was changed since
    const char *replays;      // the run whose recorded reads answered this one's, or NULL
    const char *undone_by;    // the run that took back what this one did, or NULL
    const char *stopped_by;   // who ended it for good while it was not over, or NULL
    struct view_effect *effects;
    size_t effect_count;
    struct view_ask *asks;
    size_t ask_count;
    struct view_task *tasks;
    size_t task_count;
    struct view_approval *approvals;
    size_t approval_count;
    struct view_lease *leases;
    size_t lease_count;
    struct view_note *notes; // evidence and diagnostics, in order
    size_t note_count;

    bool finished;
    const char *status; // of the run; "failed" until a record says otherwise
    int exit;
    bool counted; // the requests are: that is told when a run ends by itself
    int64_t reads, changes, predicted, retried;
    int64_t first, last; // lines of the trail; -1: not known
    const char *root;
    // Set by the run when all answers were explored: [{answers, effects, clauses}], as the contract has them.
    const struct value *leaves;
    bool leaves_cut;                 // there were more
    const struct value *differences; // of a replay, set by its owner (differences.h); NULL: none was made
};

struct view *view_new(struct arena *arena);
// Takes one record in. Types and members that the view has no use for are passed over.
void view_take(struct view *view, const char *type, const struct value *members);
// What another run took back of this one's changes, one by one, counts as undone. false: it took nothing
// back.
bool view_take_undoing(struct view *view, const struct view *undoing);
// An error before or outside the run, as a diagnostic; the run counts as failed with the error's exit status.
void view_fail(struct view *view, const struct err *err);
// One diagnostic without consequence for the status.
void view_diagnose(struct view *view, const struct err *err);
// Is it the path of a step, or an instance, inside the one at `outer`?
bool view_is_within(const char *path, const char *outer);
