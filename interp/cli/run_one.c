// One run, from its start to what is shown of it. Not for which run (cmd_run.c, cmd_resume.c).
#include "cli/run_one.h"

#include "base/text.h"
#include "cli/cli.h"
#include "cli/plan_file.h"
#include "cli/prompt.h"
#include "cli/session.h"
#include "cli/watch.h"
#include "policy/policy.h"
#include "policy/profile.h"
#include "report/shell.h"
#include "report/view.h"
#include "run/engine.h"

bool run_one_may_change(struct session *session, struct err *err)
{
    const struct profile *profile = session->settings.profile;
    if (options_has(&session->cli->options, OPT_APPROVE_ALL) && !session->settings.policy->approve_all) {
        err_set(err, E_USAGE, "the policy of profile %s does not allow --approve-all", profile->name);
        err_hint(err,
                 "leave it out: approvals that the policy wants stay open, or are asked for on a terminal");
        return false;
    }
    if (profile->lab || options_has(&session->cli->options, OPT_UNATTENDED) ||
        options_has(&session->cli->options, OPT_APPROVE_ALL) || prompt_possible(session->cli))
        return true;
    err_set(err, E_USAGE, "a live run under profile %s wants a person at a terminal", profile->name);
    err_hint(
        err,
        "--dry-run --plan-out FILE saves what it would do, and `playbook apply FILE` does that; --unattended "
        "runs it without asking, and leaves approvals open");
    return false;
}

struct run *run_one_to_end(struct session *session, struct watch *watch, struct run_request *request)
{
    const struct policy *policy = session->settings.policy;
    watch->approvals =
        policy->approve_all && policy_needs(policy, RISK_CONTAIN) + policy_needs(policy, RISK_DESTROY) > 0;
    request->sink = watch_record;
    request->sink_context = watch;
    request->waits = watch_waits;
    watch->request = request;
    watch->view = run_view(run_start(session->engine, request));
    return run_engine_take(session->engine); // the only one, so it is this one
}

static void add_apply(struct cli *cli, struct text *text, const char *file)
{
    const char *const begin[] = {cli->program, "apply", file};
    shell_add_command(text, watch_command(cli, begin, sizeof begin / sizeof *begin), 2, cli->messages.width);
}

// Where the rehearsal did not end well there is nothing that should be carried out.
static int save_plan(struct session *session, const struct run_request *request, const struct run *run,
                     int status)
{
    struct cli *cli = session->cli;
    struct err err = {0};
    const char *file = options_value(&cli->options, OPT_PLAN_OUT);
    if (status != 0) {
        err_set(&err, E_USAGE, "no plan was written to %s: the rehearsal did not end well", file);
        err.severity = ERR_WARNING;
    } else if (plan_file_write(session, request, run, file, &err)) {
        struct text text = text_new(cli->arena);
        text_addf(&text, "The plan is in %s; this and nothing else is made by:\n", file);
        add_apply(cli, &text, file);
        cli_mutter(&text);
        return status;
    }
    struct text text = text_new(cli->arena);
    text_addf(&text, "%s\n", err.message);
    cli_mutter(&text);
    return status != 0 ? status : err_exit_status(err.code);
}

void run_one_show(struct watch *watch, bool offer)
{
    if (cli_json(watch->cli))
        watch_print_json(watch);
    else
        watch_show(watch, offer);
}

int run_one(struct session *session, struct watch *watch, struct run_request *request)
{
    struct run *run = run_one_to_end(session, watch, request);
    int status = run_exit(run);
    run_one_show(watch, true);
    if (request->keeps_plan && request->mode == MODE_DRY_RUN)
        status = save_plan(session, request, run, status);
    run_close(run);
    return status;
}
