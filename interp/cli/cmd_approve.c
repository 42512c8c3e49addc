// The command approve: lets through the changes that a run waits with, or refuses them. Invariant: changes
// that were shown together are decided together, and a person counts once.
#include <string.h>

#include "base/env.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/audit.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/going.h"
#include "cli/session.h"
#include "data/value.h"
#include "policy/policy.h"
#include "run/consent.h"
#include "run/recall.h"
#include "run/undo.h"
#include "trail/keys.h"

static bool is_under(const char *const *wanted, const char *path)
{
    while (*wanted != NULL && !undo_includes(*wanted, path))
        wanted++;
    return *wanted != NULL;
}

// How many of the changes that one approval shows are named by --effect: as a path names what is under it.
static size_t named(const struct value *opened, const char *const *wanted)
{
    const struct value *effects = value_get(opened, "effects");
    size_t count = 0;
    if (is_under(wanted, value_text_at(opened, "path")))
        return value_count(effects);
    for (size_t k = 0; k < value_count(effects); k++)
        count += is_under(wanted, value_text(value_item(effects, k)));
    return count;
}

// Changes that were shown together are approved together, or not at all. Where the operator's word does not
// count, *bar tells why.
static bool choose_approval(struct going *going, const struct value *opened, struct value *approves,
                            const char **bar, struct err *err)
{
    struct cli *cli = going->session->cli;
    const char *const *wanted = options_values(&cli->options, OPT_EFFECT);
    const char *path = value_text_at(opened, "path");
    size_t all = value_count(value_get(opened, "effects")),
           some = *wanted == NULL ? all : named(opened, wanted);
    if (some == 0)
        return true;
    if (some < all) {
        err_set(err, E_USAGE, "%s was shown as %zu changes, which are decided together", path, all);
        err_hint(err, "--effect '%s' means all of them", path);
        return false;
    }
    const struct policy *policy = going->session->settings.policy;
    const char *why =
        consent_bar(cli->arena, going->recall, policy, opened, env_user(cli->arena), going->request.approver);
    if (why == NULL || going->request.refuses)
        value_append(cli->arena, approves, value_string(cli->arena, path));
    else
        *bar = *bar == NULL ? why : *bar;
    return true;
}

// The key that approvals are signed with: --key, else the operator's own where there is one.
static bool take_key(struct going *going, struct err *err)
{
    struct cli *cli = going->session->cli;
    const char *file = options_value(&cli->options, OPT_OWN_KEY), *own = audit_approver_key(cli);
    if (file == NULL && (going->session->settings.policy->approvers[0] == NULL || !file_exists(own)))
        return true;
    going->request.approver = &going->key;
    return keys_read_signer(cli->arena, file != NULL ? file : own, &going->key, err);
}

// Is it an approval that the run ended with, and not enough people gave since?
static bool waits(const struct going *going, const struct recall_line *line)
{
    bool refused;
    return strcmp(line->type, "approval.opened") == 0 &&
           recall_newest(going->recall, "approval.opened", line->path) == line->line &&
           consent_count(going->recall, going->session->settings.policy, value_text_at(line->line, "digest"),
                         &refused) < value_int_at(line->line, "need", 1);
}

// What nothing waits under is not left out in silence: whoever named it would believe that it is decided.
static bool check_effects(const struct going *going, struct err *err)
{
    const struct recall *recall = going->recall;
    const char *const *wanted = options_values(&going->session->cli->options, OPT_EFFECT);
    bool found = true;
    for (; found && *wanted != NULL; wanted += found) {
        const char *const one[] = {*wanted, NULL};
        found = false;
        for (size_t i = 0; i < recall->count && !found; i++)
            found = waits(going, &recall->lines[i]) && named(recall->lines[i].line, one) > 0;
    }
    if (found)
        return true;
    err_set(err, E_USAGE, "no change of %s waits for an approval under %s", recall->run, *wanted);
    err_hint(err, "`playbook runs show %s` tells what waits", recall->run);
    return false;
}

// The approvals that the run ended with, all or those of --effect.
static bool with_approvals(struct going *going, struct err *err)
{
    struct cli *cli = going->session->cli;
    const struct recall *recall = going->recall;
    struct value *approves = value_list(cli->arena);
    const char *bar = NULL;
    going->request.refuses = options_has(&cli->options, OPT_REFUSE);
    if (!check_effects(going, err) || !take_key(going, err))
        return false;
    for (size_t i = 0; i < recall->count; i++) {
        const struct recall_line *line = &recall->lines[i];
        if (!waits(going, line))
            continue;
        if (!choose_approval(going, line->line, approves, &bar, err))
            return false;
    }
    going->request.approves = approves;
    if (value_count(approves) > 0)
        return true;
    if (bar != NULL)
        return err_set(err, E_REFUSED, "%s", bar);
    err_set(err, E_USAGE, "no change of %s waits for an approval", recall->run);
    err_hint(err, "`playbook runs show %s` tells what waits", recall->run);
    return false;
}

int cmd_approve(struct cli *cli)
{
    return going_on(cli, with_approvals, GOING_DECIDED);
}
