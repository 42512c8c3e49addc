// The commands resume and attest: what people say, added to a run that is gone on with. Not for going on
// (going.c), nor for answers (cmd_answer.c) and approvals (cmd_approve.c). Invariant: nothing that is said is
// lost in silence: it is taken, or refused with the reason.
#include "base/crypto.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/cmd_answer.h"
#include "cli/cmd_due.h"
#include "cli/commands.h"
#include "cli/going.h"
#include "cli/session.h"
#include "data/value.h"
#include "run/recall.h"

enum { EVIDENCE_MAX = 64 * 1024 * 1024 };

static bool with_answers(struct going *going, struct err *err)
{
    return cmd_answer_take(going, options_values(&going->session->cli->options, OPT_ANSWER), err);
}

int cmd_resume(struct cli *cli)
{
    struct err err = {0};
    bool due = options_has(&cli->options, OPT_DUE);
    if (due != (cli->options.argument_count == 0)) {
        err_set(&err, E_USAGE, due ? "--due goes on with whatever is due: it takes no run" : "which run?");
        err_hint(&err, "a run's id, the beginning of one, or `last`; or --due");
        return cli_fail(cli, &err);
    }
    if (due && options_has(&cli->options, OPT_ANSWER)) {
        err_set(&err, E_USAGE,
                "--due goes on with questions that nobody answered in time: it takes no --answer");
        err_hint(&err, "`playbook answer RUN STEP=VALUE` answers one");
        return cli_fail(cli, &err);
    }
    if (due)
        return cmd_due(cli);
    return going_on(cli, with_answers, GOING_RESUMED);
}

// {name, digest, size} of a file: the trail keeps what it was, not what it says.
static const struct value *evidence_of(struct cli *cli, const char *name, struct err *err)
{
    size_t length;
    const char *bytes = file_read(cli->arena, name, EVIDENCE_MAX, &length, err);
    if (bytes == NULL)
        return NULL;
    struct value *one = value_map(cli->arena);
    value_put_text(cli->arena, one, "name", name);
    value_put_text(cli->arena, one, "digest", crypto_digest(cli->arena, bytes, length));
    value_put(cli->arena, one, "size", value_int(cli->arena, (int64_t)length));
    return one;
}

static bool with_attestations(struct going *going, struct err *err)
{
    struct cli *cli = going->session->cli;
    struct value *said = value_map(cli->arena), *evidence = value_list(cli->arena),
                 *attests = value_map(cli->arena);
    for (const char *const *file = options_values(&cli->options, OPT_EVIDENCE); *file != NULL; file++) {
        const struct value *one = evidence_of(cli, *file, err);
        if (one == NULL)
            return false;
        value_append(cli->arena, evidence, one);
    }
    value_put_text(cli->arena, said, "note", options_value(&cli->options, OPT_NOTE));
    value_put(cli->arena, said, "evidence", evidence);
    for (const char **task = cli->options.arguments + 1; *task != NULL; task++) {
        if (!going_is_open(going->recall, "task.opened", "task.attested", *task)) {
            err_set(err, E_UNKNOWN_NAME, "%s has no open task %s", going->recall->run, *task);
            err_hint(err, "`playbook runs show %s` tells which are open", going->recall->run);
            return false;
        }
        value_put(cli->arena, attests, *task, said);
    }
    going->request.attests = attests;
    return true;
}

int cmd_attest(struct cli *cli)
{
    return going_on(cli, with_attestations, GOING_ATTESTED);
}
