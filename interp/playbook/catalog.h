// Where playbooks, primitives, libraries and clause catalogues come from: folders given with --lib and the
// configuration's folder first, then what is built into the binary. Only reading; nothing is run.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct catalog;
struct procedure;

struct catalog_file {
    const char *path;  // relative, such as "stdlib/keyvault/set_firewall.lua"
    const char *name;  // what messages call it: the path, or the real file name where it was overridden
    const char *bytes; // followed by a NUL
    size_t length;
    bool embedded;
    const char *compiled; // a built-in Lua file of the library as bytecode, else NULL
    size_t compiled_length;
    const struct procedure *procedure; // of a clause catalogue that was read (procedure.h), else NULL
};

// Is there anything in it that a catalogue finds?
bool catalog_is_laid_out(struct arena *arena, const char *folder);
// `folders`: NULL-terminated, each laid out like the source tree (stdlib/, playbooks/); the first wins.
struct catalog *catalog_open(struct arena *arena, const char *const *folders);
// NULL when no folder and no built-in file has the path, or (with err filled) when it cannot be read.
const struct catalog_file *catalog_find(struct catalog *catalog, const char *path, struct err *err);
// The language in which people read clauses: a tag such as "fr" (BCP 47), kept by the caller; at first "en".
void catalog_speak(struct catalog *catalog, const char *language);
const char *catalog_language(const struct catalog *catalog);
// Keeps what a clause catalogue says, which lives in `catalog_arena`, for those who ask for it again.
void catalog_keep(struct catalog *catalog, const struct catalog_file *file,
                  const struct procedure *procedure);
struct arena *catalog_arena(const struct catalog *catalog);
// Any file named by the user (contains a slash or ends in .yaml/.lua).
const struct catalog_file *catalog_read(struct catalog *catalog, const char *name, struct err *err);
// A playbook by NAME (the newest), NAME@VERSION (playbooks/old/, or the newest when it has that version) or
// file. NULL with a suggestion when there is none. Of a newest one in Lua only its text is looked at for the
// version.
const struct catalog_file *catalog_playbook(struct catalog *catalog, const char *name, struct err *err);
// The first of the folders that has a library (stdlib/) of its own, in front of the built-in one; NULL: none.
const char *catalog_own_library(const struct catalog *catalog);
// All relative paths that begin with `prefix` and end with `suffix`, sorted, each once; NULL-terminated.
const char **catalog_list(struct catalog *catalog, struct arena *arena, const char *prefix,
                          const char *suffix);
// The names of all primitives, as their paths say: "stdlib/area/verb.lua" is area.verb. NULL-terminated.
const char **catalog_primitives(struct catalog *catalog, struct arena *arena);
// Notes that a file is part of what runs; catalog_digest is "sha256:…" over path and bytes of all noted
// files.
void catalog_use(struct catalog *catalog, const struct catalog_file *file);
char *catalog_digest(struct catalog *catalog, struct arena *arena);
