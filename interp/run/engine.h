// The engine: one event loop that carries every request of every run. cli/ hands it what it works with,
// starts runs, turns it until they have ended, and reads the outcome. Nothing here prints: what happens is
// told as records.
#pragma once
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "policy/mode.h"

struct arena;
struct catalog;
struct channel;
struct engine;
struct http;
struct playbook;
struct policy;
struct note_signer;
struct prepared_playbook;
struct profile;
struct register_book;
struct run;
struct token_store;
struct trail;
struct value;
struct view;
struct vm;
struct vm_program;

// Another event source on the same loop: the lab in this process.
struct engine_peer {
    void *context;
    int fd; // -1: none
    void (*turn)(void *context);
    int64_t (*timeout_ms)(void *context);
};

enum { RUN_SETTLE_MS = 60000 };
struct engine_config {
    struct catalog *catalog;
    struct vm *vm;
    struct http *http;
    struct token_store *tokens;
    struct trail *trail;
    const struct profile *profile;
    const struct register_book *book;
    const struct policy *policy;
    const struct channel *channel; // of the profile's notify, or NULL
    struct engine_peer peer;
    const char *by;                           // the operator
    int64_t settle_ms;                        // how long a change may take to show; 0: RUN_SETTLE_MS
    const volatile sig_atomic_t *interrupted; // the signal that asked to stop, 0: none; may be NULL
    volatile sig_atomic_t *asked; // not 0: one of the runs is to stop, the trail tells which; may be NULL
};
struct engine *run_engine_open(struct arena *arena, const struct engine_config *config);

// A question to a person at the keyboard. NULL: nobody answers (the question stays open, or its otherwise
// holds).
struct run_question {
    const char *path, *text, *otherwise; // otherwise NULL: none
    const char *const *choices;          // NULL-terminated
};
// Changes of the same risk that are asked for together, each as effect.planned tells it.
struct run_approval {
    const char *path, *risk;
    int need;
    const struct value *changes; // list
};
enum run_consent { CONSENT_OPEN, CONSENT_GIVEN, CONSENT_REFUSED }; // open: nobody decided
struct run_person {
    void *context;
    const char *(*answer)(void *context, const struct run_question *question); // one of the choices, or NULL
    enum run_consent (*approve)(void *context, const struct run_approval *approval);
};

struct recall;
struct replay;
struct undo_plan;
struct run_request {
    const struct prepared_playbook *playbook;
    enum mode mode;
    const struct value *alert;    // a record of vm_read_alerts, or NULL
    const char *alert_id;         // to be fetched from the estate, or NULL
    const char *alert_file;       // where `alert` was read, for people; or NULL
    bool alert_newest;            // the newest regular alert that the playbook answers
    const struct value *params;   // checked
    const struct value *answers;  // map path or step id → text, or NULL
    const struct undo_plan *undo; // take back what another run did (run/undo.h), or NULL
    const struct recall *recall;  // go on with this run (run/recall.h); alert and params are then its own
    struct replay
        *replay; // answers all reads, and nothing is sent (run/replay.h); of a mode that changes nothing
    const struct value
        *attests; // map path or step id of a task → {note, evidence: [{name, digest, size}]}, or NULL
    const struct value *plan;     // changes that a rehearsal showed (run_plan): no other is made; NULL: any
    bool keeps_plan;              // of a rehearsal: run_plan is asked for
    const struct value *approves; // paths of approvals that waited, as the trail tells them; NULL: none
    bool refuses;                 // they are refused
    const struct note_signer *approver; // signs them, or NULL: unsigned
    bool unattended, approve_all, simulated, explore;
    struct run_person person; // functions NULL: nobody is at the keyboard
    void *sink_context;       // of the next two: every record, as it happens
    void (*sink)(void *context, const char *type, const struct value *members);
    // While nothing goes on, once a second at least: a step that is at work ("": what is read before the
    // first), and what it waits for ("for the service to answer"). NULL: nobody watches.
    void (*waits)(void *context, const char *path, const char *what);
};

// Starts a run; it lives in an arena of its own until run_close.
struct run *run_start(struct engine *engine, const struct run_request *request);
// Turns the loop until a started run that has not been taken yet has ended, and takes it; NULL when there is
// none.
struct run *run_engine_take(struct engine *engine);
// The same, or NULL as soon as another run had better begin beside those in flight: all of them wait, or
// there was a commit, which many share at the price of one.
struct run *run_engine_take_or_begin(struct engine *engine);

const char *run_id(const struct run *run);
int run_exit(const struct run *run);
struct view *run_view(const struct run *run); // of all its records
// With explore the view has no more leaves than these.
enum { EXPLORE_MAX_LEAVES = 256 };
// With keeps_plan: the changes as they were planned, a list of {path, primitive, resource, before, after,
// requests, …} with secrets masked; and the alert that the run was about, with raw (null: none).
const struct value *run_plan(const struct run *run);
const struct value *run_alert(const struct run *run);
void run_close(struct run *run);
