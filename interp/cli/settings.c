// Reads profile, register and policy. What they mean is policy/'s business. Invariant: `lab` is always the
// built-in profile, so that no file can pass a real estate off as the lab or the lab as real.
#include "cli/settings.h"

#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/open.h"
#include "data/value.h"
#include "data/yaml.h"
#include "playbook/catalog.h"
#include "policy/channel.h"
#include "policy/policy.h"
#include "policy/profile.h"
#include "policy/register.h"
#include "trail/note.h"

#define LAB_FOLDER "playbooks/lab"
enum { CHANNEL_FILE_MAX = 16 * 1024 };

// A folder of files that go together: on disk, or built in.
struct place {
    struct cli *cli;
    const char *folder; // NULL: built in
};

static const struct value *read_yaml(const struct place *place, const char *name, struct err *err)
{
    struct arena *arena = place->cli->arena;
    if (place->folder == NULL) {
        const char *path = arena_printf(arena, LAB_FOLDER "/%s", name);
        const struct catalog_file *file = catalog_find(open_catalog(place->cli), path, err);
        if (file == NULL) {
            err_set(err, E_FILE, "%s is not built in", path);
            return NULL;
        }
        return yaml_parse(arena, file->name, file->bytes, file->length, err);
    }
    const char *path = name[0] == '/' ? name : arena_printf(arena, "%s/%s", place->folder, name);
    size_t length;
    const char *bytes = file_read(arena, path, YAML_MAX_FILE, &length, err);
    return bytes == NULL ? NULL : yaml_parse(arena, path, bytes, length, err);
}

// A file that the profile names: one that cannot be read is a mistake of the line that names it.
static const struct value *read_named(const struct place *place, const char *name, struct src_pos pos,
                                      struct err_list *errors)
{
    struct err err = {0};
    const struct value *value = read_yaml(place, name, &err);
    if (err.pos.file == NULL)
        err.pos = pos;
    if (value == NULL)
        err_list_append(errors, &err);
    return value;
}

// Approvers are named by their verifier keys: one with a typing mistake would never approve anything.
static void check_approvers(struct arena *arena, const struct policy *policy, struct err_list *errors)
{
    struct note_key key;
    struct err err;
    for (size_t i = 0; policy->approvers[i] != NULL; i++)
        if (!note_parse_key(arena, policy->approvers[i], &key, &err)) {
            err.pos = policy->approver_pos[i];
            err_hint(&err, "`playbook audit key --new NAME` makes a key and prints what stands here");
            err_list_append(errors, &err);
        }
}

// What the variable or the file holds, without the end of its line; NULL: it is not there.
static const char *channel_url(struct arena *arena, const struct profile_notify *notify)
{
    if (notify->url_file == NULL)
        return notify->url_env == NULL ? NULL : env_get(notify->url_env);
    size_t length;
    const char *bytes = file_read(arena, notify->url_file, CHANNEL_FILE_MAX, &length, NULL);
    return bytes == NULL ? NULL : arena_strndup(arena, bytes, strcspn(bytes, "\r\n"));
}

static void load_register(const struct place *place, struct settings *settings, struct err_list *errors)
{
    const struct profile *profile = settings->profile;
    const struct value *book = NULL;
    if (profile->register_file == NULL ||
        (book = read_named(place, profile->register_file, profile->register_pos, errors)) != NULL)
        settings->book = register_parse(place->cli->arena, book, errors);
}

static void load_policy(const struct place *place, struct settings *settings, struct err_list *errors)
{
    struct arena *arena = place->cli->arena;
    const struct profile *profile = settings->profile;
    const struct value *written = NULL;
    if (profile->policy_file == NULL) {
        settings->policy = policy_default(arena, profile->lab);
        return;
    }
    size_t before = errors->errors;
    if ((written = read_named(place, profile->policy_file, profile->policy_pos, errors)) == NULL)
        return;
    const struct policy *policy = policy_read(arena, written, errors);
    check_approvers(arena, policy, errors);
    if (policy->allow_pos != NULL)
        policy_check_names(arena, policy, catalog_primitives(open_catalog(place->cli), arena), errors);
    settings->policy = errors->errors > before ? NULL : policy;
}

static void load_rest(const struct place *place, struct settings *settings, struct err_list *errors)
{
    struct arena *arena = place->cli->arena;
    const struct profile *profile = settings->profile;
    struct err err;
    load_register(place, settings, errors);
    load_policy(place, settings, errors);
    if (!channel_read(arena, profile, channel_url(arena, &profile->notify), &settings->channel, &err))
        err_list_append(errors, &err);
}

// A file that is read later: where it is, seen from the working folder.
static const char *beside(const struct place *place, const char *name)
{
    bool there = name == NULL || name[0] == '/' || place->folder == NULL;
    return there ? name : arena_printf(place->cli->arena, "%s/%s", place->folder, name);
}

static struct profile *load_profile(const struct place *place, const char *file, const char *name,
                                    struct err_list *errors)
{
    struct arena *arena = place->cli->arena;
    struct err err = {0};
    const struct value *value = read_yaml(place, file, &err);
    if (value == NULL)
        err_list_append(errors, &err);
    const struct profile *read = value == NULL ? NULL : profile_parse(arena, value, name, errors);
    if (read == NULL)
        return NULL;
    struct profile *profile = ARENA_NEW(arena, struct profile);
    *profile = *read;
    profile->ca_file = beside(place, read->ca_file);
    profile->auth.certificate = beside(place, read->auth.certificate);
    profile->auth.federated_token = beside(place, read->auth.federated_token);
    profile->notify.url_file = beside(place, read->notify.url_file);
    return profile;
}

static void load_lab(struct cli *cli, struct settings *settings, struct err_list *errors)
{
    struct place place = {.cli = cli};
    struct profile *lab = load_profile(&place, "profile.yaml", "lab", errors);
    settings->profile = lab;
    if (lab == NULL)
        return;
    lab->lab = true;
    load_rest(&place, settings, errors);
}

static void unknown_profile(struct cli *cli, const char *name, struct err_list *errors)
{
    char **files = folder_list(cli->arena, cli->config);
    size_t count = 0;
    while (files[count] != NULL)
        count++;
    const char **names = ARENA_ARRAY(cli->arena, const char *, count + 2);
    size_t used = 0;
    names[used++] = "lab";
    for (size_t i = 0; i < count; i++)
        if (text_ends(files[i], ".yaml"))
            names[used++] = arena_strndup(cli->arena, files[i], strlen(files[i]) - strlen(".yaml"));
    struct err *err =
        err_list_add(errors, ERR_ERROR, E_CONFIG, (struct src_pos){0}, "there is no profile %s", name);
    if (err_suggest(err, name, names) == NULL)
        err_hint(err, "profiles are files NAME.yaml in %s; a file can be named with its path", cli->config);
}

static const char *profile_name(struct cli *cli)
{
    const char *name = options_value(&cli->options, OPT_PROFILE);
    if (name != NULL)
        return name;
    return file_is_gone(arena_printf(cli->arena, "%s/default.yaml", cli->config)) ? "lab" : "default";
}

bool settings_are_built_in(struct cli *cli)
{
    return strcmp(profile_name(cli), "lab") == 0;
}

bool settings_load_all(struct cli *cli, struct settings *settings, struct err_list *errors)
{
    struct arena *arena = cli->arena;
    const char *name = profile_name(cli);
    *settings = (struct settings){0};
    if (strcmp(name, "lab") == 0) {
        load_lab(cli, settings, errors);
        return errors->errors == 0;
    }
    const char *slash = strrchr(name, '/');
    bool is_file = slash != NULL || text_ends(name, ".yaml");
    struct place place = {cli, cli->config};
    const char *file = name;
    if (is_file) {
        place.folder = slash == NULL   ? "."
                       : slash == name ? "/"
                                       : arena_strndup(arena, name, (size_t)(slash - name));
        file = slash == NULL ? name : slash + 1;
    } else {
        file = arena_printf(arena, "%s.yaml", name);
    }
    if (!is_file && file_is_gone(arena_printf(arena, "%s/%s", cli->config, file))) {
        unknown_profile(cli, name, errors);
        return false;
    }
    settings->profile = load_profile(&place, file, arena_strndup(arena, file, strcspn(file, ".")), errors);
    if (settings->profile != NULL)
        load_rest(&place, settings, errors);
    return errors->errors == 0;
}

bool settings_load(struct cli *cli, struct settings *settings, struct err *err)
{
    struct err_list *errors = err_list_new(cli->arena);
    if (settings_load_all(cli, settings, errors))
        return true;
    *err = errors->items[0];
    return false;
}
