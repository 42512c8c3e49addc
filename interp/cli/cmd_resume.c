// The commands resume, answer and attest: what people say, added to a run that is gone on with. Not for going
// on (going.c) nor for approvals (cmd_approve.c). Invariant: nothing that is said is lost in silence: it is
// taken, or refused with the reason.
#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/cmd_due.h"
#include "cli/commands.h"
#include "cli/going.h"
#include "cli/inputs.h"
#include "cli/session.h"
#include "data/value.h"
#include "run/recall.h"

enum { EVIDENCE_MAX = 64 * 1024 * 1024 };

// Is that line of the step that a path or an id names?
static bool is_named(const struct recall_line *line, const char *name)
{
    const char *slash = strrchr(line->path, '/'), *id = slash == NULL ? line->path : slash + 1;
    return strcmp(line->path, name) == 0 ||
           (strlen(name) == strcspn(id, "[") && strncmp(id, name, strlen(name)) == 0);
}

// An answer to what has been answered would change nothing, and whoever gives it believes that it does. What
// became of a change ("PATH?") and whether to go on after a failure ("PATH!") is asked each time.
static bool check_open(const struct recall *recall, const char *name, struct err *err)
{
    const struct value *answered = NULL;
    for (size_t i = 0; i < recall->count; i++) {
        const struct recall_line *line = &recall->lines[i];
        if (strcmp(line->type, "ask.opened") != 0 || !is_named(line, name) || strpbrk(name, "?!") != NULL)
            continue;
        if (!recall_settled(recall, "ask.opened", "ask.answered", line->path))
            return true;
        answered = recall_newest(recall, "ask.answered", line->path);
    }
    if (answered == NULL)
        return true;
    err_set(err, E_USAGE, "%s was answered: '%s', by %s", name, value_text_at(answered, "answer"),
            value_text_at(answered, "by"));
    err_hint(err, "an answer that was acted upon stays; `playbook resume %s` goes on with the run",
             recall->run);
    return false;
}

// New answers beside those that were given before; a newer one stands for an older.
static bool take_answers(struct going *going, const char *const *texts, struct err *err)
{
    struct cli *cli = going->session->cli;
    const struct value *more = inputs_answers(cli, going->playbook, texts, err);
    struct value *all = value_map(cli->arena);
    for (size_t i = 0; i < value_count(more); i++)
        if (!check_open(going->recall, more->fields[i].key, err))
            return false;
    value_put_all(cli->arena, all, going->recall->answers);
    value_put_all(cli->arena, all, more);
    going->request.answers = all;
    return more != NULL;
}

static bool with_answers(struct going *going, struct err *err)
{
    return take_answers(going, options_values(&going->session->cli->options, OPT_ANSWER), err);
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
    if (due)
        return cmd_due(cli);
    return going_on(cli, with_answers, GOING_RESUMED);
}

static bool with_arguments(struct going *going, struct err *err)
{
    return take_answers(going, going->session->cli->options.arguments + 1, err);
}

int cmd_answer(struct cli *cli)
{
    return going_on(cli, with_arguments, GOING_DECIDED);
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

// Is there such a task that waits, by path or by the id of its step?
static bool is_open_task(const struct recall *recall, const char *name)
{
    for (size_t i = 0; i < recall->count; i++) {
        const struct recall_line *line = &recall->lines[i];
        if (strcmp(line->type, "task.opened") == 0 && is_named(line, name) &&
            !recall_settled(recall, "task.opened", "task.attested", line->path))
            return true;
    }
    return false;
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
        if (!is_open_task(going->recall, *task)) {
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
