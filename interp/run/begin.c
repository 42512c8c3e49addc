// How a run begins: its scope, its alert, what is checked before the first step, run.started. Not for steps.
// Invariant: no step begins before run.started (or run.resumed) has been told.
#include "run/begin.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/embed.h"
#include "data/json.h"
#include "playbook/catalog.h"
#include "policy/cloud.h"
#include "policy/gate.h"
#include "policy/profile.h"
#include "run/admit.h"
#include "run/do.h"
#include "run/flow.h"
#include "run/history.h"
#include "run/instance.h"
#include "run/protected.h"
#include "run/recall.h"
#include "run/replay.h"
#include "run/rollback.h"
#include "run/scope.h"
#include "run/signed.h"
#include "run/undo.h"
#include "trail/trail.h"
#include "intake/alert.h"

static const char *const *scope_of(const struct run *run)
{
    return gate_scope(run->gate);
}

static void tell_undo(struct arena *arena, const struct undo_plan *undo, struct value *members)
{
    value_hold_text(arena, members, "undoes", undo->of->run);
    value_hold_text(arena, members, "undoes_step", undo->step);
    value_hold(arena, members, "forced", value_bool(undo->force));
    if (undo->leased)
        value_hold(arena, members, "leased", &value_true);
}

static void tell_alert(struct run *run, struct value *members)
{
    struct arena *arena = run->arena;
    const struct value *alert = alert_without_raw(arena, run->alert);
    value_hold(arena, members, "alert", trail_mask_value(run_config(run)->trail, arena, alert));
    if (value_is_null(alert))
        return;
    if (run->request.alert_file != NULL)
        value_hold_text(arena, members, "alert_file", run->request.alert_file);
    const char *text = json_text(arena, run->alert);
    value_hold_text(arena, members, "alert_digest", crypto_digest(arena, text, strlen(text)));
}

static void tell_started(struct run *run)
{
    struct arena *arena = run->arena;
    const struct engine_config *config = run_config(run);
    const struct playbook *playbook = run->playbook;
    struct value *members = value_map(arena);
    value_hold_text(arena, members, "playbook", playbook->name);
    value_hold_text(arena, members, "version", playbook->version);
    value_hold_text(arena, members, "title", playbook->title);
    value_hold_text(arena, members, "digest", run->request.playbook->digest);
    value_hold_text(arena, members, "file", playbook->file->name);
    if (run->request.playbook->signatures != NULL)
        value_hold(arena, members, "signed", signed_value(arena, run->request.playbook));
    value_hold_text(arena, members, "mode", mode_word(run->mode));
    value_hold_text(arena, members, "profile", config->profile->name);
    value_hold_text(arena, members, "cloud", cloud_word(config->profile->cloud));
    value_hold_text(arena, members, "tenant", config->profile->tenant);
    value_hold_text(arena, members, "sign_in", config->profile->auth.kind);
    value_hold_text(arena, members, "client_id", config->profile->auth.client_id);
    value_hold(arena, members, "lab", value_bool(config->profile->lab));
    // A tenant may have thousands of subscriptions.
    value_hold(arena, members, "scope", run_bounded(run, value_texts(arena, scope_of(run))));
    tell_alert(run, members);
    history_mark(run, members);
    value_hold(arena, members, "params", run_bounded(run, run->request.params));
    value_hold_text(arena, members, "program", PLAYBOOK_VERSION);
    value_hold_text(arena, members, "correlation", run->correlation);
    value_hold_text(arena, members, "now", run->vm_run.now);
    if (run->request.undo != NULL)
        tell_undo(arena, run->request.undo, members);
    if (run->request.replay != NULL) {
        value_hold_text(arena, members, "replays", replay_of(run->request.replay)->run);
        value_hold(arena, members, "as_of", value_int(arena, replay_as_of(run->request.replay)));
    }
    value_hold(arena, members, "answers",
               run_bounded(run, run->request.answers)); // those not asked for yet too
    // Whoever goes on with it or replays it wants the same alert.
    const struct value *raw = value_get(run->alert, "raw");
    if (!value_is(raw, VALUE_UNKNOWN))
        value_hold(arena, members, "alert_raw", run_bounded(run, raw));
    if (run->request.plan != NULL)
        value_hold(arena, members, "plan", run_bounded(run, run->request.plan));
    if (!run->silent)
        run_tell(run, "run.started", members);
}

// Somebody goes on with it: what it had told and learned is there again.
static void tell_resumed(struct run *run)
{
    struct arena *arena = run->arena;
    struct value *members = value_map(arena);
    value_hold_text(arena, members, "playbook", run->playbook->name);
    value_hold_text(arena, members, "version", run->playbook->version);
    value_hold_text(arena, members, "digest", run->request.playbook->digest);
    value_hold_text(arena, members, "profile", run_config(run)->profile->name);
    value_hold_text(arena, members, "program", PLAYBOOK_VERSION);
    value_hold(arena, members, "answers", run_bounded(run, run->request.answers));
    recall_teach(run);
    run_tell(run, "run.resumed", members);
}

static void announce(struct run *run)
{
    embed_release(); // nearly all that is run was read
    run->recall != NULL ? tell_resumed(run) : tell_started(run);
    for (size_t i = 0; i < run->held->count && !run->silent; i++)
        run_tell(run, value_text_at(run->held->items[i], "type"), value_get(run->held->items[i], "members"));
    run->held = NULL;
}

static void end_early(struct run *run)
{
    announce(run);
    run->over = true;
}

// While it may change something, nobody else may go on with it.
static bool claim(struct run *run)
{
    struct err err = {0};
    if (!mode_sends(run->mode) || trail_claim(run_config(run)->trail, run->id, &err))
        return true;
    run_fail(run, &err);
    return false;
}

static void start_steps(struct run *run)
{
    run->vm_run.profile = profile_value(run->arena, run_config(run)->profile, scope_of(run));
    const char *id = value_text_at(run->alert, "id");
    run->about = id != NULL ? id : arena_printf(run->arena, "playbook:%s", run->playbook->name);
    if (run->request.undo != NULL)
        recall_teach_gate(run, run->request.undo->of);
    if (!admit_alert(run) || !claim(run)) {
        end_early(run);
        return;
    }
    announce(run);
    undo_begin(run);
    if (rollback_resume(run))
        return;
    run->root = instance_new(run, NULL, NULL, "", &run->frame);
    flow_group(run->root, &run->playbook->steps, 1);
}

static void alert_fetched(struct instance *instance)
{
    struct run *run = instance->run;
    const struct value *found = value_get(instance->result, "alert");
    if (instance->status != STEP_DONE && instance->status != STEP_IN_PLACE) {
        struct err err = {0};
        err_set(&err, E_NETWORK, "the alert could not be fetched: %s", instance->reason);
        run_fail(run, &err);
    } else if (!value_is(found, VALUE_MAP)) {
        struct err err = {0};
        if (run->request.alert_id != NULL)
            err_set(&err, E_ALERT, "there is no alert '%s' in the estate", run->request.alert_id);
        else
            err_set(&err, E_ALERT, "the estate has no alert that %s answers", run->playbook->name);
        err_hint(&err, "`playbook alert list` shows the alerts that there are");
        run_fail(run, &err);
    } else {
        run->alert = found;
        start_steps(run);
        return;
    }
    end_early(run);
}

// The alert is read by alert.fetch, before the playbook's steps.
static void fetch_alert(struct run *run)
{
    static const struct step fetch = {
        .kind = STEP_DO, .id = "alert", .attempts = 1, .on_error = ON_ERROR_CONTINUE};
    struct value *with = value_map(run->arena);
    if (run->request.alert_id != NULL)
        value_put_text(run->arena, with, "id", run->request.alert_id);
    else
        value_put(run->arena, with, "patterns", value_texts(run->arena, run->playbook->alerts));
    struct instance *instance = instance_new(run, NULL, &fetch, "alert", &run->frame);
    instance->is_item = true; // its result is the run's alert, not a step's
    instance->on_end = alert_fetched;
    run->opening = instance;
    do_start_call(instance, "alert.fetch", with);
}

static void begin_with_people(struct instance *instance)
{
    struct run *run = instance->run;
    if (run->recall == NULL && (run->request.alert_id != NULL || run->request.alert_newest)) {
        fetch_alert(run);
        return;
    }
    start_steps(run);
}

static void begin_with_scope(struct instance *instance, bool ok)
{
    struct run *run = instance->run;
    if (!ok) {
        end_early(run);
        return;
    }
    run->vm_run.profile = profile_value(run->arena, run_config(run)->profile, scope_of(run));
    if (run->request.replay != NULL)
        begin_with_people(instance);
    else
        protected_learn(instance, begin_with_people);
}

const char *begin_moment(const struct run *run, const struct run *first)
{
    const struct recall *earlier = run->request.replay != NULL ? replay_of(run->request.replay) : run->recall;
    const char *now = first != NULL     ? first->vm_run.now
                      : earlier != NULL ? value_text_at(earlier->started, "now")
                                        : NULL;
    return now != NULL ? now : clock_rfc3339(run->arena, clock_now_ms());
}

void begin_run(struct instance *instance)
{
    if (!admit_playbook(instance->run)) {
        end_early(instance->run);
        return;
    }
    if (run_config(instance->run)->profile->scope != NULL || instance->run->request.replay != NULL) {
        begin_with_scope(instance, true);
        return;
    }
    instance->run->opening = instance;
    scope_learn(instance, begin_with_scope);
}
