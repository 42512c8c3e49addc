// The command run: one playbook for one alert, or for many. Modes are chosen here and nowhere else; what they
// mean is policy/'s business. Invariant: on a real profile nothing is changed unless a person saw the plan
// and agreed, or said beforehand that nobody is there to ask.

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/open.h"
#include "cli/prompt.h"
#include "cli/run_all.h"
#include "cli/run_one.h"
#include "cli/session.h"
#include "cli/watch.h"
#include "data/value.h"
#include "net/http.h"
#include "playbook/playbook.h"
#include "policy/policy.h"
#include "policy/profile.h"
#include "report/view.h"
#include "run/engine.h"
#include "run/prepare.h"
#include "run/signed.h"

static bool has(const struct session *session, enum option option)
{
    return options_has(&session->cli->options, option);
}

static struct run_request request_of(struct session *session, const struct prepared_playbook *playbook,
                                     const struct inputs *inputs)
{
    struct run_request request = {
        .playbook = playbook,
        .mode = inputs->mode,
        .alert = value_item(inputs->alerts, 0),
        .alert_id = inputs->alert_id,
        .alert_file = inputs->alert_file,
        .alert_newest = inputs->alert_newest,
        .params = inputs->params,
        .answers = inputs->answers,
        .unattended = has(session, OPT_UNATTENDED),
        .approve_all = has(session, OPT_APPROVE_ALL),
        .simulated = has(session, OPT_SIMULATED),
        .explore = has(session, OPT_EXPLORE),
    };
    if (mode_asks(inputs->mode) && !request.unattended && prompt_possible(session->cli))
        request.person = prompt_person(session->cli);
    return request;
}

// Shows the plan and asks. *agreed says whether to go on; the status is the preview's.
static int preview(struct session *session, const struct prepared_playbook *playbook, struct inputs *inputs,
                   bool *agreed)
{
    struct cli *cli = session->cli;
    struct inputs looking = *inputs;
    looking.mode = MODE_DRY_RUN;
    struct run_request request = request_of(session, playbook, &looking);
    struct watch watch;
    watch_begin(&watch, cli, cli->arena, playbook->procedure, false);
    watch.session = session;
    struct run *run = run_one_to_end(session, &watch, &request);
    int status = run_exit(run);
    run_one_show(&watch, false);
    *agreed = status == 0 && prompt_yes(cli, "Carry this out?");
    inputs->answers = inputs_answered(cli->arena, watch.view, inputs->answers);
    run_close(run);
    return status;
}

static int run_prepared(struct session *session, const struct prepared_playbook *playbook,
                        struct inputs *inputs)
{
    struct cli *cli = session->cli;
    struct err ignored;
    bool refused =
        session->settings.policy->only_signed && !signed_holds(playbook, open_catalog(cli), &ignored);
    bool changes = mode_sends(inputs->mode) && !refused; // the run itself says why
    if (has(session, OPT_ALL))
        return run_all(session, playbook, inputs);
    if (changes && !session->settings.profile->lab && !has(session, OPT_UNATTENDED) &&
        !has(session, OPT_APPROVE_ALL)) {
        bool agreed;
        int status = preview(session, playbook, inputs, &agreed);
        if (!agreed)
            return status;
    }
    struct run_request request = request_of(session, playbook, inputs);
    request.keeps_plan = has(session, OPT_PLAN_OUT);
    struct watch watch;
    watch_begin(&watch, cli, cli->arena, playbook->procedure, cli_json(cli));
    watch.session = session;
    return run_one(session, &watch, &request);
}

// Whatever can be refused without touching the estate is refused before anything is opened to it.
static int run_checked(struct session *session)
{
    struct cli *cli = session->cli;
    struct inputs inputs;
    struct prepared_playbook prepared;
    struct err err;
    struct err_list *errors = err_list_new(cli->arena);
    const struct playbook *playbook = open_draft(cli, session->vm, cli->options.arguments[0], errors);
    if (playbook == NULL || !open_prepared(cli, session->vm, playbook, &prepared, errors))
        return cli_fail_all(cli, errors);
    if (!inputs_read(cli, session->vm, &prepared.linked, &inputs, &err) ||
        !inputs_settle_alert(playbook, session->settings.profile->lab, &inputs, &err) ||
        (mode_sends(inputs.mode) && !run_one_may_change(session, &err)) || !session_connect(session, &err))
        return cli_fail(cli, &err);
    return run_prepared(session, &prepared, &inputs);
}

int cmd_run(struct cli *cli)
{
    http_open_ahead();
    return session_run(cli, NULL, run_checked);
}
