// Opens a trail for reading, chooses the key that is trusted, and reads the head. Not for the log's lines.
// Invariant: trust comes from the pin under CONFIG/trusted or from the caller, never from the trail's folder.
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "trail/keys.h"
#include "trail/verify_pass.h"

enum { MAX_CHECKPOINT = 64 * 1024 };

static char *name_of(struct verify_pass *pass, const char *name)
{
    return arena_printf(pass->arena, "%s/%s", pass->folder, name);
}

static bool add_missing(struct verify_pass *pass, const char *what)
{
    verify_add(pass, VERIFY_TAMPERED, "missing", -1, -1, "%s is gone", what);
    return false;
}

// Whether the files are there at all.
static bool is_there(struct verify_pass *pass, bool *go_on, struct err *err)
{
    const struct verify_config *config = pass->config;
    *go_on = true;
    if (!file_is_dir(pass->folder)) {
        bool known = keys_exist(pass->arena, config->state) || config->vkey != NULL ||
                     (config->since != NULL && config->since[0] != NULL);
        if (!known) {
            err_set(err, E_MISSING, "there is no trail in %s", config->state);
            err_hint(err, "or none that you may read; --state names another folder");
            return false;
        }
        *go_on = add_missing(pass, pass->folder);
        return true;
    }
    static const char *const names[] = {"log.jsonl", "head"};
    for (size_t i = 0; i < 2; i++)
        if (file_is_gone(name_of(pass, names[i])))
            *go_on = add_missing(pass, name_of(pass, names[i]));
    return true;
}

static void look_for_links(struct verify_pass *pass)
{
    const struct file *files[] = {&pass->log, &pass->heads};
    for (size_t i = 0; i < 2; i++)
        if (!file_in_place(files[i]))
            verify_add(pass, VERIFY_TAMPERED, "link", -1, -1, "%s leads elsewhere, or was exchanged just now",
                       files[i]->name);
}

// One that is larger than any of ours is read as one that says nothing.
static bool read_checkpoint(struct verify_pass *pass, const char *name, struct err *err)
{
    if (pass->config->lines_only || !file_exists(name))
        return true;
    pass->checkpoint = file_load(pass->arena, name, MAX_CHECKPOINT, &pass->checkpoint_length, err);
    if (pass->checkpoint == NULL && err->code != E_LIMIT)
        return false;
    if (pass->checkpoint == NULL) {
        pass->checkpoint = "";
        pass->checkpoint_length = 0;
    }
    return true;
}

struct file verify_lock(struct verify_pass *pass, const char *name)
{
    struct file lock = {.fd = -1};
    bool had;
    name = name_of(pass, name);
    if (file_exists(name) && file_open(&lock, name, FILE_READ, NULL))
        (void)!file_lock(&lock, true, &had, NULL);
    return lock;
}

static void read_sealed(struct verify_pass *pass)
{
    struct file file;
    const char *name = name_of(pass, "frontier");
    if (!file_exists(name) || !file_open(&file, name, FILE_READ, NULL))
        return;
    if (!file_read_at(&file, 0, pass->sealed, FRONTIER_FILE, &pass->sealed_length, NULL))
        pass->sealed_length = 0;
    file_close(&file);
}

static bool read_files(struct verify_pass *pass, size_t *got, uint64_t *size, struct err *err)
{
    bool ok = file_size(&pass->heads, size, err) &&
              file_read_at(&pass->heads, 0, pass->slots, HEAD_FILE, got, err) &&
              file_size(&pass->log, &pass->log_size, err) &&
              read_checkpoint(pass, name_of(pass, "checkpoint"), err);
    read_sealed(pass);
    return ok;
}

// The key to trust for that origin. *found false: a finding says why there is none.
static bool choose_key(struct verify_pass *pass, const char *origin, bool *found, struct err *err)
{
    const struct verify_config *config = pass->config;
    struct err why = {0};
    *found = false;
    if (config->vkey != NULL) {
        if (!note_parse_key(pass->arena, config->vkey, &pass->key, err))
            return false;
        *found = strcmp(pass->key.name, origin) == 0;
        if (!*found)
            verify_add(pass, VERIFY_TAMPERED, "foreign", -1, -1, "this is the trail of %s, the key is for %s",
                       origin, pass->key.name);
        return true;
    }
    const char *own = keys_origin(pass->arena, config->state);
    if (own != NULL && strcmp(own, origin) != 0)
        verify_add(pass, VERIFY_TAMPERED, "foreign", -1, -1,
                   "this is the trail of %s, the one that was kept here is of %s", origin, own);
    else if (!keys_pinned(pass->arena, config->config_dir, origin, &pass->key, &why))
        verify_add(pass, VERIFY_TAMPERED, "unpinned", -1, -1, "%s", why.message);
    else
        *found = true;
    return true;
}

// Whether a signature line of the slot claims the trusted key; *id: the id that one of its name gives, if
// any.
static bool claims_key(struct verify_pass *pass, int slot, uint32_t *id)
{
    const char *bytes = (const char *)pass->slots + slot * HEAD_SLOT;
    const char *at = arena_strndup(pass->arena, bytes, strnlen(bytes, HEAD_SLOT));
    for (const char *line; (line = note_line(pass->arena, &at)) != NULL;) {
        struct note_signature signature;
        if (!note_parse_signature(pass->arena, line, &signature) ||
            strcmp(signature.name, pass->key.name) != 0)
            continue;
        *id = signature.id;
        if (*id == pass->key.id)
            return true;
    }
    return false;
}

// Why no head can be had.
static void name_bad_head(struct verify_pass *pass)
{
    struct head_state states[2];
    bool valid[2];
    uint32_t id = 0;
    for (int i = 0; i < 2; i++) {
        const char *bytes = (const char *)pass->slots + i * HEAD_SLOT;
        valid[i] = head_parse(bytes, strnlen(bytes, HEAD_SLOT), &pass->key, true, &states[i]);
    }
    if (valid[0] && valid[1])
        verify_add(pass, VERIFY_TAMPERED, "fork", 0, (int64_t)states[0].size - 1,
                   "the head holds two different trees of %llu lines, both signed",
                   (unsigned long long)states[0].size);
    else if (claims_key(pass, 0, &id) || claims_key(pass, 1, &id) || id == 0)
        verify_add(pass, VERIFY_TAMPERED, "head", -1, -1,
                   "the head was changed: no slot of it has a signature that verifies");
    else
        verify_add(pass, VERIFY_TAMPERED, "replaced-key", -1, -1,
                   "the head is signed by another key, %s+%08x, than the trusted one, %s+%08x",
                   pass->key.name, (unsigned)id, pass->key.name, (unsigned)pass->key.id);
}

// A crash can leave the new key named, and the head signed by the old one, which is trusted still.
static bool take_head_of(struct verify_pass *pass, const struct note_key *key)
{
    const struct rotate_kept *last =
        pass->handover_count == 0 ? NULL : &pass->handovers[pass->handover_count - 1].kept;
    if (last == NULL || last->from.id != key->id || !head_read(pass->slots, key, true, &pass->head, NULL) ||
        pass->head.now.size != last->state.size)
        return false;
    pass->key = *key;
    return true;
}

static bool take_head(struct verify_pass *pass, bool *go_on, struct err *err)
{
    const char *origin = head_origin(pass->arena, pass->slots);
    *go_on = false;
    if (origin == NULL) {
        verify_add(pass, VERIFY_TAMPERED, "head", -1, -1, "no slot of the head holds a signed note");
        return true;
    }
    pass->report->origin = origin;
    if (!choose_key(pass, origin, go_on, err))
        return false;
    if (!*go_on)
        return true;
    pass->report->vkey = note_key_text(pass->arena, &pass->key);
    struct note_key trusted = pass->key;
    verify_keys_follow(pass);
    *go_on = head_read(pass->slots, &pass->key, true, &pass->head, NULL);
    if (!*go_on && take_head_of(pass, &trusted)) {
        *go_on = true;
        verify_add(pass, VERIFY_INTERRUPTED, "rotation", -1, -1,
                   "a change of the signing key is not finished");
    }
    if (!*go_on)
        name_bad_head(pass);
    else if (pass->head.torn)
        verify_add(pass, VERIFY_INTERRUPTED, "torn-head", -1, -1,
                   "one slot of the head is torn; the other one counts");
    return true;
}

// What a writer changes together, read together: also the key that is trusted, with the head that it signs.
static bool read_together(struct verify_pass *pass, bool *go_on, struct err *err)
{
    size_t got;
    uint64_t size;
    if (!read_files(pass, &got, &size, err))
        return false;
    if (size == HEAD_FILE && got == HEAD_FILE)
        return take_head(pass, go_on, err);
    *go_on = false;
    verify_add(pass, VERIFY_TAMPERED, "head", -1, -1, "the head has %llu bytes, not %d",
               (unsigned long long)size, HEAD_FILE);
    return true;
}

bool verify_open(struct verify_pass *pass, bool *go_on, struct err *err)
{
    if (!is_there(pass, go_on, err))
        return false;
    if (!*go_on)
        return true;
    if (!file_open(&pass->log, name_of(pass, "log.jsonl"), FILE_READ, err) ||
        !file_open(&pass->heads, name_of(pass, "head"), FILE_READ, err))
        return false;
    look_for_links(pass);
    struct file lock = verify_lock(pass, "lock");
    bool ok = read_together(pass, go_on, err);
    file_close(&lock);
    return ok;
}
