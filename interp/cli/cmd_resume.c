// The commands that go on with a run: resume, answer, attest, approve. They differ in what they add; the run
// itself comes from the trail. Invariant: a run is gone on with only as what it began: same profile, same
// playbook and library, byte for byte.
#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/env.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/audit.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/inputs.h"
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
#include "run/consent.h"
#include "run/engine.h"
#include "run/prepare.h"
#include "run/recall.h"
#include "run/undo.h"
#include "trail/keys.h"
#include "trail/trail.h"

enum { EVIDENCE_MAX = 64 * 1024 * 1024 };

// One of the commands at work.
struct going {
    struct session *session;
    const struct recall *recall;
    const struct playbook *playbook;
    struct run_request request;
    struct note_signer key; // of who approves, where the request names one
};
typedef bool add_inputs(struct going *going, struct err *err);

static bool has(const struct going *going, enum option option)
{
    return options_has(&going->session->cli->options, option);
}

// Is it a run that can be gone on with?
static bool check_run(const struct recall *recall, struct err *err)
{
    enum mode mode;
    const char *word = value_text_at(recall->started, "mode");
    if (word == NULL || !mode_from_word(word, &mode) || mode_change_rule(mode) != CHANGE_SEND) {
        err_set(err, E_USAGE, "%s is %s: it changes nothing, and there is nothing to go on with", recall->run,
                word == NULL ? "of no known mode" : word);
        return false;
    }
    static const char *const over[] = {"done", "refused", "gaps", "undone", "stopped"};
    for (size_t i = 0; i < sizeof over / sizeof *over; i++)
        if (recall->status != NULL && strcmp(recall->status, over[i]) == 0)
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
    enum mode mode;
    const char *word = value_text_at(line, "mode"), *undoes = value_text_at(line, "undoes");
    back->found = undoes != NULL && strcmp(undoes, back->run) == 0 && word != NULL &&
                  mode_from_word(word, &mode) && mode_change_rule(mode) == CHANGE_SEND;
    return !back->found;
}

// What was taken back, if only in part, would count as done: such a run is not gone on with.
static bool check_not_undone(struct trail *trail, const char *run, struct err *err)
{
    struct taken_back back = {.run = run};
    struct arena *scratch = arena_open();
    bool ok = trail_replay(trail, scratch, "\"undoes\":\"", look_for_undo, &back, err);
    arena_close(scratch);
    if (!ok || !back.found)
        return ok;
    err_set(err, E_USAGE, "%s was undone, at least in part, and is over", run);
    err_hint(err, "begin a new run: what is in place is not changed again");
    return false;
}

// The playbook that the run began with: by name and version, or from the file that was named.
static bool open_same(struct going *going, struct prepared_playbook *prepared, struct err_list *errors)
{
    struct cli *cli = going->session->cli;
    const struct value *started = going->recall->started;
    const char *name = value_text_at(started, "playbook"), *version = value_text_at(started, "version");
    const char *file = value_text_at(started, "file"), *digest = value_text_at(started, "digest");
    bool named = file != NULL && strcmp(file, arena_printf(cli->arena, "playbooks/%s.yaml", name)) != 0 &&
                 file_exists(file);
    const char *what = named ? file : arena_printf(cli->arena, "%s@%s", name, version);
    if (!named && file != NULL && !text_starts(file, "playbooks/") && !text_starts(file, "/")) {
        struct err *gone =
            err_list_add(errors, ERR_ERROR, E_FILE, (struct src_pos){0},
                         "%s began with the file %s, and here is none", going->recall->run, file);
        err_hint(gone, "go on from the folder where it began");
        return false;
    }
    going->playbook = open_playbook(cli, going->session->vm, what, errors);
    if (going->playbook == NULL || !prepare_playbook(cli->arena, open_catalog(cli), going->session->vm,
                                                     going->playbook, prepared, errors))
        return false;
    if (digest != NULL && strcmp(digest, prepared->digest) == 0)
        return true;
    struct err *err = err_list_add(errors, ERR_ERROR, E_REFUSED, (struct src_pos){0},
                                   "%s, or something that it uses, is not what it was when %s began", what,
                                   going->recall->run);
    err_hint(err,
             "go on with the program and the files of that day, or begin a new run: what is in place is not "
             "changed again");
    return false;
}

// An undoing that was broken off: what it undoes is read again.
static bool open_undo(struct going *going, const char *run, struct prepared_playbook *prepared,
                      struct err *err)
{
    struct cli *cli = going->session->cli;
    const struct recall *of = NULL;
    struct undo_plan *plan = NULL;
    if (!trail_claim(going->session->trail, run, err) ||
        (of = recall_open(cli->arena, going->session->trail, run, err)) == NULL ||
        (plan = undo_plan_new(cli->arena, open_catalog(cli), going->session->vm, of,
                              value_text_at(going->recall->started, "undoes_step"), err)) == NULL)
        return false;
    plan->force = value_flag_at(going->recall->started, "forced");
    *prepared = plan->playbook;
    going->playbook = prepared->playbook;
    going->request.undo = plan;
    return true;
}

static int go_on_with(struct session *session, add_inputs *add)
{
    struct cli *cli = session->cli;
    struct going going = {.session = session};
    struct prepared_playbook prepared;
    struct err err;
    struct err_list *errors = err_list_new(cli->arena);
    const char *run = recall_find(cli->arena, session->trail, cli->options.arguments[0], &err);
    if (run == NULL || !trail_claim(session->trail, run, &err) ||
        (going.recall = recall_open(cli->arena, session->trail, run, &err)) == NULL ||
        !check_run(going.recall, &err) || !check_not_undone(session->trail, run, &err) ||
        !session_is_of(session, going.recall->started, &err))
        return cli_fail(cli, &err);
    const char *undoes = value_text_at(going.recall->started, "undoes");
    if (undoes != NULL && !open_undo(&going, undoes, &prepared, &err))
        return cli_fail(cli, &err);
    if (undoes == NULL && !open_same(&going, &prepared, errors))
        return cli_fail_all(cli, errors);
    going.request = (struct run_request){.playbook = &prepared,
                                         .undo = going.request.undo,
                                         .mode = MODE_LIVE,
                                         .recall = going.recall,
                                         .unattended = has(&going, OPT_UNATTENDED),
                                         .approve_all = has(&going, OPT_APPROVE_ALL),
                                         .simulated = true}; // it was let in when it began
    if (going.request.approve_all && !session->settings.policy->approve_all) {
        err_set(&err, E_USAGE, "the policy of this profile does not allow --approve-all");
        return cli_fail(cli, &err);
    }
    if (!going.request.unattended && prompt_possible(cli))
        going.request.person = prompt_person(cli);
    going.request.params =
        schema_check(cli->arena, going.playbook->params, going.recall->params, "the parameters", &err);
    going.request.answers = going.recall->answers;
    if (going.request.params == NULL || !add(&going, &err))
        return cli_fail(cli, &err);
    struct watch watch;
    watch_begin(&watch, cli, cli->arena, prepared.procedure, cli_json(cli));
    watch.catching_up = true;
    return run_one(session, &watch, &going.request, true);
}

static int go_on(struct cli *cli, add_inputs *add)
{
    struct session session;
    struct err err;
    int status = session_open(cli, &session, &err) && session_connect(&session, &err)
                     ? go_on_with(&session, add)
                     : cli_fail(cli, &err);
    session_close(&session);
    return status;
}

// New answers beside those that were given before; a newer one stands for an older.
static bool take_answers(struct going *going, const char *const *texts, struct err *err)
{
    struct cli *cli = going->session->cli;
    const struct value *more = inputs_answers(cli, going->playbook, texts, err);
    struct value *all = value_map(cli->arena);
    const struct value *both[] = {going->recall->answers, more};
    for (size_t i = 0; more != NULL && i < 2; i++)
        for (size_t k = 0; k < both[i]->map.count; k++)
            value_put(cli->arena, all, both[i]->map.fields[k].key, both[i]->map.fields[k].value);
    going->request.answers = all;
    return more != NULL;
}

static bool with_answers(struct going *going, struct err *err)
{
    return take_answers(going, options_values(&going->session->cli->options, OPT_ANSWER), err);
}

int cmd_resume(struct cli *cli)
{
    return go_on(cli, with_answers);
}

static bool with_arguments(struct going *going, struct err *err)
{
    return take_answers(going, (const char *const *)going->session->cli->options.arguments + 1, err);
}

int cmd_answer(struct cli *cli)
{
    return go_on(cli, with_arguments);
}

// {name, digest, size} of a file: the trail keeps what it was, not what it says.
static const struct value *evidence_of(struct cli *cli, const char *name, struct err *err)
{
    size_t length;
    unsigned char hash[CRYPTO_HASH_SIZE];
    const char *bytes = file_read(cli->arena, name, EVIDENCE_MAX, &length, err);
    if (bytes == NULL)
        return NULL;
    crypto_sha256(bytes, length, hash);
    struct value *one = value_map(cli->arena);
    value_put_text(cli->arena, one, "name", name);
    value_put(cli->arena, one, "digest",
              value_printf(cli->arena, "sha256:%s", crypto_hex(cli->arena, hash, sizeof hash)));
    value_put(cli->arena, one, "size", value_int(cli->arena, (int64_t)length));
    return one;
}

// Is there such a task that waits, by path or by the id of its step?
static bool is_open_task(const struct recall *recall, const char *name)
{
    for (size_t i = 0; i < recall->count; i++) {
        const struct recall_line *line = &recall->lines[i];
        const char *slash = strrchr(line->path, '/'), *id = slash == NULL ? line->path : slash + 1;
        if (strcmp(line->type, "task.opened") == 0 &&
            (strcmp(line->path, name) == 0 ||
             (strlen(name) == strcspn(id, "[") && strncmp(id, name, strlen(name)) == 0)) &&
            recall_newest(recall, "task.attested", line->path) == NULL)
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
            err_hint(err, "`playbook audit show %s` lists its tasks", going->recall->run);
            return false;
        }
        value_put(cli->arena, attests, *task, said);
    }
    going->request.attests = attests;
    return true;
}

int cmd_attest(struct cli *cli)
{
    return go_on(cli, with_attestations);
}

// How many of the changes that one approval shows are named by --effect; its own path names all of them.
static size_t named(const struct value *opened, const char *const *wanted)
{
    const struct value *effects = value_get(opened, "effects");
    size_t count = 0;
    for (const char *const *path = wanted; *path != NULL; path++) {
        if (text_same(*path, value_text_at(opened, "path")))
            return value_count(effects);
        for (size_t k = 0; k < value_count(effects); k++)
            count += text_same(value_text(value_item(effects, k)), *path);
    }
    return count;
}

// Changes that were shown together are approved together, or not at all. Where the operator's word does not
// count, *bar tells why.
static bool choose_approval(struct going *going, const struct value *opened, struct value *approves,
                            const char **bar, struct err *err)
{
    struct cli *cli = going->session->cli;
    const char *const *wanted = options_values(&cli->options, OPT_EFFECT);
    const char *path = value_text_at(opened, "path");
    size_t all = value_count(value_get(opened, "effects")),
           some = *wanted == NULL ? all : named(opened, wanted);
    if (some == 0)
        return true;
    if (some < all) {
        err_set(err, E_USAGE, "%s was shown as %zu changes, which are decided together", path, all);
        err_hint(err, "--effect '%s' means all of them", path);
        return false;
    }
    const struct policy *policy = going->session->settings.policy;
    const char *why =
        consent_bar(cli->arena, going->recall, policy, opened, env_user(cli->arena), going->request.approver);
    if (why == NULL || going->request.refuses)
        value_append(cli->arena, approves, value_string(cli->arena, path));
    else
        *bar = *bar == NULL ? why : *bar;
    return true;
}

// The key that approvals are signed with: --key, else the operator's own where there is one.
static bool take_key(struct going *going, struct err *err)
{
    struct cli *cli = going->session->cli;
    const char *file = options_value(&cli->options, OPT_KEY), *own = audit_approver_key(cli);
    if (file == NULL && (going->session->settings.policy->approvers[0] == NULL || !file_exists(own)))
        return true;
    going->request.approver = &going->key;
    return keys_read_signer(cli->arena, file != NULL ? file : own, &going->key, err);
}

// The approvals that the run ended with, all or those of --effect.
static bool with_approvals(struct going *going, struct err *err)
{
    struct cli *cli = going->session->cli;
    const struct recall *recall = going->recall;
    struct value *approves = value_list(cli->arena);
    const char *bar = NULL;
    going->request.refuses = options_has(&cli->options, OPT_REFUSE);
    if (!take_key(going, err))
        return false;
    for (size_t i = 0; i < recall->count; i++) {
        const struct recall_line *line = &recall->lines[i];
        bool refused;
        if (strcmp(line->type, "approval.opened") != 0 ||
            recall_newest(recall, "approval.opened", line->path) != line->line ||
            consent_count(recall, going->session->settings.policy, value_text_at(line->line, "digest"),
                          &refused) >= value_int_at(line->line, "need", 1))
            continue;
        if (!choose_approval(going, line->line, approves, &bar, err))
            return false;
    }
    going->request.approves = approves;
    if (value_count(approves) > 0)
        return true;
    if (bar != NULL)
        return err_set(err, E_REFUSED, "%s", bar);
    err_set(err, E_USAGE, "no change of %s waits for an approval%s", recall->run,
            *options_values(&cli->options, OPT_EFFECT) == NULL ? "" : " under that path");
    return false;
}

int cmd_approve(struct cli *cli)
{
    return go_on(cli, with_approvals);
}
