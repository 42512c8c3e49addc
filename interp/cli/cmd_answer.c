// The command answer: of one run, or of many that wait for the same question. Not for going on (going.c), nor
// for what is asked about one change or one failure, which somebody has to look at. Invariant: an answer is
// taken, or refused with the reason; of many runs each has its line.
#include "cli/cmd_answer.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/going.h"
#include "cli/inputs.h"
#include "cli/interrupt.h"
#include "cli/run_all.h"
#include "cli/run_rows.h"
#include "cli/session.h"
#include "data/value.h"
#include "playbook/playbook.h"
#include "policy/profile.h"
#include "report/view.h"
#include "run/recall.h"
#include "trail/trail.h"

// An answer to what has been answered would change nothing, and whoever gives it believes that it does. What
// became of a change ("PATH?") and whether to go on after a failure ("PATH!") is asked each time.
static bool check_open(const struct recall *recall, const char *name, struct err *err)
{
    const struct value *answered = NULL;
    for (size_t i = 0; i < recall->count; i++) {
        const struct recall_line *line = &recall->lines[i];
        if (strcmp(line->type, "ask.opened") != 0 || !going_names(line, name) || strpbrk(name, "?!") != NULL)
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
bool cmd_answer_take(struct going *going, const char *const *texts, struct err *err)
{
    struct cli *cli = going->session->cli;
    const struct value *more = inputs_answers(cli, &going->prepared.linked, texts, err);
    struct value *all = value_map(cli->arena);
    for (size_t i = 0; i < value_count(more); i++)
        if (!check_open(going->recall, more->fields[i].key, err))
            return false;
    value_put_all(cli->arena, all, going->recall->answers);
    value_put_all(cli->arena, all, more);
    going->request.answers = all;
    return more != NULL;
}

// How many of the words are runs: those before the first answer.
static size_t run_count(const struct options *options)
{
    size_t count = 0;
    while (count < options->argument_count && strchr(options->arguments[count], '=') == NULL)
        count++;
    return count < options->argument_count || count == 0 ? count : 1; // without any, it says what it wants
}

static bool with_arguments(struct going *going, struct err *err)
{
    const struct options *options = &going->session->cli->options;
    return cmd_answer_take(going, options->arguments + run_count(options), err);
}

// Runs that wait for the same: all of one playbook, which is opened once.
struct many {
    struct session *session;
    const struct value *runs;          // their ids, or what stands for one
    struct prepared_playbook prepared; // of the first
};

// What became of it is told on its line, as of one that went on.
static int refuse(const struct many *many, struct arena *arena, const struct going *going,
                  const struct err_list *errors)
{
    struct view *view = view_new(arena);
    view->mode = mode_word(MODE_LIVE);
    view->profile = many->session->settings.profile->name;
    if (going->recall != NULL) {
        view->run = going->recall->run;
        view->alert = going->recall->alert;
        view->playbook = value_text_at(going->recall->started, "playbook");
        view->version = value_text_at(going->recall->started, "version");
        view->digest = value_text_at(going->recall->started, "digest");
        trail_release(many->session->trail, view->run);
    }
    return run_all_refuse(view, errors);
}

static bool goes_on(const char *run, struct err *err)
{
    return *interrupt_flag() == 0 ||
           err_set(err, E_STEP, "%s was not gone on with: it was interrupted before", run);
}

static int make(void *context, size_t index, struct arena *arena, struct run_request *request)
{
    struct many *many = context;
    const char *run = value_text(value_item(many->runs, index));
    struct err err;
    struct err_list *errors = err_list_new(arena);
    struct going *going = ARENA_NEW(arena, struct going);
    *going = (struct going){.session = many->session, .arena = arena, .prepared = many->prepared};
    bool ok = goes_on(run, &err) && going_prepare(going, run, with_arguments, GOING_DECIDED, errors, &err);
    if (going->request.undo == NULL)
        many->prepared = going->prepared;
    if (!ok && errors->errors == 0)
        err_list_append(errors, &err);
    if (!ok)
        return refuse(many, arena, going, errors);
    *request = going->request;
    request->person = (struct run_person){0}; // of many at once nobody is asked
    return 0;
}

static bool waits_for(struct session *session, const char *run, const char *const *answers)
{
    struct arena *scratch = arena_open();
    struct err ignored;
    const struct recall *recall = recall_open(scratch, session->trail, run, &ignored);
    bool waits = recall != NULL;
    for (; waits && *answers != NULL; answers++)
        waits = going_is_open(recall, "ask.opened", "ask.answered",
                              arena_strndup(scratch, *answers, strcspn(*answers, "=")));
    arena_close(scratch);
    return waits;
}

// All that wait for these questions. One question is one playbook's: of another the same word asks something
// else.
static const struct value *find_waiting(struct session *session, struct err *err)
{
    struct cli *cli = session->cli;
    const struct run_rows_wanted wanted = {
        .status = "waiting",
        .mode = mode_word(MODE_LIVE),
        .profile = session->settings.profile->name,
        .alert = options_value(&cli->options, OPT_OF_ALERT),
        .playbook = options_value(&cli->options, OPT_OF_PLAYBOOK),
    };
    struct run_rows rows = {.arena = cli->arena, .trail = session->trail};
    struct value *runs = value_list(cli->arena);
    const char *playbook = NULL;
    if (!run_rows_all(&rows, cli->state, err))
        return NULL;
    run_rows_keep(&rows, &wanted);
    for (size_t i = 0; i < rows.count; i++) {
        const char *run = value_text_at(rows.items[i], "run"), *of = value_text_at(rows.items[i], "playbook");
        if (!waits_for(session, run, cli->options.arguments))
            continue;
        if (playbook != NULL && !text_is(of, playbook)) {
            err_set(err, E_USAGE, "runs of %s and of %s wait for it", playbook, of);
            err_hint(err, "--playbook NAME says which is meant");
            return NULL;
        }
        playbook = of;
        value_append(cli->arena, runs, value_string(cli->arena, run));
    }
    return runs;
}

// Each once, however it is called. What stands for no run is told when its turn comes.
static const struct value *find_named(struct session *session, size_t count)
{
    struct cli *cli = session->cli;
    struct value *runs = value_list(cli->arena);
    struct err ignored;
    for (size_t i = 0; i < count; i++) {
        const char *name = cli->options.arguments[i];
        const char *run = recall_find(cli->arena, session->trail, name, &ignored);
        value_append_once(cli->arena, runs, run == NULL ? name : run);
    }
    return runs;
}

static int answer_many(struct session *session)
{
    struct cli *cli = session->cli;
    struct err err;
    size_t count = run_count(&cli->options);
    struct many many = {.session = session};
    many.runs = options_has(&cli->options, OPT_ALL_WAITING) ? find_waiting(session, &err)
                                                            : find_named(session, count);
    if (many.runs == NULL)
        return cli_fail(cli, &err);
    if (value_count(many.runs) == 0) {
        struct text none = text_new(cli->arena);
        text_add(&none, "No run waits for that.\n");
        cli_mutter(&none);
    }
    const struct run_all_work work = {.count = value_count(many.runs), .context = &many, .make = make};
    return run_all_these(session, &work);
}

// Which runs, and whether what is asked there can be answered for many at once.
static bool check(const struct options *options, size_t count, struct err *err)
{
    bool all = options_has(options, OPT_ALL_WAITING), many = all || count > 1;
    bool picks = options_has(options, OPT_OF_ALERT) || options_has(options, OPT_OF_PLAYBOOK);
    if (all == (count > 0) || (picks && !all)) {
        err_set(err, E_USAGE,
                all     ? "--all takes every run that waits: it takes no RUN"
                : picks ? "--alert and --playbook say which runs --all takes"
                        : "which run?");
        err_hint(err, "RUN STEP=VALUE..., several RUNs, or --all");
        return false;
    }
    for (const char **answer = options->arguments + count; many && *answer != NULL; answer++) {
        size_t length = strcspn(*answer, "=");
        if (length > 0 && strchr("?!", (*answer)[length - 1]) != NULL) {
            err_set(err, E_USAGE, "%.*s is asked about one run: somebody has to look there", (int)length,
                    *answer);
            err_hint(err, "`playbook answer RUN %s`", *answer);
            return false;
        }
    }
    return true;
}

int cmd_answer(struct cli *cli)
{
    struct err err = {0};
    size_t count = run_count(&cli->options);
    if (!check(&cli->options, count, &err))
        return cli_fail(cli, &err);
    if (count == 1)
        return going_on(cli, with_arguments, GOING_DECIDED);
    return session_run(cli, session_connect, answer_many);
}
