// The command stop: interrupts a run at work, or ends one that nobody works on. Not for taking back what it
// did (cmd_undo.c). Invariant: a run is ended for good only by who holds its lock.

#include "base/arena.h"
#include "base/clock.h"
#include "base/process.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "data/value.h"
#include "policy/mode.h"
#include "run/recall.h"
#include "trail/claim.h"
#include "trail/trail.h"

enum { PATIENCE_MS = 20000, LOOK_AGAIN_MS = 50 }; // requests in flight are awaited for 10 s there

static int tell(struct cli *cli, const char *run, const char *was, const char *words)
{
    if (!cli_json(cli)) {
        cli_say(cli, "%s", words);
        return 0;
    }
    struct value *object = value_map(cli->arena);
    value_put_text(cli->arena, object, "run", run);
    value_put_text(cli->arena, object, "was", was);
    value_put_text(cli->arena, object, "status", "interrupted");
    cli_print_json(cli, object);
    return 0;
}

// Another process works on it.
static int interrupt(struct session *session, const char *run, const char *process)
{
    struct cli *cli = session->cli;
    struct err err;
    const struct recall *after;
    if (!claim_ask(cli->arena, cli->state, run, &err) || !process_nudge(cli->arena, process, &err)) {
        err_hint(&err, "stop it where it runs");
        return cli_fail(cli, &err);
    }
    bool held = true;
    for (int waited = 0; held && waited < PATIENCE_MS; waited += LOOK_AGAIN_MS) {
        clock_sleep_ms(LOOK_AGAIN_MS);
        held = claim_is_held(cli->arena, cli->state, run, &process);
    }
    if (held) {
        err_set(&err, E_STEP, "%s was asked to stop, and has not ended yet", run);
        return cli_fail(cli, &err);
    }
    if ((after = recall_open(cli->arena, session->trail, run, &err)) == NULL)
        return cli_fail(cli, &err);
    const char *ended = after->status == NULL ? "without an end in the trail" : after->status;
    return tell(cli, run, "running",
                arena_printf(cli->arena,
                             "%s was interrupted and ended: %s. `playbook resume %s` goes on with it; stop "
                             "once more ends it for good.",
                             run, ended, run));
}

static int end(struct session *session, const struct recall *recall)
{
    static const char *const open[] = {"waiting", "interrupted", "failed", "killed", NULL};
    struct cli *cli = session->cli;
    struct err err;
    const char *was = recall->status == NULL ? "killed" : recall->status;
    if (!mode_word_sends(value_text_at(recall->started, "mode")) || !text_is_one_of(was, open)) {
        err_set(&err, E_USAGE, "%s is over: it ended as %s", recall->run, was);
        return cli_fail(cli, &err);
    }
    struct value *members = value_map(cli->arena);
    value_put_text(cli->arena, members, "status", was);
    trail_append(session->trail, recall->run, "run.stopped", members);
    if (!trail_commit(session->trail, &err))
        return cli_fail(cli, &err);
    return tell(
        cli, recall->run, was,
        arena_printf(cli->arena, "%s was %s and is stopped: nobody can go on with it.", recall->run, was));
}

static int stop(struct session *session)
{
    struct cli *cli = session->cli;
    struct err err;
    const char *process, *run = recall_find(cli->arena, session->trail, cli->options.arguments[0], &err);
    const struct recall *recall = run == NULL ? NULL : recall_open(cli->arena, session->trail, run, &err);
    if (recall == NULL)
        return cli_fail(cli, &err);
    if (recall->status == NULL && claim_is_held(cli->arena, cli->state, run, &process))
        return interrupt(session, run, process);
    if (!trail_claim(session->trail, run, &err) ||
        (recall = recall_open(cli->arena, session->trail, run, &err)) == NULL) // nobody is at it any more
        return cli_fail(cli, &err);
    return end(session, recall);
}

int cmd_stop(struct cli *cli)
{
    return session_run(cli, session_open_trail, stop);
}
