// `resume --due` and extend: what has fallen due is dealt with, or put off. Not for what is due (run/due.c).
// Invariant: one that fails keeps no other from its turn.

#include "base/clock.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/cmd_due.h"
#include "cli/commands.h"
#include "cli/going.h"
#include "cli/interrupt.h"
#include "cli/open.h"
#include "cli/run_all.h"
#include "cli/run_one.h"
#include "cli/session.h"
#include "cli/watch.h"
#include "data/value.h"
#include "policy/profile.h"
#include "run/due.h"
#include "run/recall.h"
#include "run/relied.h"
#include "run/undo.h"
#include "trail/trail.h"

enum { PATIENCE_MS = 60 * 60 * 1000 };

static bool nothing_more(struct going *going, struct err *err)
{
    (void)going;
    (void)err;
    return true;
}

// A lease lasts until that moment; `by` NULL: because a person wants it, else for that run.
static bool put_off(struct session *session, const char *run, const char *path, const char *longer,
                    int64_t until_ms, const char *by, struct err *err)
{
    struct cli *cli = session->cli;
    const char *time = clock_rfc3339(cli->arena, until_ms);
    struct value *members = value_map(cli->arena), *object = value_map(cli->arena);
    value_put_text(cli->arena, members, "path", path);
    value_put_text(cli->arena, members, "lease", longer);
    value_put_text(cli->arena, members, "until", time);
    if (by != NULL)
        value_put_text(cli->arena, members, "for", by);
    trail_append(session->trail, run, "lease.extended", members);
    if (!trail_commit(session->trail, err))
        return false;
    if (!cli_json(cli)) {
        cli_say(cli, by == NULL ? "%s of %s now lasts until %s." : "%s of %s now lasts until %s, for %s.",
                path, run, time, by);
        return true;
    }
    value_put_text(cli->arena, object, "run", run);
    value_put_text(cli->arena, object, "path", path);
    value_put_text(cli->arena, object, "until", time);
    cli_print_json(cli, object);
    return true;
}

// The time of a lease is over: what the step changed is taken back, by a run of its own.
static int end_lease(struct session *session, const struct due *due)
{
    struct cli *cli = session->cli;
    struct err err;
    const struct recall *of = NULL;
    struct undo_plan *plan = NULL;
    struct relied relied;
    if ((of = recall_open(cli->arena, session->trail, due->run, &err)) == NULL ||
        (plan = undo_plan_new(cli->arena, open_catalog(cli), session->vm, of, due->path, &err)) == NULL ||
        !relied_find_any(cli->arena, session->trail, session->vm, plan, &relied, &err))
        return cli_fail(cli, &err);
    // A later run that wants the same for a time, and not for good, is served by this lease.
    if (relied.run != NULL && relied.until_ms == due->at_ms)
        return 0; // its own comes first
    if (relied.run != NULL && relied.until_ms != INT64_MAX)
        return put_off(session, due->run, due->path, relied.lease, relied.until_ms, relied.run, &err)
                   ? 0
                   : cli_fail(cli, &err);
    if (!cli_json(cli))
        cli_say(cli, "%s: the lease of %s ended %s.", due->run, due->path,
                clock_rfc3339(cli->arena, due->at_ms));
    plan->leased = true;
    struct run_request request = {.playbook = &plan->playbook,
                                  .mode = MODE_LIVE,
                                  .alert = of->alert,
                                  .undo = plan,
                                  .unattended = true,
                                  .simulated = true}; // it was let in when the lease began
    struct watch watch;
    watch_begin(&watch, cli, cli->arena, NULL, cli_json(cli));
    return run_one(session, &watch, &request);
}

static bool waits(struct session *session, const char *run)
{
    struct err ignored;
    const struct recall *recall = recall_open(session->cli->arena, session->trail, run, &ignored);
    return recall != NULL && text_same(recall->status, "waiting");
}

// Leaves out the questions of runs that are over: no session is opened for them.
static void keep_waiting(struct session *session, struct due_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == DUE_LEASE || waits(session, list->items[i].run))
            list->items[kept++] = list->items[i];
    list->count = kept;
}

// Is it due still? Another process may have seen to it meanwhile, or somebody put the lease off. From here on
// nobody else is at its run.
static bool look_again(struct session *session, const struct due *due, bool *is_due, struct err *err)
{
    int64_t until = INT64_MAX;
    if (due->kind == DUE_QUESTION) {
        *is_due = waits(session, due->run);
        return true;
    }
    err->code = E_NONE;
    *is_due = due_lease(session->cli->arena, session->trail, due->run, due->path, &until, err) &&
              until <= clock_now_ms();
    return err->code == E_NONE || err->code == E_UNKNOWN_NAME; // such a lease is over
}

// Is it this process's? Not where another one works on the run, or where it was begun under another profile.
static bool take(struct session *session, const struct due *due, bool *lab, struct err *err)
{
    const struct recall *recall = recall_open(session->cli->arena, session->trail, due->run, err);
    *lab = recall != NULL && value_flag_at(recall->started, "lab");
    return recall != NULL && session_is_of(session, recall->started, err) &&
           trail_claim(session->trail, due->run, err);
}

// Somebody else's, who may be at it or come to it: that is well, but not for long. What was done in the lab
// was done to nothing.
static bool is_left(const struct session *session, const struct due *due, bool lab, const struct err *err)
{
    bool late = clock_now_ms() - due->at_ms > PATIENCE_MS;
    if (err->code != E_USAGE || (late && (!lab || session->settings.profile->lab)))
        return false;
    if (!cli_json(session->cli))
        cli_say(session->cli, "%s; what is due there is left to it.", err->message);
    return true;
}

static int deal_with(struct session *session, const struct due *due, size_t *done)
{
    struct cli *cli = session->cli;
    struct err err;
    bool is_due, lab;
    if (!take(session, due, &lab, &err)) {
        ++*done;
        return is_left(session, due, lab, &err) ? 0 : cli_fail(cli, &err);
    }
    if (!look_again(session, due, &is_due, &err))
        return cli_fail(cli, &err);
    if (!is_due)
        return 0;
    ++*done;
    if (due->kind == DUE_LEASE)
        return end_lease(session, due);
    if (!cli_json(cli))
        cli_say(cli, "%s: nobody answered %s by %s.", due->run, due->path,
                clock_rfc3339(cli->arena, due->at_ms));
    return going_on_with(session, due->run, nothing_more, GOING_DECIDED);
}

// Each in a session of its own: what one playbook uses is no part of the digest of another.
static int deal_alone(struct cli *cli, const struct due *due, size_t *done)
{
    struct session session;
    struct err err;
    cli->catalog = NULL;
    int status = session_open(cli, &session, &err) && session_connect(&session, &err)
                     ? deal_with(&session, due, done)
                     : cli_fail(cli, &err);
    session_close(&session);
    return status;
}

int cmd_due(struct cli *cli)
{
    struct session session;
    struct due_list list;
    struct err err;
    size_t done = 0;
    int status = session_open(cli, &session, &err) && session_open_trail(&session, &err) &&
                         due_find(cli->arena, session.trail, clock_now_ms(), &list, &err)
                     ? 0
                     : cli_fail(cli, &err);
    if (status == 0)
        keep_waiting(&session, &list);
    session_close(&session);
    if (status != 0)
        return status;
    for (size_t i = 0; *interrupt_flag() == 0 && i < list.count; i++)
        status = run_all_gravest(status, deal_alone(cli, &list.items[i], &done));
    if (done == 0 && status == 0 && !cli_json(cli))
        cli_say(cli, "Nothing is due.");
    return status;
}

// From when it would have ended, or from now where that is past and nobody has taken it back yet.
static int extend(struct session *session, int64_t by_ms)
{
    struct cli *cli = session->cli;
    struct err err;
    int64_t until, now = clock_now_ms();
    const char *path = cli->options.arguments[1],
               *run = recall_find(cli->arena, session->trail, cli->options.arguments[0], &err);
    const struct recall *recall = run == NULL ? NULL : recall_open(cli->arena, session->trail, run, &err);
    if (recall == NULL || !session_is_of(session, recall->started, &err) ||
        !trail_claim(session->trail, run, &err) ||
        !due_lease(cli->arena, session->trail, run, path, &until, &err))
        return cli_fail(cli, &err);
    return put_off(session, run, path, options_value(&cli->options, OPT_LONGER),
                   (until > now ? until : now) + by_ms, NULL, &err)
               ? 0
               : cli_fail(cli, &err);
}

int cmd_extend(struct cli *cli)
{
    struct session session;
    struct err err = {0};
    int64_t by_ms;
    const char *by = options_value(&cli->options, OPT_LONGER);
    if (by == NULL || !clock_parse_duration(by, &by_ms) || by_ms <= 0) {
        err_set(&err, E_USAGE, by == NULL ? "for how long? --by is missing" : "--by wants a duration, not %s",
                by);
        err_hint(&err, "--by 4h");
        return cli_fail(cli, &err);
    }
    int status = session_open(cli, &session, &err) && session_open_trail(&session, &err)
                     ? extend(&session, by_ms)
                     : cli_fail(cli, &err);
    session_close(&session);
    return status;
}
