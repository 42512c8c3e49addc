// What the policy says to a change: is the primitive allowed, is the target protected, are there too many.
// Not for approvals (approve.c) nor for requests (policy/gate.c). Invariant: a change that is refused here is
// told as a diagnostic with the place that decides it, and no change beyond the policy's number is ever
// begun.
#include "run/allow.h"

#include "base/arena.h"
#include "net/token.h"
#include "policy/policy.h"
#include "policy/profile.h"
#include "policy/protect.h"
#include "run/change.h"
#include "run/recall.h"
#include "run/replay.h"
#include "run/rollback.h"

struct token_identity allow_identity(const struct run *run)
{
    if (run->request.replay == NULL)
        return token_identity(run_config(run)->tokens);
    const struct value *finished = recall_newest(replay_of(run->request.replay), "run.finished", "");
    const char *object_id = value_text_at(finished, "identity.object_id"),
               *app_id = value_text_at(finished, "identity.app_id");
    return (struct token_identity){object_id != NULL ? object_id : "", app_id != NULL ? app_id : "", ""};
}

bool allow_target(const struct instance *instance, struct err *err)
{
    const struct engine_config *config = run_config(instance->run);
    struct token_identity identity = allow_identity(instance->run);
    struct protect_self self = {identity.object_id, identity.app_id};
    struct protect_target target = {.primitive = instance->primitive->name,
                                    .risk = instance->primitive->risk,
                                    .resource = instance->effect->resource,
                                    .params = instance->params,
                                    .people = instance->run->people,
                                    .before = instance->effect->before};
    return protect_judge(instance->run->arena, config->policy, config->book, &self, &target, err);
}

bool allow_change(struct instance *instance)
{
    struct run *run = instance->run;
    int most = run_config(run)->policy->max_changes;
    struct err err = {0};
    if (!allow_target(instance, &err)) {
        run_note(run, instance->path, &err);
        change_refused(instance, arena_strdup(run->arena, err.message));
        return false;
    }
    if (!instance->counted) // what is taken back makes no more of them
        instance->within = rollback_is_at_work(run) || ++run->changes <= (size_t)most;
    instance->counted = true;
    if (!instance->within)
        change_refused(instance, arena_printf(run->arena, "the policy allows %d changes in a run", most));
    return instance->within;
}

void allow_tell_excess(struct run *run)
{
    const struct policy *policy = run_config(run)->policy;
    const struct profile *profile = run_config(run)->profile;
    struct err err = {0};
    if (run->changes <= (size_t)policy->max_changes)
        return;
    err_set_at(&err, E_REFUSED, policy->max_pos,
               "changes planned: %zu; allowed by the policy in one run: %d; refused: %zu", run->changes,
               policy->max_changes, run->changes - (size_t)policy->max_changes);
    if (policy->max_pos.file != NULL)
        err_hint(&err, "if so many are meant, change 'max_changes' there");
    else if (profile->policy_file != NULL)
        err_hint(&err, "if so many are meant, write 'max_changes: %zu' in %s", run->changes,
                 profile->policy_file);
    else
        err_hint(&err, "if so many are meant, give profile %s a policy file with 'max_changes: %zu'",
                 profile->name, run->changes);
    run_note(run, NULL, &err);
}
