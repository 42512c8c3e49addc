// Goes on with a run: finds it, sees that it can be gone on with, opens what it began with, and starts it.
// Not for what a command adds to it (cmd_resume.c, cmd_approve.c). Invariant: a run is gone on with only as
// what it began: same profile, same playbook and library, byte for byte.
#include "cli/going.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/open.h"
#include "cli/prompt.h"
#include "cli/run_one.h"
#include "cli/session.h"
#include "cli/watch.h"
#include "data/schema.h"
#include "data/value.h"
#include "playbook/playbook.h"
#include "policy/policy.h"
#include "policy/profile.h"
#include "run/prepare.h"
#include "run/recall.h"
#include "run/signed.h"
#include "run/undo.h"
#include "trail/trail.h"

bool going_names(const struct recall_line *line, const char *name)
{
    const char *slash = strrchr(line->path, '/'), *id = slash == NULL ? line->path : slash + 1;
    return strcmp(line->path, name) == 0 ||
           (strlen(name) == strcspn(id, "[") && strncmp(id, name, strlen(name)) == 0);
}

bool going_is_open(const struct recall *recall, const char *opened, const char *settled, const char *name)
{
    for (size_t i = 0; i < recall->count; i++) {
        const struct recall_line *line = &recall->lines[i];
        if (strcmp(line->type, opened) == 0 && going_names(line, name) &&
            !recall_settled(recall, opened, settled, line->path))
            return true;
    }
    return false;
}

static bool has(const struct going *going, enum option option)
{
    return options_has(&going->session->cli->options, option);
}

// Is it a run that can be gone on with?
static bool check_run(const struct recall *recall, enum going_why why, struct err *err)
{
    static const char *const over[] = {"done", "refused", "gaps", "undone", "stopped"};
    const char *word = value_text_at(recall->started, "mode");
    if (!mode_word_sends(word))
        return err_set(err, E_USAGE,
                       "%s ran in mode %s: it changes nothing, and there is nothing to go on with",
                       recall->run, word == NULL ? "unknown" : word);
    for (size_t i = why == GOING_ATTESTED; i < sizeof over / sizeof *over; i++)
        if (text_is(recall->status, over[i]))
            return err_set(err, E_USAGE, "%s is over: it ended as %s", recall->run, recall->status);
    return true;
}

struct taken_back {
    const char *run;
    bool found;
};

static bool look_for_undo(void *context, const struct value *line)
{
    struct taken_back *back = context;
    back->found = text_is(value_text_at(line, "undoes"), back->run) &&
                  mode_word_sends(value_text_at(line, "mode")) && !value_flag_at(line, "leased");
    return !back->found;
}

// What was taken back, if only in part, would count as done: such a run is not gone on with. What a lease has
// ended was done for its time, as the playbook has it.
static bool check_not_undone(struct trail *trail, const char *run, struct err *err)
{
    struct taken_back back = {.run = run};
    struct arena *scratch = arena_open();
    bool ok = trail_replay(trail, scratch, trail_needle(scratch, "undoes", run), look_for_undo, &back, err);
    arena_close(scratch);
    if (!ok || !back.found)
        return ok;
    err_set(err, E_USAGE, "%s was undone, at least in part, and is over", run);
    err_hint(err, "begin a new run: what is in place is not changed again");
    return false;
}

// A run whose playbook nobody vouches for any more, where the policy wants that, stays as it is.
static bool is_vouched_for(const struct going *going, const struct prepared_playbook *prepared,
                           struct err_list *errors)
{
    struct err err;
    if (!going->session->settings.policy->only_signed ||
        signed_holds(prepared, open_catalog(going->session->cli), &err))
        return true;
    err_list_append(errors, &err);
    return false;
}

// By name and version, or from the file that was named.
static bool open_playbook_of(struct going *going, const char *what, struct err_list *errors)
{
    struct cli *cli = going->session->cli;
    const char *file = value_text_at(going->recall->started, "file");
    if (what != file && file != NULL && !text_starts(file, "playbooks/") && !text_starts(file, "/")) {
        struct err *gone =
            err_list_add(errors, ERR_ERROR, E_FILE, (struct src_pos){0},
                         "%s began with the file %s, and here is none", going->recall->run, file);
        err_hint(gone, "go on from the folder where it began");
        return false;
    }
    const struct playbook *playbook = open_playbook(cli, going->session->vm, what, errors);
    return playbook != NULL && open_prepared(cli, going->session->vm, playbook, &going->prepared, errors);
}

// The playbook that the run began with, byte for byte.
static bool open_same(struct going *going, struct err_list *errors)
{
    const struct value *started = going->recall->started;
    const struct playbook *wanted = going->prepared.playbook;
    const char *name = value_text_at(started, "playbook");
    if (wanted != NULL && !text_is(name, wanted->name)) {
        err_list_add(errors, ERR_ERROR, E_USAGE, (struct src_pos){0},
                     "%s is a run of %s: what is asked there is not what %s asks", going->recall->run, name,
                     wanted->name);
        return false;
    }
    const char *what = open_name(going->session->cli, name, value_text_at(started, "version"),
                                 value_text_at(started, "file"));
    if (wanted == NULL && !open_playbook_of(going, what, errors))
        return false;
    going->playbook = going->prepared.playbook;
    if (text_is(value_text_at(started, "digest"), going->prepared.digest))
        return is_vouched_for(going, &going->prepared, errors);
    struct err *err = err_list_add(errors, ERR_ERROR, E_REFUSED, (struct src_pos){0},
                                   "%s, or something that it uses, is not what it was when %s began", what,
                                   going->recall->run);
    err_hint(err,
             "go on with the program and the files of that day, or end it (playbook stop %s) and begin a new "
             "run: what is in place is not changed again",
             going->recall->run);
    return false;
}

// An undoing that was broken off: what it undoes is read again.
static bool open_undo(struct going *going, const char *run, struct err *err)
{
    struct cli *cli = going->session->cli;
    const struct recall *of = NULL;
    struct undo_plan *plan = NULL;
    if (!trail_claim(going->session->trail, run, err) ||
        (of = recall_open(cli->arena, going->session->trail, run, err)) == NULL ||
        (plan = undo_plan_new(cli->arena, open_catalog(cli), going->session->vm, of,
                              value_text_at(going->recall->started, "undoes_step"), err)) == NULL)
        return false;
    if (!text_same(value_text_at(going->recall->started, "digest"), plan->playbook.digest)) {
        err_set(err, E_REFUSED, "the library is not what it was when %s began", going->recall->run);
        err_hint(err,
                 "go on with the program and the files of that day, or undo %s anew: what has been put back "
                 "is not changed again",
                 run);
        return false;
    }
    plan->force = value_flag_at(going->recall->started, "forced");
    plan->leased = value_flag_at(going->recall->started, "leased");
    going->prepared = plan->playbook;
    going->playbook = going->prepared.playbook;
    going->request.undo = plan;
    return true;
}

// What has been decided is gone on with at once; whoever only resumes a run on a real estate is asked, as who
// begins one is.
static bool wants_person(const struct going *going, enum going_why why)
{
    return why == GOING_RESUMED && !going->session->settings.profile->lab && !has(going, OPT_UNATTENDED) &&
           !has(going, OPT_APPROVE_ALL);
}

static bool may_go_on(const struct going *going, enum going_why why, struct err *err)
{
    const struct settings *settings = &going->session->settings;
    if (has(going, OPT_APPROVE_ALL) && !settings->policy->approve_all) {
        err_set(err, E_USAGE, "the policy of profile %s does not allow --approve-all",
                settings->profile->name);
        err_hint(err,
                 "leave it out: approvals that the policy wants stay open, or are asked for on a terminal");
        return false;
    }
    if (!wants_person(going, why) || prompt_possible(going->session->cli))
        return true;
    err_set(err, E_USAGE, "going on with a live run under profile %s wants a person at a terminal",
            settings->profile->name);
    err_hint(err, "--unattended goes on without asking, and leaves approvals open");
    return false;
}

static bool is_agreed(const struct going *going)
{
    struct cli *cli = going->session->cli;
    return prompt_yes(cli, arena_printf(cli->arena, "Go on with %s (%s %s) under the profile %s?",
                                        going->recall->run, going->playbook->name, going->playbook->version,
                                        going->session->settings.profile->name));
}

static struct run_request request_of(const struct going *going)
{
    struct run_request request = {.playbook = &going->prepared,
                                  .undo = going->request.undo,
                                  .mode = MODE_LIVE,
                                  .recall = going->recall,
                                  .answers = going->recall->answers,
                                  .unattended = has(going, OPT_UNATTENDED),
                                  .approve_all = has(going, OPT_APPROVE_ALL),
                                  .simulated = true}; // it was let in when it began
    if (!request.unattended && prompt_possible(going->session->cli))
        request.person = prompt_person(going->session->cli);
    return request;
}

// The run, which is this process's from now on.
static bool find(struct going *going, const char *name, enum going_why why, struct err *err)
{
    struct trail *trail = going->session->trail;
    const char *run = recall_find(going->arena, trail, name, err);
    return run != NULL && trail_claim(trail, run, err) &&
           (going->recall = recall_open(going->arena, trail, run, err)) != NULL &&
           check_run(going->recall, why, err) && check_not_undone(trail, run, err) &&
           session_is_of(going->session, going->recall->started, err);
}

static bool fill(struct going *going, add_inputs *add, enum going_why why, struct err *err)
{
    going->request = request_of(going);
    going->request.params =
        schema_check(going->arena, going->playbook->params, going->recall->params, "the parameters", err);
    return going->request.params != NULL && add(going, err) && may_go_on(going, why, err) &&
           (value_get(going->recall->started, "plan") == NULL ||
            (going->request.plan = recall_value(going->recall, going->recall->started, "plan", err)) != NULL);
}

bool going_prepare(struct going *going, const char *name, add_inputs *add, enum going_why why,
                   struct err_list *errors, struct err *err)
{
    if (!find(going, name, why, err))
        return false;
    const char *undoes = value_text_at(going->recall->started, "undoes");
    return (undoes == NULL ? open_same(going, errors) : open_undo(going, undoes, err)) &&
           fill(going, add, why, err);
}

int going_on_with(struct session *session, const char *name, add_inputs *add, enum going_why why)
{
    struct cli *cli = session->cli;
    struct going going = {.session = session, .arena = cli->arena};
    struct err_list *errors = err_list_new(cli->arena);
    struct err err;
    if (!going_prepare(&going, name, add, why, errors, &err))
        return errors->errors > 0 ? cli_fail_all(cli, errors) : cli_fail(cli, &err);
    if (wants_person(&going, why) && !is_agreed(&going)) {
        cli_say(cli, "Nothing was done.");
        return 0;
    }
    struct watch watch;
    watch_begin(&watch, cli, cli->arena, going.prepared.procedure, cli_json(cli));
    watch.catching_up = true;
    return run_one(session, &watch, &going.request);
}

int going_on(struct cli *cli, add_inputs *add, enum going_why why)
{
    struct session session;
    struct err err;
    int status = session_open(cli, &session, &err) && session_connect(&session, &err)
                     ? going_on_with(&session, cli->options.arguments[0], add, why)
                     : cli_fail(cli, &err);
    session_close(&session);
    return status;
}
