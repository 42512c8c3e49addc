// Inside run/ only: a run, its step instances, and what the files of this folder share.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "data/value.h"
#include "playbook/playbook.h"
#include "policy/request.h"
#include "run/engine.h"
#include "vm/expr.h"
#include "vm/prim.h"
#include "vm/task.h"
#include "vm/vm.h"

struct cached;
struct exploration;
struct carry;
struct history;
struct overlay;
struct recall;
struct rollback;
struct turns;

// X(status, word)
#define STEP_STATUSES                                                                                        \
    X(STEP_OPEN, "open")                                                                                     \
    X(STEP_FAILED, "failed")                                                                                 \
    X(STEP_REFUSED, "refused")                                                                               \
    X(STEP_WAITING, "waiting")                                                                               \
    X(STEP_UNDECIDED, "undecided")                                                                           \
    X(STEP_PLANNED, "planned")                                                                               \
    X(STEP_DONE, "done")                                                                                     \
    X(STEP_IN_PLACE, "in-place")                                                                             \
    X(STEP_SKIPPED, "skipped")
// In the order in which a group takes the first of its parts.
enum step_status {
#define X(status, word) status,
    STEP_STATUSES
#undef X
};
const char *step_status_word(enum step_status status);

// Where results are looked up: the run's own frame, or one iteration of a loop.
struct frame {
    struct frame *outer;
    struct value *names; // step id or loop variable → result
};

struct instance;
// One change on its way: what the effect.* records say.
struct effect {
    const struct value *before, *desired, *after; // NULL: absent
    bool seen;                                    // `after` was observed
    const char *resource;
    const char *once_key;
    struct request *requests; // resolved, as they would be or were sent
    size_t request_count;
    bool *used;
    struct secret_memo secrets;
    uint64_t ticket;
    int attempts;            // to send its first request, before it began anew (anew.h)
    bool anew;               // it is about to
    bool sent;               // at least one change left
    size_t unanswered;       // changes that left and were not answered
    size_t accepted;         // changes that were answered with 2xx
    int64_t settle_until_ms; // what does not show is observed again until then (settle.h)
    int64_t settle_step_ms;
    uint64_t as_of;     // when it was observed (turn.h)
    uint64_t others;    // what was known by then of what other processes wrote
    const char *agreed; // digest of what was approved, where it is observed once more; else NULL
};

// A moment at which an instance goes on (loop.c).
struct timer {
    struct timer *next;
    struct instance *instance;
    int64_t at_ms;
    void (*wake)(struct instance *instance); // NULL: it is not set
};

enum stage {
    STAGE_START,
    STAGE_OBSERVE,
    STAGE_PLAN,
    STAGE_TARGET,
    STAGE_ONCE,
    STAGE_REHEARSE,
    STAGE_APPROVAL,
    STAGE_INTENT,
    STAGE_APPLY,
    STAGE_SETTLE,
    STAGE_VERIFY,
    STAGE_RESULT,
    STAGE_SCRIPT
};

struct instance {
    struct run *run;
    const struct step *step;
    struct instance *parent;
    struct instance *next; // in the parent's order
    const char *path;
    struct frame *frame;
    struct frame *inside; // of a call: the names of the called playbook; else NULL
    const char *over;     // of a call: the called playbook has ended, and why; else NULL
    enum step_status status;
    const char *reason;
    const struct value *result;
    bool is_item; // one iteration: `when` and for_each are the loop's
    size_t item;  // its number in the loop, from 0
    bool named;   // the frame knows its result
    // parts: a list in sequence, branches side by side, or iterations
    struct instance *first, *last;
    const struct step_list *list; // of which parts are made one after the other; NULL: for_each
    size_t started, ended, at_once;
    const struct value *items;
    size_t *named_items; // of items that have names: the number from 1 of the first of each, by its hash
    enum step_status worst;
    bool blocked;                // nothing behind the part that ended last is started
    enum step_status blocked_as; // what becomes of the parts behind it
    const char *blocked_why;
    // do and lua
    enum stage stage;
    int attempt;
    struct effect *effect;
    const struct effect *lost; // the first attempt of which nobody knows whether it was made, or NULL
    const struct primitive *primitive;
    const struct value *params;
    const char *given; // digest of what the primitive is given (given.h)
    struct task *task;
    struct carry *carry;                       // requests in flight for the task
    struct instance *caller;                   // of a call made by a script: the script's instance
    struct instance *called;                   // by this script: its newest call
    void (*on_end)(struct instance *instance); // in place of telling a parent
    size_t calls;                              // made so far by a script
    const char *changed_by;                    // what the activity log says of its resource, or NULL (who.h)
    void (*told)(struct instance *instance);
    int queued; // so often it waits in the loop's queues
    struct timer timer, deadline;
    struct vm_scope scope;
    bool parked;         // waits for an approval
    size_t parked_parts; // parts of this group that do
    struct instance *next_parked;
    const char *awaits;     // path of the change that is to be over before it is looked at again (plan.c)
    struct turn_line *line; // that it stands in: for its turn, or because it has it (turn.c)
    struct instance *next_in_line;
    bool waits_turn;
    bool told_busy;
    bool told_relied; // that a later run counts on what it takes back (undo.c)
    bool claimed;     // the line's resource, so that other processes wait
    bool recalled;    // ended as the trail says: it has been told already
    bool is_group;    // its parts have told what happened
    bool attests;     // "done" means in place where a mode judges
    bool unattested; // a task, or where a mode judges a decision, that no person stands for: holds nothing up
    bool counted;    // among the run's changes
    bool within;     // the number that the policy allows
    const char *answer, *answered_by;
    const struct value *answer_value; // for the script that called
    enum step_status outcome;         // of a change, while its result is made
    const char *fork_path;            // while its `when` (PATH?) or `choose` (PATH) is evaluated
};

struct run {
    struct engine *engine;
    struct run *next;
    struct arena *arena;
    struct run_request request;
    const struct playbook *playbook;
    enum mode mode;
    const char *id;
    const char *correlation; // a GUID made from it: what Azure's activity log knows the run by
    struct vm_run vm_run;
    struct gate *gate;
    struct overlay *overlay;
    struct turns *turns;       // the engine's, or of a rehearsal its own (turn.h)
    struct value *people;      // what the directory says of whom the policy protects (protected.h)
    const struct value *alert; // null: none
    const char *about;         // what answers in the trail belong to: the alert's id, or the playbook
    struct frame frame;
    struct instance *root;
    struct instance *opening; // what is read before the first step, while there is no root
    struct view *view;
    struct value *held; // records that wait for run.started, a list of {type, members}; then NULL
    bool stopping;      // no new step starts
    const char *stop_reason;
    int64_t began_ns; // monotonic
    bool over;        // nothing more is awaited
    bool finished;    // has told its end, which waits for a commit
    bool ended;
    bool silent; // a leaf of an exploration: not in the trail
    int signal_number;
    int64_t drain_until_ms; // then what is in flight is given up; 0: it goes on
    int exit;
    struct err fatal; // the first error that ends the run; code E_NONE: none
    bool effect_failed, step_failed, missing, waiting, refused;
    bool clock_seen;        // an answer has told the time
    bool reached, shut_out; // a request was answered; one was not, or was not let in
    size_t changes;         // effects planned or made
    int64_t reads, changed, predicted, retried;
    const struct value *facts; // what `run` is in expressions
    bool ended_by_playbook;
    struct rollback *rollback;   // a group is to be taken back, or is (rollback.h); NULL: none
    uint64_t last_ticket;        // of the newest record
    int64_t steps_told;          // step.finished records
    struct value *plan;          // changes planned so far, where they are kept; else NULL
    struct value *once;          // keys of events that this run has planned or made
    struct history *history;     // what the trail knows of `about`; NULL before first use
    struct instance *parked;     // instances that wait for an approval
    struct instance *aside;      // those that wait for others of the plan (plan.c)
    const struct recall *recall; // what it did before it was resumed; NULL: it begins
    const struct value *forced;  // explore: path → answer or "true"/"false"
    struct value *open_forks;    // explore: list of {path, choices} met without a forced answer
    struct cached **cache;       // explore: shared answers of reads, in cache_arena; NULL otherwise
    struct arena *cache_arena;
    struct exploration *exploration; // of a leaf: what it belongs to
    bool exploring;                  // has ended itself, and its leaves have not
};

// With `first`, a leaf of its exploration: answers are forced, what it read and the time are shared.
struct run *run_start_with(struct engine *engine, const struct run_request *request,
                           const struct value *forced, const struct run *first);
const struct engine_config *run_config(const struct run *run); // what its engine works with
void run_interrupt(struct run *run, int signal_number, bool give_up);
void run_tell(struct run *run, const char *type,
              const struct value *members); // at once, even before run.started
// What was told so far is in the trail, and others see that the run is under way. False: the run fails.
bool run_settle(struct run *run);
void run_record(struct run *run, const char *type, const struct value *members);
// A read and what it was answered; `began_us` since the run began.
void run_record_read(const struct instance *instance, const struct request *request,
                     const struct response *response, int64_t began_us);
void run_note(struct run *run, const char *path, const struct err *err);
void run_fail(struct run *run, const struct err *err); // the run ends as failed; running steps finish
void run_stop(struct run *run, const char *reason);
int64_t run_age_us(const struct run *run); // since it began
const struct value *run_bounded(struct run *run,
                                const struct value *value); // masked; a blob when it is large
// Says in a record which parts of that member of it are unknowns.
void run_mark(struct run *run, struct value *members, const struct value *value);
bool run_assumes(const struct run *run); // an open question takes its otherwise
void run_finish_if_over(struct run *run);
// Its end is in the trail, or could not be written.
void run_end_finished(struct run *run, const struct err *failure);
