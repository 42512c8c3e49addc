// A whole world for tests of runs: a lab with an estate of its own, and all that the program opens to work on
// it, in one process. What it cannot open is a failed test.
#pragma once
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "policy/mode.h"

struct arena;
struct engine;
struct lab;
struct prepared_playbook;
struct primitive;
struct run;
struct value;

struct world_config {
    const char *state;           // a folder that is there already, or NULL: a fresh one
    const char *faults;          // JSON of lab/fault.h, or NULL
    const char *lib;             // a folder as --lib names it, or NULL
    const char *route;           // somebody else in place of the lab, or NULL
    const char *policy;          // YAML, or NULL: the lab's
    const char *client, *secret; // who acts; NULL: the lab's own
    int timeout_ms;              // of one request; 0: the program's
    int settle_ms;               // how long a change may take to show; 0: two seconds (at once, in the lab)
};
struct world {
    struct arena *arena;
    const char *state;  // STATE
    const char *record; // what the lab was asked, a JSON line each
    size_t seen;        // bytes of it that were judged
    struct catalog *catalog;
    struct vm *vm;
    struct lab *lab; // NULL with a route
    struct http *http;
    struct token_store *tokens;
    struct trail *trail;
    struct engine *engine;
    const struct profile *profile;
    volatile sig_atomic_t signal; // asks the engine to stop
    size_t signal_at;             // sets it at that record of the next runs (counted from 1); 0: never
    size_t kill_at;               // kills the process at that record
    struct value *records;        // of the last run: list of {type, members}
    struct value *waited;         // what it waited for: words → true
    const char *run;              // its id
    const struct value *answers;  // given to the next runs, also as one is gone on with; NULL: none
    bool fresh;                   // the state folder is its own
};
struct world *world_open(const struct world_config *config);
void world_close(struct world *world); // removes a fresh state folder

void world_must(bool ok, const struct err *err); // a failed test that says why
// How long a request may take with these faults: less than they wait in order to be late, else as long as
// ever, since many worlds on a busy machine are slow, and must not look like a service that is.
int world_patience_ms(const char *faults);
const char *world_path(struct world *world, const char *name); // STATE/name

// A playbook from its text, or a shipped one by its name.
const struct prepared_playbook *world_playbook(struct world *world, const char *text);
const struct prepared_playbook *world_shipped(struct world *world, const char *name);
// One `do` step, `one`, of a primitive with its example.
const struct prepared_playbook *world_step(struct world *world, const struct primitive *primitive);

// Runs to the end, unattended and with all approvals; its exit status. `alert` may be NULL: where the
// playbook answers alerts, the newest of the estate.
int world_run(struct world *world, const struct prepared_playbook *playbook, enum mode mode,
              const struct value *alert);
// Goes on with the newest run of the trail, as world_run; -1: there is none that could be gone on with. The
// playbook of an undoing is what it undoes.
int world_resume(struct world *world, const struct prepared_playbook *playbook);
// Takes back what a run did, as a run of its own, as world_run.
int world_undo(struct world *world, const char *run);
int world_end_lease(struct world *world, const char *run,
                    const char *path); // the same of a step, as by its timer
// Members of the last record of a type for a path (NULL: any) in the last run, or NULL.
const struct value *world_record(struct world *world, const char *type, const char *path);
size_t world_count(struct world *world, const char *type, const char *status); // status NULL: any
void world_print(struct world *world);                                         // the last run, for a failure
const char *world_digest(struct world *world);
// One request to Azure Resource Manager beside what the program does, by whoever else administers the estate:
// its answer. Nothing of a run may be on its way.
const struct value *world_ask(struct world *world, const char *method, const char *url,
                              const struct value *body);
// How many of the requests since the last call could have changed something, judged without the program's own
// tables; the last one of them is in *example.
size_t world_changes(struct world *world, const char **example);
bool world_could_change(const struct value *line); // the same for one line of the record
// All files of a folder, joined: to look for what must not be in them.
const char *world_files(struct arena *arena, const char *folder, size_t *length);
// Every line of the trail is JSON, and a new process can open it.
bool world_trail_is_whole(struct world *world);
