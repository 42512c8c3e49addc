// The command apply: a live run that is held to a plan. Invariant: the playbook, its library, the profile and
// the alert are those of the plan, byte for byte, or nothing is done.
#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/plan_file.h"
#include "cli/run_one.h"
#include "cli/session.h"
#include "cli/watch.h"
#include "data/schema.h"
#include "data/value.h"
#include "net/http.h"
#include "playbook/playbook.h"
#include "policy/profile.h"
#include "run/engine.h"
#include "run/prepare.h"

static bool is_of(const struct session *session, const struct value *plan, struct err *err)
{
    const struct profile *profile = session->settings.profile;
    if (text_same(value_text_at(plan, "profile"), profile->name) &&
        text_same(value_text_at(plan, "tenant"), profile->tenant))
        return true;
    err_set(err, E_USAGE, "the plan was made under the profile %s, and this is %s",
            value_text_at(plan, "profile") == NULL ? "?" : value_text_at(plan, "profile"), profile->name);
    err_hint(err, "--profile %s",
             value_text_at(plan, "profile") == NULL ? "NAME" : value_text_at(plan, "profile"));
    return false;
}

static bool prepare(struct session *session, const struct value *plan, struct prepared_playbook *prepared,
                    struct err_list *errors)
{
    struct cli *cli = session->cli;
    const char *file = value_text_at(plan, "file");
    bool named = file != NULL && !text_starts(file, "playbooks/");
    const char *what = named ? file
                             : arena_printf(cli->arena, "%s@%s", value_text_at(plan, "playbook"),
                                            value_text_at(plan, "version"));
    const struct playbook *playbook = open_playbook(cli, session->vm, what, errors);
    if (playbook == NULL || !open_prepared(cli, session->vm, playbook, prepared, errors))
        return false;
    if (text_same(value_text_at(plan, "digest"), prepared->digest))
        return true;
    err_hint(err_list_add(errors, ERR_ERROR, E_REFUSED, (struct src_pos){0},
                          "%s, or something that it uses, is not what it was when the plan was made", what),
             "rehearse again: run … --dry-run --plan-out FILE");
    return false;
}

static int apply(struct session *session)
{
    struct cli *cli = session->cli;
    struct err err;
    struct err_list *errors = err_list_new(cli->arena);
    struct prepared_playbook prepared;
    const struct value *plan = plan_file_read(cli, cli->options.arguments[0], &err);
    if (plan == NULL || !is_of(session, plan, &err))
        return cli_fail(cli, &err);
    if (!prepare(session, plan, &prepared, errors))
        return cli_fail_all(cli, errors);
    const struct value *alert = value_get(plan, "alert");
    struct run_request request = {
        .playbook = &prepared,
        .mode = MODE_LIVE,
        .alert = value_is_null(alert) ? NULL : alert,
        .alert_file = value_text_at(plan, "alert_file"),
        .params = schema_check(cli->arena, prepared.playbook->params, value_get(plan, "params"),
                               "the parameters", &err),
        .answers = value_get(plan, "answers"),
        .plan = value_get(plan, "changes"),
        .unattended = true, // what nobody decided then is assumed as it was then
        .approve_all = options_has(&cli->options, OPT_APPROVE_ALL),
        .simulated = options_has(&cli->options, OPT_SIMULATED),
    };
    if (request.params == NULL || !session_connect(session, &err))
        return cli_fail(cli, &err);
    struct watch watch;
    watch_begin(&watch, cli, cli->arena, prepared.procedure, cli_json(cli));
    watch.session = session;
    return run_one(session, &watch, &request);
}

int cmd_apply(struct cli *cli)
{
    http_open_ahead();
    return session_run(cli, NULL, apply);
}
