// Keeps the keys of those who sign playbooks. Not for what they sign (run/signed.c), nor for the trail's own
// keys (keys.c). Invariant: a key counts only while its file is there, and holds nothing else.
#include "trail/signers.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "trail/keys.h"

static const char *folder_of(struct arena *arena, const char *config_dir)
{
    return arena_printf(arena, "%s/trusted/playbooks", config_dir);
}

const char *signers_file(struct arena *arena, const char *config_dir, const char *name)
{
    return keys_file_of(arena, folder_of(arena, config_dir), name);
}

static bool read_key(struct arena *arena, const char *file, struct note_key *key, struct err *err)
{
    const char *line = keys_read_line(arena, file, err);
    if (line != NULL && note_parse_key(arena, line, key, err))
        return true;
    err->code = E_CONFIG;
    err_note(err, "while reading %s", file);
    err_hint(err, "pin the key again, or remove that file");
    return false;
}

bool signers_load(struct arena *arena, const char *config_dir, struct signers *signers, struct err *err)
{
    const char *folder = folder_of(arena, config_dir);
    char **names = folder_list(arena, folder);
    size_t count = 0;
    while (names[count] != NULL)
        count++;
    *signers = (struct signers){.keys = ARENA_ARRAY(arena, struct note_key, count)};
    for (size_t i = 0; i < count; i++)
        if (text_ends(names[i], ".vkey") && !read_key(arena, arena_printf(arena, "%s/%s", folder, names[i]),
                                                      &signers->keys[signers->count++], err))
            return false;
    return true;
}

bool signers_add(struct arena *arena, const char *config_dir, const struct note_key *key, struct err *err)
{
    const char *file = signers_file(arena, config_dir, key->name), *text = note_key_text(arena, key);
    struct note_key other;
    if (!file_exists(file))
        return file_mkdirs(folder_of(arena, config_dir), err) && keys_write_line(arena, file, text, err);
    if (!read_key(arena, file, &other, err))
        return false;
    if (strcmp(note_key_text(arena, &other), text) == 0)
        return true;
    err_set(err, E_USAGE, "another key is trusted under that name: %s", note_key_text(arena, &other));
    err_hint(err, "playbook trust --remove %s takes it away", other.name);
    return false;
}

bool signers_remove(struct arena *arena, const char *config_dir, const char *name, struct err *err)
{
    struct signers signers;
    if (!signers_load(arena, config_dir, &signers, err))
        return false;
    const char **names = ARENA_ARRAY(arena, const char *, signers.count + 1);
    for (size_t i = 0; i < signers.count; i++) {
        names[i] = signers.keys[i].name;
        if (strcmp(names[i], name) != 0)
            continue;
        file_remove(signers_file(arena, config_dir, name));
        return file_sync_dir(folder_of(arena, config_dir), err);
    }
    err_set(err, E_UNKNOWN_NAME, "no key is trusted under the name %s", name);
    if (err_suggest(err, name, names) == NULL)
        err_hint(err, "playbook trust lists them");
    return false;
}
