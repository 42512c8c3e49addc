// The command undo: takes back what a run did, as a run of its own. Invariant: the run that is undone is
// taken first, so nobody goes on with it meanwhile.

#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/open.h"
#include "cli/prompt.h"
#include "cli/run_one.h"
#include "cli/session.h"
#include "cli/watch.h"
#include "data/value.h"
#include "policy/policy.h"
#include "run/engine.h"
#include "run/recall.h"
#include "run/undo.h"
#include "trail/trail.h"

static bool check_run(const struct session *session, const struct recall *recall, struct err *err)
{
    const char *word = value_text_at(recall->started, "mode");
    if (!mode_word_sends(word)) {
        err_set(err, E_USAGE, "%s is %s: it changed nothing", recall->run,
                word == NULL ? "of no mode" : word);
        err_hint(err, "`playbook runs list` shows which did; `last` is the one that began last");
        return false;
    }
    if (text_same(recall->status, "undone"))
        return err_set(err, E_USAGE, "%s has been undone", recall->run);
    return session_is_of(session, recall->started, err);
}

static int undo(struct session *session)
{
    struct cli *cli = session->cli;
    const struct options *options = &cli->options;
    struct err err;
    enum mode mode;
    const struct recall *of = NULL;
    struct undo_plan *plan = NULL;
    const char *run = recall_find(cli->arena, session->trail, options->arguments[0], &err);
    if (run == NULL || !inputs_mode(cli, &mode, &err) || !trail_claim(session->trail, run, &err) ||
        (of = recall_open(cli->arena, session->trail, run, &err)) == NULL || !check_run(session, of, &err) ||
        (mode_sends(mode) && !run_one_may_change(session, &err)) ||
        (plan = undo_plan_new(cli->arena, open_catalog(cli), session->vm, of,
                              options_value(options, OPT_STEP), &err)) == NULL)
        return cli_fail(cli, &err);
    plan->force = options_has(options, OPT_FORCE);
    struct run_request request = {.playbook = &plan->playbook,
                                  .mode = mode,
                                  .alert = of->alert,
                                  .undo = plan,
                                  .unattended = options_has(options, OPT_UNATTENDED),
                                  .approve_all = options_has(options, OPT_APPROVE_ALL)};
    if (mode_asks(mode) && !request.unattended && prompt_possible(cli))
        request.person = prompt_person(cli);
    struct watch watch;
    watch_begin(&watch, cli, cli->arena, NULL, cli_json(cli));
    return run_one(session, &watch, &request);
}

int cmd_undo(struct cli *cli)
{
    return session_run(cli, session_connect, undo);
}
