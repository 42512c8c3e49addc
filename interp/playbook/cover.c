// Coverage. Other playbooks of the same procedure are only searched for the clauses that their steps name.
// Invariant: a clause catalogue that cannot be read is reported once.
#include "playbook/cover.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "data/yaml.h"
#include "playbook/catalog.h"
#include "playbook/procedure.h"

struct cover {
    struct check *check;
    const struct procedure *procedure;
    bool *named; // for each clause of the catalogue
};

static void mark(struct cover *cover, const char *id)
{
    const struct procedure_clause *clause = id == NULL ? NULL : procedure_find(cover->procedure, id);
    if (clause != NULL)
        cover->named[clause - cover->procedure->clauses] = true;
}

static void check_clause(struct cover *cover, const char *id, struct src_pos pos)
{
    const struct procedure *procedure = cover->procedure;
    mark(cover, id);
    if (procedure_find(procedure, id) != NULL)
        return;
    const char **names = ARENA_ARRAY(cover->check->arena, const char *, procedure->clause_count + 1);
    for (size_t i = 0; i < procedure->clause_count; i++)
        names[i] = procedure->clauses[i].id;
    struct err *err = err_list_add(cover->check->errors, ERR_ERROR, E_UNKNOWN_NAME, pos,
                                   "the procedure '%s' has no clause '%.60s'", procedure->name, id);
    const char *near = text_nearest(id, names);
    if (near != NULL)
        err_hint(err, "did you mean '%s'?", near);
}

// Any `clause:` beneath a value of another playbook.
static void mark_beneath(struct cover *cover, const struct value *value)
{
    for (size_t i = 0; i < value_count(value); i++) {
        const struct value *item =
            value->kind == VALUE_LIST ? value->list.items[i] : value->map.fields[i].value;
        if (value->kind == VALUE_MAP && strcmp(value->map.fields[i].key, "clause") == 0) {
            mark(cover, value_text(item));
            for (size_t c = 0; c < value_count(item); c++)
                mark(cover, value_text(value_item(item, c)));
        } else {
            mark_beneath(cover, item);
        }
    }
}

// A playbook in Lua is not run for that: ids that stand in it as a word in quotes count as named.
static void mark_written(struct cover *cover, const struct catalog_file *file)
{
    struct arena *arena = cover->check->arena;
    for (size_t i = 0; i < cover->procedure->clause_count; i++) {
        const char *id = cover->procedure->clauses[i].id;
        if (strstr(file->bytes, arena_printf(arena, "\"%s\"", id)) != NULL)
            mark(cover, id);
    }
}

static void mark_lua(struct cover *cover)
{
    struct check *check = cover->check;
    const char *procedure = arena_printf(check->arena, "procedure = \"%s\"", cover->procedure->name);
    const char **paths = catalog_list(check->catalog, check->arena, "playbooks/", ".lua");
    for (; *paths != NULL; paths++) {
        struct err ignored = {0};
        const struct catalog_file *file = catalog_find(check->catalog, *paths, &ignored);
        if (file != NULL && strstr(file->bytes, procedure) != NULL)
            mark_written(cover, file);
    }
}

static void mark_others(struct cover *cover)
{
    struct check *check = cover->check;
    const char **paths = catalog_list(check->catalog, check->arena, "playbooks/", ".yaml");
    for (; *paths != NULL; paths++) {
        struct err ignored = {0};
        if (strchr(*paths + strlen("playbooks/"), '/') != NULL)
            continue;
        const struct catalog_file *file = catalog_find(check->catalog, *paths, &ignored);
        const struct value *root =
            file == NULL || file == check->playbook->file
                ? NULL
                : yaml_parse(check->arena, file->name, file->bytes, file->length, &ignored);
        const char *procedure = value_text_at(root, "procedure");
        if (procedure != NULL && strcmp(procedure, cover->procedure->name) == 0)
            mark_beneath(cover, root);
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
        cover.procedure = procedure_load(check->arena, check->catalog, playbook->procedure,
                                         playbook->procedure_pos, check->errors);
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
    if (cover.procedure != NULL && any_missing(&cover)) {
        mark_others(&cover);
        mark_lua(&cover);
        warn_of_unnamed(&cover);
    }
}

void cover_check_alerts(struct check *check)
{
    static const char *const known[] = {
#define X(word) word,
#include "playbook/alerts.def"
#undef X
        NULL};
    for (size_t i = 0; check->playbook->alerts[i] != NULL; i++) {
        const char *pattern = check->playbook->alerts[i];
        bool fits = false;
        for (size_t k = 0; known[k] != NULL; k++)
            fits = fits || text_glob(pattern, known[k]);
        if (fits)
            continue;
        struct err *err = err_list_add(check->errors, ERR_WARNING, E_CHECK, check->playbook->alert_pos[i],
                                       "no known alert fits '%.80s'", pattern);
        const char *near = text_nearest(pattern, known);
        if (near != NULL)
            err_hint(err, "did you mean '%s'?", near);
    }
}
