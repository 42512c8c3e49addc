// Finds files by their path in the source tree's layout: in the folders given first, then among those built
// in. Not for what the files mean. Invariant: a path is read once, so all who ask for it see the same bytes,
// and the digest is over what was really used.
#include "playbook/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "data/value.h"
#include "data/yaml.h"

enum { CATALOG_MAX_FILE = 1024 * 1024, CATALOG_MAX_DEPTH = 8 };

struct entry {
    struct catalog_file file;
    bool used;
    const char *digest; // of a built-in file: SHA-256 in hex, computed by the build
    bool named;         // by the user: its folder is no part of the digest
    struct entry *next;
};

struct catalog {
    struct arena *arena;
    const char *const *folders;
    const char *language;
    struct entry *entries;
    size_t used;
};

bool catalog_is_laid_out(struct arena *arena, const char *folder)
{
    return file_is_dir(arena_printf(arena, "%s/stdlib", folder)) ||
           file_is_dir(arena_printf(arena, "%s/playbooks", folder));
}

struct catalog *catalog_open(struct arena *arena, const char *const *folders)
{
    struct catalog *catalog = ARENA_NEW(arena, struct catalog);
    size_t count = 0, kept = 0;
    while (folders != NULL && folders[count] != NULL)
        count++;
    const char **laid_out = ARENA_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) // the others have nothing, and would be asked for every file
        if (catalog_is_laid_out(arena, folders[i]))
            laid_out[kept++] = folders[i];
    catalog->arena = arena;
    catalog->folders = laid_out;
    catalog->language = "en";
    return catalog;
}

void catalog_speak(struct catalog *catalog, const char *language)
{
    catalog->language = language;
}

const char *catalog_language(const struct catalog *catalog)
{
    return catalog->language;
}

static struct entry *add_entry(struct catalog *catalog, struct catalog_file file)
{
    struct entry *entry = ARENA_NEW(catalog->arena, struct entry);
    *entry = (struct entry){.file = file, .next = catalog->entries};
    catalog->entries = entry;
    return entry;
}

static struct entry *find_entry(struct catalog *catalog, const char *path)
{
    for (struct entry *entry = catalog->entries; entry != NULL; entry = entry->next)
        if (strcmp(entry->file.path, path) == 0)
            return entry;
    return NULL;
}

static const struct catalog_file *read_into(struct catalog *catalog, const char *path, const char *name,
                                            struct err *err)
{
    struct catalog_file file = {.path = arena_strdup(catalog->arena, path),
                                .name = arena_strdup(catalog->arena, name)};
    file.bytes = file_read(catalog->arena, file.name, CATALOG_MAX_FILE, &file.length, err);
    return file.bytes == NULL ? NULL : &add_entry(catalog, file)->file;
}

// Inside a folder: no way up, no absolute path.
static bool is_inside(const char *path)
{
    return *path != '/' && *path != '\0' && strcmp(path, "..") != 0 && !text_starts(path, "../") &&
           strstr(path, "/../") == NULL && !text_ends(path, "/..");
}

const struct catalog_file *catalog_find(struct catalog *catalog, const char *path, struct err *err)
{
    struct entry *entry = find_entry(catalog, path);
    if (entry != NULL)
        return &entry->file;
    if (!is_inside(path))
        return NULL;
    for (const char *const *folder = catalog->folders; *folder != NULL; folder++) {
        const char *name = arena_printf(catalog->arena, "%s/%s", *folder, path);
        if (file_exists(name) && !file_is_dir(name))
            return read_into(catalog, path, name, err);
    }
    const struct embed_file *embedded = embed_find(path);
    if (embedded == NULL)
        return NULL;
    struct catalog_file file = {.path = embedded->path,
                                .name = embedded->path,
                                .bytes = embedded->bytes,
                                .length = embedded->length,
                                .embedded = true,
                                .compiled = embedded->compiled,
                                .compiled_length = embedded->compiled_length};
    entry = add_entry(catalog, file);
    entry->digest = embedded->digest;
    return &entry->file;
}

const struct catalog_file *catalog_read(struct catalog *catalog, const char *name, struct err *err)
{
    struct entry *entry = find_entry(catalog, name);
    if (entry != NULL)
        return &entry->file;
    const struct catalog_file *file = read_into(catalog, name, name, err);
    if (file != NULL)
        catalog->entries->named = true;
    return file;
}

const char *catalog_own_library(const struct catalog *catalog)
{
    for (const char *const *folder = catalog->folders; *folder != NULL; folder++)
        if (file_is_dir(arena_printf(catalog->arena, "%s/stdlib", *folder)))
            return *folder;
    return NULL;
}

// A growing list of paths.
struct paths {
    struct arena *arena;
    const char **items;
    size_t count;
};

static void add_path(struct paths *paths, const char *path)
{
    paths->items = arena_room(paths->arena, paths->items, paths->count, sizeof *paths->items);
    paths->items[paths->count++] = path;
}

static void walk(struct paths *paths, const char *root, const char *relative, int depth)
{
    char **names = folder_list(paths->arena, arena_printf(paths->arena, "%s/%s", root, relative));
    for (; *names != NULL; names++) {
        const char *path = arena_printf(paths->arena, "%s%s", relative, *names);
        if (!file_is_dir(arena_printf(paths->arena, "%s/%s", root, path)))
            add_path(paths, path);
        else if (depth < CATALOG_MAX_DEPTH)
            walk(paths, root, arena_printf(paths->arena, "%s/", path), depth + 1);
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **catalog_list(struct catalog *catalog, struct arena *arena, const char *prefix,
                          const char *suffix)
{
    struct paths all = {.arena = arena}, wanted = {.arena = arena}, chosen = {.arena = arena};
    const char *slash = strrchr(prefix, '/');
    const char *folder = arena_strndup(arena, prefix, slash == NULL ? 0 : (size_t)(slash - prefix) + 1);
    for (const char *const *root = catalog->folders; *root != NULL; root++)
        walk(&all, *root, folder, 0);
    for (size_t i = 0; i < embed_file_count; i++)
        add_path(&all, embed_files[i].path);
    for (size_t i = 0; i < all.count; i++)
        if (text_starts(all.items[i], prefix) && text_ends(all.items[i], suffix))
            add_path(&wanted, all.items[i]);
    if (wanted.count > 0 && *catalog->folders != NULL) // the built-in ones are sorted
        qsort(wanted.items, wanted.count, sizeof(char *), by_text);
    for (size_t i = 0; i < wanted.count; i++)
        if (i == 0 || strcmp(wanted.items[i], wanted.items[i - 1]) != 0)
            add_path(&chosen, wanted.items[i]);
    add_path(&chosen, NULL);
    return chosen.items;
}

const char **catalog_primitives(struct catalog *catalog, struct arena *arena)
{
    const char **paths = catalog_list(catalog, arena, "stdlib/", ".lua");
    size_t count = 0;
    for (size_t i = 0; paths[i] != NULL; i++) {
        const char *rest = paths[i] + strlen("stdlib/");
        if (strchr(rest, '/') == NULL || text_starts(rest, "lib/") || text_starts(rest, "intake/"))
            continue;
        char *name = arena_strndup(arena, rest, strlen(rest) - strlen(".lua"));
        for (char *c = name; *c != '\0'; c++)
            if (*c == '/')
                *c = '.';
        paths[count++] = name;
    }
    paths[count] = NULL;
    return paths;
}

static const char *stem(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(name, '.');
    return arena_strndup(arena, name, dot == NULL ? strlen(name) : (size_t)(dot - name));
}

static bool no_playbook(struct catalog *catalog, const char *name, const char *version, struct err *err)
{
    struct paths names = {.arena = catalog->arena};
    static const char *const suffixes[] = {".yaml", ".lua"};
    for (size_t i = 0; i < 2; i++)
        for (const char **path = catalog_list(catalog, catalog->arena, "playbooks/", suffixes[i]);
             *path != NULL; path++)
            if (strchr(*path + strlen("playbooks/"), '/') == NULL)
                add_path(&names, stem(catalog->arena, *path));
    add_path(&names, NULL);
    if (version != NULL && text_is_one_of(name, names.items)) {
        err_set(err, E_UNKNOWN_NAME, "there is no version %.40s of the playbook '%.80s'", version, name);
        err_hint(err,
                 "`playbook show %.80s` shows the newest; older ones are playbooks/old/NAME@VERSION.yaml",
                 name);
        return false;
    }
    err_set(err, E_UNKNOWN_NAME, "there is no playbook '%.80s'%s", name,
            file_is_dir(name) ? ": that is a folder, and a file is wanted" : "");
    if (err_suggest(err, name, names.items) == NULL)
        err_hint(err, text_ends(name, ".yml")
                          ? "a playbook's file ends in .yaml or .lua"
                          : "`playbook list` shows them; --lib DIR adds those of DIR/playbooks");
    return false;
}

// Does the file say that it is this version? YAML is read for it; of Lua the text must have `version = "V"`.
static bool has_version(struct catalog *catalog, const struct catalog_file *file, const char *version)
{
    if (text_ends(file->path, ".lua"))
        return strstr(file->bytes, arena_printf(catalog->arena, "version = \"%s\"", version)) != NULL;
    struct err ignored = {0};
    const struct value *root = yaml_parse(catalog->arena, file->name, file->bytes, file->length, &ignored);
    return text_is(value_text_at(root, "version"), version);
}

static const struct catalog_file *find_either(struct catalog *catalog, const char *base, struct err *err)
{
    *err = (struct err){0};
    const struct catalog_file *file =
        catalog_find(catalog, arena_printf(catalog->arena, "%s.yaml", base), err);
    if (file != NULL || err->code != E_NONE)
        return file;
    return catalog_find(catalog, arena_printf(catalog->arena, "%s.lua", base), err);
}

const struct catalog_file *catalog_playbook(struct catalog *catalog, const char *name, struct err *err)
{
    if (strchr(name, '/') != NULL || text_ends(name, ".yaml") || text_ends(name, ".lua"))
        return catalog_read(catalog, name, err);
    const char *at = strchr(name, '@'), *version = at == NULL ? NULL : at + 1;
    const char *base = arena_strndup(catalog->arena, name, strcspn(name, "@"));
    const struct catalog_file *file = NULL;
    if (version != NULL) {
        file = find_either(catalog, arena_printf(catalog->arena, "playbooks/old/%s", name), err);
        if (file != NULL || err->code != E_NONE)
            return file;
    }
    file = find_either(catalog, arena_printf(catalog->arena, "playbooks/%s", base), err);
    if (file != NULL && version != NULL && !has_version(catalog, file, version))
        file = NULL;
    if (file == NULL && err->code == E_NONE)
        no_playbook(catalog, base, version, err);
    return file;
}

struct arena *catalog_arena(const struct catalog *catalog)
{
    return catalog->arena;
}

void catalog_keep(struct catalog *catalog, const struct catalog_file *file, const struct procedure *procedure)
{
    for (struct entry *entry = catalog->entries; entry != NULL; entry = entry->next)
        if (&entry->file == file)
            entry->file.procedure = procedure;
}

void catalog_use(struct catalog *catalog, const struct catalog_file *file)
{
    for (struct entry *entry = catalog->entries; entry != NULL; entry = entry->next)
        if (&entry->file == file && !entry->used) {
            entry->used = true;
            catalog->used++;
        }
}

static const char *digest_of(struct arena *arena, const struct entry *entry)
{
    return entry->digest != NULL ? entry->digest
                                 : crypto_sha256_hex(arena, entry->file.bytes, entry->file.length);
}

char *catalog_digest(struct catalog *catalog, struct arena *arena)
{
    const char **lines = ARENA_ARRAY(arena, const char *, catalog->used + 1);
    size_t count = 0;
    for (struct entry *entry = catalog->entries; entry != NULL; entry = entry->next)
        if (entry->used) {
            const char *slash = entry->named ? strrchr(entry->file.path, '/') : NULL;
            lines[count++] = arena_printf(arena, "%s  %s\n", slash != NULL ? slash + 1 : entry->file.path,
                                          digest_of(arena, entry));
        }
    qsort(lines, count, sizeof(char *), by_text);
    struct text text = text_new(arena);
    for (size_t i = 0; i < count; i++)
        text_add(&text, lines[i]);
    return crypto_digest(arena, text.ptr, text.length);
}
