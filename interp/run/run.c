// A run from its start to its end: the alert, what is checked before the first step, records, the outcome.
// Not for steps (instance.c and beside it). Invariant: every record goes to the trail, the view and the sink
// in the same order, run.started first and run.finished last; a run has ended only after its last commit.
#include "run/run.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/panic.h"
#include "base/text.h"
#include "data/schema.h"
#include "net/token.h"
#include "policy/gate.h"
#include "policy/profile.h"
#include "policy/register.h"
#include "report/view.h"
#include "run/overlay.h"
#include "run/plan.h"
#include "trail/trail.h"
#include "run/abandon.h"
#include "run/admit.h"
#include "run/allow.h"
#include "run/explore.h"
#include "run/instance.h"
#include "run/loop.h"
#include "run/approve.h"
#include "run/begin.h"
#include "run/recall.h"
#include "run/rollback.h"
#include "run/turn.h"
#include "run/undo.h"

const char *step_status_word(enum step_status status)
{
    static const char *const words[] = {
#define X(status, word) word,
        STEP_STATUSES
#undef X
    };
    return words[status];
}

const struct engine_config *run_config(const struct run *run)
{
    return loop_config(run->engine);
}

bool run_assumes(const struct run *run)
{
    return run->request.unattended || mode_change_rule(run->mode) == CHANGE_HOLD;
}

int64_t run_age_us(const struct run *run)
{
    return (clock_monotonic_ns() - run->began_ns) / 1000;
}

void run_stop(struct run *run, const char *reason)
{
    if (run->stopping)
        return;
    run->stopping = true;
    run->stop_reason = reason;
}

void run_fail(struct run *run, const struct err *err)
{
    if (run->fatal.code == E_NONE)
        run->fatal = *err;
    run_stop(run, arena_strdup(run->arena, err->message));
}

void run_interrupt(struct run *run, int signal_number, bool give_up)
{
    run->signal_number = signal_number;
    run_stop(run, "the run was interrupted");
    if (!give_up)
        return;
    abandon_open(run);
    run->over = run->root == NULL;
}

static char *new_id(struct arena *arena)
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    unsigned char random[6];
    char tail[sizeof random + 1] = "";
    crypto_random(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        tail[i] = letters[random[i] % (sizeof letters - 1)];
    return arena_printf(arena, "%s-%s", clock_compact(arena, clock_now_ms()), tail);
}

// The same one whenever the run is gone on with.
static const char *correlation_of(struct arena *arena, const char *id)
{
    unsigned char hash[CRYPTO_HASH_SIZE];
    crypto_sha256(id, strlen(id), hash);
    return crypto_uuid_from(arena, hash);
}

// What `run` is in expressions.
static const struct value *run_facts(struct run *run)
{
    struct value *facts = value_map(run->arena);
    value_put_text(run->arena, facts, "id", run->id);
    value_put_text(run->arena, facts, "now", run->vm_run.now);
    value_put_text(run->arena, facts, "playbook", run->playbook->name);
    value_put_text(run->arena, facts, "version", run->playbook->version);
    value_put_text(run->arena, facts, "by", // who began it
                   run->recall != NULL ? value_text_at(run->recall->started, "by") : run_config(run)->by);
    return facts;
}

struct run *run_start_with(struct engine *engine, const struct run_request *request,
                           const struct value *forced, const struct run *first)
{
    struct arena *arena = arena_open();
    struct run *run = ARENA_NEW(arena, struct run);
    const struct engine_config *config = loop_config(engine);
    run->engine = engine;
    run->arena = arena;
    run->request = *request;
    run->playbook = request->playbook->playbook;
    run->mode = request->mode;
    run->recall = request->recall;
    run->id = run->recall != NULL ? arena_strdup(arena, run->recall->run) : new_id(arena);
    run->correlation = correlation_of(arena, run->id);
    run->began_ns = clock_monotonic_ns();
    run->alert = run->recall != NULL      ? run->recall->alert
                 : request->alert != NULL ? request->alert
                                          : &value_null;
    run->forced = forced;
    run->silent = first != NULL;
    run->history = first != NULL ? first->history : NULL;
    run->cache_arena = first != NULL ? first->cache_arena : arena;
    run->held = value_list(arena);
    run->open_forks = value_list(arena);
    run->overlay = overlay_new(arena);
    run->turns = mode_sends(run->mode) ? loop_turns(engine) : turn_open(arena);
    run->view = view_new(arena);
    run->view->lasting = true;
    run->view->run = run->id;
    run->frame.names = value_map(arena);
    run->once = value_map(arena);
    REQUIRE(mode_change_rule(run->mode) == CHANGE_HOLD || !(request->explore || request->keeps_plan));
    if (request->explore)
        run->cache = first != NULL ? first->cache : ARENA_NEW(arena, struct cached *);
    if (run->request.params == NULL) { // every parameter has its default, or the step that wants it says so
        run->request.params = schema_check(arena, run->playbook->params, NULL, "the parameters", NULL);
        if (run->request.params == NULL)
            run->request.params = value_map(arena);
    }
    admit_gate(run);
    run->vm_run = (struct vm_run){.arena = arena,
                                  .cloud = config->profile->cloud,
                                  .registry = register_value(config->book),
                                  .now = begin_moment(run, first),
                                  .profile = profile_value(arena, config->profile, gate_scope(run->gate)),
                                  .self = value_map(arena)};
    run->facts = run_facts(run);
    vm_run_open(config->vm, &run->vm_run);
    loop_add(engine, run);
    static const struct step nothing = {.kind = STEP_GROUP, .id = ""};
    loop_ready(engine, instance_new(run, NULL, &nothing, "", &run->frame), begin_run);
    return run;
}

struct run *run_start(struct engine *engine, const struct run_request *request)
{
    return run_start_with(engine, request, NULL, NULL);
}

static const char *ends(struct run *run, int exit, const char *status)
{
    run->exit = exit;
    return status;
}

static const char *outcome(struct run *run)
{
    enum { FAILED = 1, WAITING = 3, GAPS = 4, REFUSED = 6, INTERRUPTED = 128 }; // as `playbook help` has them
    int fatal = run->fatal.code == E_NONE ? 0 : err_exit_status(run->fatal.code);
    bool waits = run->waiting && mode_sends(run->mode);
    if (run->signal_number != 0)
        return ends(run, INTERRUPTED + run->signal_number, "interrupted");
    if (fatal > FAILED)
        return ends(run, fatal, fatal == REFUSED ? "refused" : "failed");
    // What failed is told when all that can be taken back is.
    if (waits && rollback_is_at_work(run))
        return ends(run, WAITING, "waiting");
    if (run->refused)
        return ends(run, REFUSED, "refused");
    if (fatal != 0 || run->effect_failed || run->step_failed)
        return ends(run, run->shut_out && !run->reached ? err_exit_status(E_NETWORK) : FAILED, "failed");
    if (mode_judges(run->mode) && run->missing)
        return ends(run, GAPS, "gaps");
    return waits ? ends(run, WAITING, "waiting") : ends(run, 0, "done");
}

// Nothing of the run that was undone remains: it is over.
static void close_undone(struct run *run)
{
    const struct undo_plan *undo = run->request.undo;
    if (undo == NULL || undo->step != NULL || run->exit != 0 || !mode_sends(run->mode))
        return;
    struct value *members = value_map(run->arena);
    value_put_text(run->arena, members, "undone_by", run->id);
    trail_append(run_config(run)->trail, undo->of->run, "run.undone", members);
}

// Whom it was signed in as; null where it never was.
static const struct value *identity_of(struct run *run)
{
    struct token_identity identity = allow_identity(run);
    struct value *map = value_map(run->arena);
    value_put_text(run->arena, map, "object_id", identity.object_id);
    value_put_text(run->arena, map, "app_id", identity.app_id);
    return *identity.object_id == '\0' && *identity.app_id == '\0' ? &value_null : map;
}

// Was it come to again, so that its step says what is known?
static bool was_reached(const struct run *run, const char *path)
{
    for (size_t i = 0; i < run->view->step_count; i++)
        if (text_same(run->view->steps[i].path, path))
            return !text_same(run->view->steps[i].status, step_status_word(STEP_SKIPPED));
    return false;
}

// The playbook ended before it came to a change that was begun earlier: nobody has looked what became of it.
static void tell_unsettled(struct run *run)
{
    for (size_t i = 0; run->recall != NULL && run->ended_by_playbook && i < run->view->effect_count; i++) {
        const struct view_effect *effect = &run->view->effects[i];
        struct err err = {0};
        if (!text_same(effect->status, "unknown") || was_reached(run, effect->path))
            continue;
        err_set(&err, E_STEP, "%s was begun earlier, and the playbook ended before it was looked at again",
                effect->path);
        err_hint(&err, "`playbook undo %s` looks at it, and takes it back if it is there", run->id);
        run_note(run, effect->path, &err);
        run->step_failed = true;
    }
}

// An answer for one item of a loop names the item, and nothing but the run knows the items: where it has none
// of that name, the answer went nowhere.
static void tell_unheard(struct run *run)
{
    const struct value *answers = run->request.answers;
    const char **asked = ARENA_ARRAY(run->arena, const char *, run->view->ask_count + 1);
    for (size_t i = 0; i < run->view->ask_count; i++)
        asked[i] = run->view->asks[i].path;
    for (size_t i = 0; i < value_count(answers) && !run->waiting && run->request.replay == NULL; i++) {
        const char *path = answers->fields[i].key;
        struct err err = {0};
        if (strchr(path, '[') == NULL || text_is_one_of(path, asked))
            continue;
        err_set(&err, E_USAGE, "nobody asked %s: the answer to it was not used", path);
        err.severity = ERR_WARNING;
        err_suggest(&err, path, asked);
        run_note(run, NULL, &err);
    }
}

static void finish(struct run *run)
{
    struct arena *arena = run->arena;
    if (run->fatal.code != E_NONE)
        run_note(run, NULL, &run->fatal);
    allow_tell_excess(run);
    tell_unsettled(run);
    tell_unheard(run);
    struct value *members = value_map(arena), *requests = value_map(arena);
    value_put(arena, requests, "read", value_int(arena, run->reads));
    value_put(arena, requests, "changed", value_int(arena, run->changed));
    value_put(arena, requests, "predicted", value_int(arena, run->predicted));
    value_put(arena, requests, "retried", value_int(arena, run->retried));
    value_put_text(arena, members, "status", outcome(run));
    value_put(arena, members, "exit", value_int(arena, run->exit));
    value_put(arena, members, "requests", requests);
    value_put(arena, members, "steps", value_int(arena, run->steps_told));
    value_put(arena, members, "identity", identity_of(run));
    if (run->silent) {
        view_take(run->view, "run.finished", members);
        run->ended = true;
        explore_after(run);
        return;
    }
    run_tell(run, "run.finished", members);
    close_undone(run);
    run->finished = true;
}

void run_end_finished(struct run *run, const struct err *failure)
{
    run->finished = false;
    if (failure != NULL) { // what is not in the trail has not happened
        view_fail(run->view, failure);
        run->exit = err_exit_status(failure->code);
    }
    struct trail_extent extent = trail_extent(run_config(run)->trail, run->arena, run->id);
    run->view->first = extent.first;
    run->view->last = extent.last;
    run->view->root = extent.root;
    run->ended = true;
    trail_release(run_config(run)->trail, run->id);
    explore_after(run);
}

void run_finish_if_over(struct run *run)
{
    if (run->root != NULL && run->root->status == STEP_OPEN && !run->over) {
        approve_settle(run);
        plan_settle(run);
        return;
    }
    bool ends = run->over || (run->root != NULL && run->root->status != STEP_OPEN);
    if (ends && !rollback_goes_on(run))
        finish(run);
}

const char *run_id(const struct run *run)
{
    return run->id;
}

int run_exit(const struct run *run)
{
    return run->exit;
}

const struct value *run_plan(const struct run *run)
{
    return run->plan == NULL ? value_list(run->arena) : run->plan;
}

const struct value *run_alert(const struct run *run)
{
    return run->alert;
}

struct view *run_view(const struct run *run)
{
    return run->view;
}

void run_close(struct run *run)
{
    if (run == NULL)
        return;
    vm_run_close(run_config(run)->vm, &run->vm_run);
    arena_close(run->arena);
}
