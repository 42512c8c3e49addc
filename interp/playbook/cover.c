// Coverage. Other playbooks of the same procedure are only searched for the clauses that their steps name.
// Invariant: a clause catalogue that cannot be read is reported once.
#include "playbook/cover.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "playbook/catalog.h"
#include "playbook/procedure.h"

struct cover {
    struct check *check;
    const struct procedure *procedure;
    bool *named; // for each clause of the catalogue
};

static void check_clause(struct cover *cover, const char *id, struct src_pos pos)
{
    const struct procedure *procedure = cover->procedure;
    const struct procedure_clause *clause = procedure_find(procedure, id);
    if (clause != NULL) {
        cover->named[clause - procedure->clauses] = true;
        return;
    }
    const char **names = ARENA_ARRAY(cover->check->arena, const char *, procedure->clause_count + 1);
    for (size_t i = 0; i < procedure->clause_count; i++)
        names[i] = procedure->clauses[i].id;
    struct err *err = err_list_add(cover->check->errors, ERR_ERROR, E_UNKNOWN_NAME, pos,
                                   "the procedure '%s' has no clause '%.60s'", procedure->name, id);
    err_suggest(err, id, names);
}

// Does the id stand in a text, not as a part of a longer one?
static bool is_written(const char *text, const char *id)
{
    static const char chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    size_t length = strlen(id);
    for (const char *at = text; (at = strstr(at, id)) != NULL; at += length)
        if ((at == text || strchr(chars, at[-1]) == NULL) &&
            (at[length] == '\0' || strchr(chars, at[length]) == NULL))
            return true;
    return false;
}

// Other playbooks, in YAML or Lua, are only searched: one of this procedure names a clause where its id
// stands in it.
static void mark_others(struct cover *cover, const char *suffix)
{
    struct check *check = cover->check;
    const char *name = cover->procedure->name;
    const char *yaml = arena_printf(check->arena, "\nprocedure: %s\n", name),
               *lua = arena_printf(check->arena, "procedure = \"%s\"", name);
    const char **paths = catalog_list(check->catalog, check->arena, "playbooks/", suffix);
    for (; *paths != NULL; paths++) {
        struct err ignored = {0};
        const struct catalog_file *file = strchr(*paths + strlen("playbooks/"), '/') != NULL
                                              ? NULL
                                              : catalog_find(check->catalog, *paths, &ignored);
        if (file == NULL || (strstr(file->bytes, yaml) == NULL && strstr(file->bytes, lua) == NULL))
            continue;
        for (size_t i = 0; i < cover->procedure->clause_count; i++)
            cover->named[i] = cover->named[i] || is_written(file->bytes, cover->procedure->clauses[i].id);
    }
}

// Whether a step should name the clause, and none that was looked at does.
static bool is_missing(const struct cover *cover, size_t i)
{
    const struct procedure_clause *clause = &cover->procedure->clauses[i];
    return !cover->named[i] && !clause->optional && strcmp(clause->who, "-") != 0;
}

static bool any_missing(const struct cover *cover)
{
    for (size_t i = 0; i < cover->procedure->clause_count; i++)
        if (is_missing(cover, i))
            return true;
    return false;
}

static void warn_of_unnamed(struct cover *cover)
{
    struct check *check = cover->check;
    for (size_t i = 0; i < cover->procedure->clause_count; i++) {
        const struct procedure_clause *clause = &cover->procedure->clauses[i];
        if (!is_missing(cover, i))
            continue;
        struct err *err = err_list_add(check->errors, ERR_WARNING, E_CHECK, check->playbook->procedure_pos,
                                       "no step carries out the clause %s", clause->id);
        err_hint(err, "%.200s", clause->text);
    }
}

void cover_check_clauses(struct check *check)
{
    const struct playbook *playbook = check->playbook;
    struct cover cover = {.check = check};
    if (playbook->procedure != NULL) {
        cover.procedure =
            procedure_load(check->catalog, playbook->procedure, playbook->procedure_pos, check->errors);
        if (cover.procedure == NULL)
            return;
        cover.named = ARENA_ARRAY(check->arena, bool, cover.procedure->clause_count);
    }
    for (size_t i = 0; i < check->known_count; i++) {
        const struct step *step = check->known[i].step;
        for (size_t c = 0; step->clauses[c] != NULL; c++) {
            if (cover.procedure != NULL) {
                check_clause(&cover, step->clauses[c], step->clause_pos[c]);
                continue;
            }
            err_hint(err_list_add(check->errors, ERR_WARNING, E_CHECK, step->clause_pos[c],
                                  "clauses cannot be checked: the playbook names no procedure"),
                     "procedure: the name of a file in playbooks/procedures");
            return;
        }
    }
    if (cover.procedure != NULL && check->world->coverage && any_missing(&cover)) {
        mark_others(&cover, ".yaml");
        mark_others(&cover, ".lua");
        warn_of_unnamed(&cover);
    }
}

const char *const cover_alerts[] = {
#define X(word) word,
#include "playbook/alerts.def"
#undef X
    NULL};

void cover_check_alerts(struct check *check)
{
    const char *const *known = cover_alerts;
    for (size_t i = 0; check->playbook->alerts[i] != NULL; i++) {
        const char *pattern = check->playbook->alerts[i];
        bool fits = false;
        for (size_t k = 0; known[k] != NULL; k++)
            fits = fits || text_glob(pattern, known[k]);
        if (fits)
            continue;
        struct err *err = err_list_add(check->errors, ERR_WARNING, E_CHECK, check->playbook->alert_pos[i],
                                       "no known alert fits '%.80s'", pattern);
        err_suggest(err, pattern, known);
    }
}
