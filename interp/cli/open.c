// Opens catalogue, Lua machine and playbooks as the command line and the configuration want. It checks
// nothing that playbook/ and vm/ check. Invariant: what stands in a folder given with --lib comes before all
// else.
#include "cli/open.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/test_file.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "report/view.h"
#include "run/link.h"
#include "run/prepare.h"
#include "run/signed.h"
#include "trail/keys.h"
#include "trail/trail.h"
#include "vm/vm.h"

struct catalog *open_catalog(struct cli *cli)
{
    if (cli->catalog != NULL)
        return cli->catalog;
    const char *const *libs = options_values(&cli->options, OPT_LIB);
    size_t count = 0;
    while (libs[count] != NULL)
        count++;
    const char **folders = ARENA_ARRAY(cli->arena, const char *, count + 2);
    for (size_t i = 0; i < count; i++)
        folders[i] = libs[i];
    folders[count] = cli->config;
    cli->catalog = catalog_open(cli->arena, folders);
    const char *language = options_value(&cli->options, OPT_LANG);
    if (language != NULL)
        catalog_speak(cli->catalog, language);
    return cli->catalog;
}

// A folder that was meant and is not there, or is another, would leave the built-in files in force, in
// silence.
static bool check_folders(struct cli *cli, struct err *err)
{
    for (const char *const *lib = options_values(&cli->options, OPT_LIB); *lib != NULL; lib++) {
        bool there = file_is_dir(*lib);
        if (there && catalog_is_laid_out(cli->arena, *lib))
            continue;
        err_set(err, E_FILE, "--lib %s: %s", *lib,
                there ? "there is neither stdlib/ nor playbooks/ in it" : "there is no such folder");
        if (there)
            err_hint(err, "--lib names the folder above them");
        return false;
    }
    return true;
}

struct vm *open_vm(struct cli *cli, struct err *err)
{
    if (!check_folders(cli, err))
        return NULL;
    return vm_open(cli->arena, open_catalog(cli), err);
}

const char *open_name(struct cli *cli, const char *name, const char *version, const char *file)
{
    bool named = file != NULL && strcmp(file, arena_printf(cli->arena, "playbooks/%s.yaml", name)) != 0 &&
                 file_exists(file);
    return named ? file : arena_printf(cli->arena, "%s@%s", name, version);
}

// Who has just written NAME.yaml calls it NAME.
static void hint_file(struct arena *arena, const char *name, struct err *err)
{
    static const char *const suffixes[] = {".yaml", ".lua"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (err->code == E_UNKNOWN_NAME && file_exists(arena_printf(arena, "%s%s", name, suffixes[i])))
            err_hint(err, "did you mean the file %.80s%s?", name, suffixes[i]);
}

const struct playbook *open_draft(struct cli *cli, struct vm *vm, const char *name, struct err_list *errors)
{
    struct err err;
    const struct catalog_file *file = catalog_playbook(open_catalog(cli), name, &err);
    if (file == NULL) {
        hint_file(cli->arena, name, &err);
        err_list_append(errors, &err);
        return NULL;
    }
    return link_parse(cli->arena, vm, file, 0, errors);
}

const struct playbook *open_playbook(struct cli *cli, struct vm *vm, const char *name,
                                     struct err_list *errors)
{
    size_t before = errors->errors;
    const struct playbook *playbook = open_draft(cli, vm, name, errors);
    return errors->errors == before ? playbook : NULL;
}

// Direct children of playbooks/ alone: procedures/, old/, sub/, new/ and lab/ hold what playbooks are made
// with.
static size_t add_names(struct cli *cli, const char *suffix, const char **names, size_t count)
{
    const char **paths = catalog_list(open_catalog(cli), cli->arena, "playbooks/", suffix);
    for (; *paths != NULL; paths++) {
        const char *name = *paths + strlen("playbooks/");
        if (strchr(name, '/') != NULL || test_file_is(name))
            continue;
        if (names != NULL)
            names[count] = arena_strndup(cli->arena, name, strlen(name) - strlen(suffix));
        count++;
    }
    return count;
}

bool open_prepared(struct cli *cli, struct vm *vm, const struct playbook *playbook,
                   struct prepared_playbook *out, struct err_list *errors)
{
    struct err err;
    if (!prepare_playbook(cli->arena, open_catalog(cli), vm, playbook, out, errors))
        return false;
    if (signed_look_all(cli->arena, cli->config, out, &err))
        return true;
    err_list_append(errors, &err);
    return false;
}

const struct procedure *open_procedure_of(struct cli *cli, const struct view *view)
{
    struct err err;
    struct err_list *errors = err_list_new(cli->arena);
    struct prepared_playbook prepared;
    struct vm *vm = open_vm(cli, &err);
    const struct playbook *playbook =
        vm == NULL || view->playbook == NULL
            ? NULL
            : open_playbook(cli, vm, open_name(cli, view->playbook, view->version, view->file), errors);
    bool same = playbook != NULL && open_prepared(cli, vm, playbook, &prepared, errors) &&
                text_same(prepared.digest, view->digest);
    vm_close(vm);
    return same ? prepared.procedure : NULL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **open_playbook_names(struct cli *cli)
{
    size_t count = add_names(cli, ".lua", NULL, add_names(cli, ".yaml", NULL, 0));
    const char **names = ARENA_ARRAY(cli->arena, const char *, count + 1);
    add_names(cli, ".lua", names, add_names(cli, ".yaml", names, 0));
    qsort(names, count, sizeof *names, by_name);
    return names;
}

static struct trail *open_as(struct cli *cli, bool reads, struct err *err)
{
    const struct trail_config config = {.state = cli->state,
                                        .config_dir = cli->config,
                                        .by = env_user(cli->arena),
                                        .host = env_host(cli->arena),
                                        .reads = reads};
    return trail_open(cli->arena, &config, err);
}

struct trail *open_trail(struct cli *cli, struct err *err)
{
    return open_as(cli, false, err);
}

struct trail *open_trail_to_read(struct cli *cli, struct err *err)
{
    struct err own;
    if (!file_is_dir(arena_printf(cli->arena, "%s/trail", cli->state))) {
        err_set(err, E_MISSING, "there is no trail in %s", cli->state);
        return NULL;
    }
    struct trail *trail = open_as(cli, true, err);
    // A rotation of keys that was cut off is finished by who has the keys.
    bool mend = trail == NULL && err->code == E_TAMPERED && keys_origin(cli->arena, cli->state) != NULL;
    return mend ? open_as(cli, false, &own) : trail;
}

const struct playbook *const *open_playbooks(struct cli *cli, struct vm *vm)
{
    struct err_list *errors = err_list_new(cli->arena);
    const struct playbook **all = NULL;
    size_t count = 0;
    for (const char **name = open_playbook_names(cli); *name != NULL; name++) {
        all = arena_room(cli->arena, all, count, sizeof *all);
        all[count] = open_playbook(cli, vm, *name, errors);
        count += all[count] != NULL;
    }
    all = arena_room(cli->arena, all, count, sizeof *all);
    all[count] = NULL;
    return all;
}

const char **open_answering(struct arena *arena, const struct playbook *const *playbooks,
                            const struct value *alert)
{
    const char **names = NULL;
    size_t count = 0;
    for (; *playbooks != NULL; playbooks++) {
        names = arena_room(arena, names, count, sizeof *names);
        if (playbook_answers(*playbooks, value_text_at(alert, "type"), value_text_at(alert, "kind")))
            names[count++] = (*playbooks)->name;
    }
    names = arena_room(arena, names, count, sizeof *names);
    names[count] = NULL;
    return names;
}
