// Reads profile, register and policy. What they mean is policy/'s business. Invariant: `lab` is always the
// built-in profile, so that no file can pass a real estate off as the lab or the lab as real.
#include "cli/settings.h"

#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
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
                                      struct err *err)
{
    *err = (struct err){0};
    const struct value *value = read_yaml(place, name, err);
    if (value == NULL && err->pos.file == NULL)
        err->pos = pos;
    return value;
}

// Approvers are named by their verifier keys: one with a typing mistake would never approve anything.
static bool check_approvers(struct arena *arena, const struct policy *policy, struct err *err)
{
    struct note_key key;
    for (size_t i = 0; policy->approvers[i] != NULL; i++)
        if (!note_parse_key(arena, policy->approvers[i], &key, err)) {
            err->pos = policy->approver_pos[i];
            err_hint(err, "`playbook audit key --new NAME` makes a key and prints what stands here");
            return false;
        }
    return true;
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

static bool load_rest(const struct place *place, struct settings *settings, struct err *err)
{
    struct arena *arena = place->cli->arena;
    const struct profile *profile = settings->profile;
    const struct value *book = NULL, *policy = NULL;
    if (profile->register_file != NULL &&
        (book = read_named(place, profile->register_file, profile->register_pos, err)) == NULL)
        return false;
    if (profile->policy_file != NULL &&
        (policy = read_named(place, profile->policy_file, profile->policy_pos, err)) == NULL)
        return false;
    settings->book = register_parse(arena, book, err);
    settings->policy =
        policy == NULL ? policy_default(arena, profile->lab) : policy_parse(arena, policy, err);
    if (settings->book == NULL || settings->policy == NULL || !check_approvers(arena, settings->policy, err))
        return false;
    if (!channel_read(arena, profile, channel_url(arena, &profile->notify), &settings->channel, err))
        return false;
    return settings->policy->allow_pos == NULL ||
           policy_check_names(arena, settings->policy, catalog_primitives(open_catalog(place->cli), arena),
                              err);
}

// A file that is read later: where it is, seen from the working folder.
static const char *beside(const struct place *place, const char *name)
{
    bool there = name == NULL || name[0] == '/' || place->folder == NULL;
    return there ? name : arena_printf(place->cli->arena, "%s/%s", place->folder, name);
}

static struct profile *load_profile(const struct place *place, const char *file, const char *name,
                                    struct err *err)
{
    struct arena *arena = place->cli->arena;
    const struct value *value = read_yaml(place, file, err);
    const struct profile *read = value == NULL ? NULL : profile_parse(arena, value, name, err);
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

static bool load_lab(struct cli *cli, struct settings *settings, struct err *err)
{
    struct place place = {.cli = cli};
    struct profile *lab = load_profile(&place, "profile.yaml", "lab", err);
    if (lab == NULL)
        return false;
    lab->lab = true;
    settings->profile = lab;
    return load_rest(&place, settings, err);
}

static bool unknown_profile(struct cli *cli, const char *name, struct err *err)
{
    char **files = file_list(cli->arena, cli->config);
    size_t count = 0;
    while (files[count] != NULL)
        count++;
    const char **names = ARENA_ARRAY(cli->arena, const char *, count + 2);
    size_t used = 0;
    names[used++] = "lab";
    for (size_t i = 0; i < count; i++)
        if (text_ends(files[i], ".yaml"))
            names[used++] = arena_strndup(cli->arena, files[i], strlen(files[i]) - strlen(".yaml"));
    err_set(err, E_CONFIG, "there is no profile %s", name);
    if (err_suggest(err, name, names) == NULL)
        err_hint(err, "profiles are files NAME.yaml in %s; a file can be named with its path", cli->config);
    return false;
}

static const char *profile_name(struct cli *cli)
{
    const char *name = options_value(&cli->options, OPT_PROFILE);
    if (name != NULL)
        return name;
    return file_exists(arena_printf(cli->arena, "%s/default.yaml", cli->config)) ? "default" : "lab";
}

bool settings_are_built_in(struct cli *cli)
{
    return strcmp(profile_name(cli), "lab") == 0;
}

bool settings_load(struct cli *cli, struct settings *settings, struct err *err)
{
    struct arena *arena = cli->arena;
    const char *name = profile_name(cli);
    *settings = (struct settings){0};
    if (strcmp(name, "lab") == 0)
        return load_lab(cli, settings, err);
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
        if (!file_exists(arena_printf(arena, "%s/%s", cli->config, file)))
            return unknown_profile(cli, name, err);
    }
    settings->profile = load_profile(&place, file, arena_strndup(arena, file, strcspn(file, ".")), err);
    return settings->profile != NULL && load_rest(&place, settings, err);
}
