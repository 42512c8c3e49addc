// The command replay: what a playbook would have done in an old incident. Invariant: nothing is opened to the
// estate; the trail is all that is read.

#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/open.h"
#include "cli/run_one.h"
#include "cli/session.h"
#include "cli/watch.h"
#include "data/value.h"
#include "playbook/playbook.h"
#include "policy/profile.h"
#include "report/differences.h"
#include "report/view.h"
#include "report/wrap.h"
#include "run/engine.h"
#include "run/prepare.h"
#include "run/recall.h"
#include "run/replay.h"

// The profile says in which cloud the run was, what its policy allows, and who owns what.
static bool check_profile(const struct session *session, const struct recall *of, struct err *err)
{
    const struct profile *profile = session->settings.profile;
    const char *name = value_text_at(of->started, "profile");
    if (text_same(name, profile->name) && value_flag_at(of->started, "lab") == profile->lab)
        return true;
    err_set(err, E_USAGE, "%s was made under the profile %s", of->run, name == NULL ? "?" : name);
    err_hint(err, "--profile %s", name == NULL ? "NAME" : name);
    return false;
}

// The recorded answers below those of --answer.
static const struct value *answers_of(struct cli *cli, const struct linked *linked,
                                      const struct replay *replay, struct err *err)
{
    const struct value *given = inputs_answers(cli, linked, options_values(&cli->options, OPT_ANSWER), err);
    struct value *all = value_map(cli->arena);
    value_put_all(cli->arena, all, replay_answers(cli->arena, replay));
    value_put_all(cli->arena, all, given);
    return given == NULL ? NULL : all;
}

static void show_differences(struct watch *watch, const struct replay *replay)
{
    struct cli *cli = watch->cli;
    struct view *recorded = replay_view(cli->arena, replay);
    const struct value *differences = differences_list(cli->arena, recorded, watch->view);
    if (cli_json(cli)) {
        watch->view->differences = differences;
        watch_print_json(watch);
        return;
    }
    watch_show(watch, false);
    struct text out = text_new(cli->arena);
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    differences_print(&wrap, differences, recorded);
    cli_print(&out);
}

static int replay_with(struct session *session, const struct prepared_playbook *prepared,
                       const struct playbook *playbook)
{
    struct cli *cli = session->cli;
    struct err err;
    const struct recall *of = NULL;
    struct replay *replay = NULL;
    struct run_request request = {
        .playbook = prepared, .mode = MODE_DRY_RUN, .unattended = true, .simulated = true};
    const char *run = recall_find(cli->arena, session->trail, cli->options.arguments[0], &err);
    if (run == NULL || (of = recall_open(cli->arena, session->trail, run, &err)) == NULL ||
        !check_profile(session, of, &err) || (replay = replay_new(cli->arena, of, &err)) == NULL ||
        (request.params = inputs_params(cli, playbook, of->params, &err)) == NULL ||
        (request.answers = answers_of(cli, &prepared->linked, replay, &err)) == NULL)
        return cli_fail(cli, &err);
    request.replay = replay;
    request.alert = replay_alert(cli->arena, replay);
    struct watch watch;
    watch_begin(&watch, cli, cli->arena, prepared->procedure, cli_json(cli));
    struct run *ended = run_one_to_end(session, &watch, &request);
    int status = run_exit(ended);
    show_differences(&watch, replay);
    run_close(ended);
    return status;
}

static int replay(struct session *session)
{
    struct cli *cli = session->cli;
    const char *name = options_value(&cli->options, OPT_WITH);
    struct prepared_playbook prepared;
    struct err err;
    struct err_list *errors = err_list_new(cli->arena);
    if (name == NULL) {
        err_set(&err, E_USAGE, "replay wants the playbook that the run's reads are given to");
        err_hint(&err, "--with NAME, NAME@VERSION or a file");
        return cli_fail(cli, &err);
    }
    const struct playbook *playbook = open_playbook(cli, session->vm, name, errors);
    if (playbook == NULL || !open_prepared(cli, session->vm, playbook, &prepared, errors))
        return cli_fail_all(cli, errors);
    return session_look_back(session, &err) ? replay_with(session, &prepared, playbook) : cli_fail(cli, &err);
}

int cmd_replay(struct cli *cli)
{
    return session_run(cli, NULL, replay);
}
