// What a run may be about and speak to: its gate, and what must hold of an alert before the first step (the
// playbook answers it, it is not simulated, its tenant and scope are the profile's). Invariant: what only
// looks is told of a mismatch; what changes is refused.
#include "run/admit.h"

#include "base/text.h"
#include "policy/gate.h"
#include "policy/policy.h"
#include "policy/profile.h"
#include "policy/register.h"
#include "run/replay.h"
#include "run/signed.h"

void admit_gate(struct run *run)
{
    const struct engine_config *config = run_config(run);
    const struct replay *replay = run->request.replay;
    const struct gate_config gate = {.mode = run->mode,
                                     .cloud = config->profile->cloud,
                                     .tenant = config->profile->tenant,
                                     .scope = replay != NULL ? replay_scope(run->arena, replay)
                                                             : config->profile->scope,
                                     .partner = config->profile->partner.tenant != NULL,
                                     .partner_scope = config->profile->partner.scope,
                                     .channel = config->channel};
    run->gate = gate_new(run->arena, &gate);
    for (const char **mail = register_addresses(run->arena, config->book); *mail != NULL; mail++)
        gate_allow_address(run->gate, *mail);
}

static bool refuse(struct run *run, const struct err *err)
{
    run_fail(run, err);
    return false;
}

// A change that a policy forbids is shown where it would only be looked at.
static bool refuse_or_tell(struct run *run, struct err *err)
{
    if (mode_sends(run->mode))
        return refuse(run, err);
    err->severity = ERR_WARNING;
    run_note(run, NULL, err);
    return true;
}

bool admit_playbook(struct run *run)
{
    const struct engine_config *config = run_config(run);
    struct err err = {0};
    return !config->policy->only_signed || run->request.undo != NULL || run->recall != NULL ||
           signed_holds(run->request.playbook, config->catalog, &err) || refuse_or_tell(run, &err);
}

// An alert about a customer's subscription is the partner's, whose tenant it names (the successor API names
// none: it shows a partner only what is the partner's).
static bool is_partners(const struct run *run)
{
    const char *own = run_config(run)->profile->partner.tenant,
               *theirs = value_text_at(run->alert, "partner.tenant"),
               *kind = value_text_at(run->alert, "kind");
    return own != NULL && text_same(kind, "csp-fraud") && (theirs == NULL || text_same(own, theirs));
}

// An alert of a stranger's tenant or outside the scope: told in modes that only look, refused where changes
// are made.
static bool check_place(struct run *run)
{
    const struct engine_config *config = run_config(run);
    struct err err = {0};
    const char *tenant = value_text_at(run->alert, "tenant"),
               *resource = value_text_at(run->alert, "resource.id");
    const char *partner = value_text_at(run->alert, "partner.tenant"), *own = config->profile->partner.tenant;
    bool foreign = tenant != NULL && config->profile->tenant != NULL &&
                   !text_same(tenant, config->profile->tenant) && !is_partners(run);
    if (foreign && partner != NULL)
        err_set(&err, E_REFUSED, "the alert is the partner's %s, the profile '%s' %s%s", partner,
                config->profile->name, own == NULL ? "has no Partner Center account" : "is of the partner ",
                own == NULL ? "" : own);
    else if (foreign)
        err_set(&err, E_REFUSED, "the alert is of tenant %s, the profile '%s' is of %s", tenant,
                config->profile->name, config->profile->tenant);
    else if (resource != NULL && gate_scope(run->gate) != NULL && !gate_in_scope(run->gate, resource))
        err_set(&err, E_REFUSED, "the alert's resource %s is outside the profile's scope", resource);
    else
        return true;
    err_hint(&err, "choose the profile of that tenant with --profile, or extend its scope");
    return refuse_or_tell(run, &err);
}

// What must hold of the alert before the first step.
bool admit_alert(struct run *run)
{
    struct err err = {0};
    const char *type = value_text_at(run->alert, "type"), *kind = value_text_at(run->alert, "kind");
    if (run->playbook->alerts[0] == NULL)
        return true;
    if (!playbook_answers(run->playbook, type, kind)) {
        err_set(&err, E_ALERT, "%s does not answer alerts of type %s", run->playbook->name,
                type == NULL ? "(none)" : type);
        err_hint(&err, "`playbook list` shows what each playbook answers");
        run_fail(run, &err);
        return false;
    }
    if (value_flag_at(run->alert, "simulated")) {
        err_set(&err, E_REFUSED, "the alert is a sample or simulated: it stands for nothing that happened");
        err_hint(&err, "--simulated starts a response all the same");
        if (mode_sends(run->mode) && !run->request.simulated)
            return refuse(run, &err);
        err.severity = ERR_WARNING;
        run_note(run, NULL, &err);
    }
    return check_place(run);
}
