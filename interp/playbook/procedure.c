// Reads clause catalogues. Not for which of their clauses a playbook names (cover.c). Invariant: clause ids
// are unique, and every clause names a source that is listed.
#include "playbook/procedure.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"
#include "data/yaml.h"
#include "playbook/catalog.h"
#include "playbook/form.h"
#include "playbook/playbook.h"

// Assigns the texts of a mapping by a table of keys; other keys are errors.
struct slot {
    const char *key;
    const char **text;
    bool needed;
};

static bool read_texts(struct form *form, const struct value *map, const char *where,
                       const struct slot *slots, const char *const *others)
{
    const char *known[16] = {NULL};
    size_t count = 0, before = form->errors->errors;
    for (const struct slot *slot = slots; slot->key != NULL; slot++)
        known[count++] = slot->key;
    for (; *others != NULL; others++)
        known[count++] = *others;
    if (!value_is(map, VALUE_MAP)) {
        form_error(form, E_TYPE, value_pos(map), "%s is a mapping, not %s", where, value_kind_name(map));
        return false;
    }
    for (size_t i = 0; i < map->count; i++) {
        const struct value_field *field = &map->fields[i];
        const struct slot *slot = slots;
        while (slot->key != NULL && strcmp(slot->key, field->key) != 0)
            slot++;
        if (slot->key != NULL)
            *slot->text = form_text(form, field);
        else if (!text_is_one_of(field->key, known))
            form_unknown(form, field, where, known);
    }
    for (const struct slot *slot = slots; slot->key != NULL; slot++)
        if (slot->needed && value_get(map, slot->key) == NULL)
            form_error(form, E_MISSING, value_pos(map), "%s has no '%s'", where, slot->key);
    return form->errors->errors == before;
}

static const struct value *list_at(struct form *form, const struct value *root, const char *key)
{
    const struct value *list = value_get(root, key);
    if (value_is(list, VALUE_LIST) && list->count > 0 && list->count <= PROCEDURE_MAX_CLAUSES)
        return list;
    form_error(form, list == NULL ? E_MISSING : E_TYPE, list == NULL ? value_pos(root) : value_pos(list),
               "a clause catalogue needs '%s', a list of 1 to %d entries", key, PROCEDURE_MAX_CLAUSES);
    return NULL;
}

static void read_sources(struct form *form, struct procedure *procedure, const struct value *list)
{
    static const char *const others[] = {"publisher", "language", "date", "note", NULL};
    size_t count = value_count(list);
    struct procedure_source *sources = ARENA_ARRAY(form->arena, struct procedure_source, count);
    for (size_t i = 0; i < count; i++) {
        struct procedure_source *source = &sources[i];
        const struct slot slots[] = {{"id", &source->id, true},
                                     {"title", &source->title, true},
                                     {"url", &source->url, false},
                                     {NULL, NULL, false}};
        read_texts(form, list->items[i], "a source", slots, others);
    }
    procedure->sources = sources;
    procedure->source_count = count;
}

static bool is_who(const char *who)
{
    if (strcmp(who, "-") == 0)
        return true;
    for (size_t i = 0; who[i] != '\0'; i++)
        if (strchr(i % 2 == 0 ? "ADT" : ">|", who[i]) == NULL)
            return false;
    return strlen(who) % 2 == 1;
}

static void check_clause(struct form *form, const struct procedure *procedure,
                         const struct procedure_clause *clause)
{
    static const char chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    bool known = false;
    size_t length = strcspn(clause->source, " ");
    for (size_t i = 0; i < procedure->source_count; i++) {
        const char *id = procedure->sources[i].id;
        known = known || (id != NULL && strlen(id) == length && strncmp(id, clause->source, length) == 0);
    }
    if (!known)
        form_error(form, E_UNKNOWN_NAME, clause->pos,
                   "the clause %s has a source that is not listed: '%.60s'", clause->id, clause->source);
    if (strspn(clause->id, chars) != strlen(clause->id))
        form_error(form, E_CHECK, clause->pos, "'%.60s': a clause id has letters, digits and '-'",
                   clause->id);
    if (!is_who(clause->who))
        err_hint(form_error(form, E_CHECK, clause->pos, "'who' cannot be '%.20s'", clause->who),
                 "A, D or T, combined such as D>A or A|T, or '-'");
    for (const struct procedure_clause *other = procedure->clauses; other < clause; other++)
        if (text_is(other->id, clause->id))
            form_error(form, E_CHECK, clause->pos, "the clause %s stands twice", clause->id);
}

// One text, which is English, or one for each language: `text: {en: …, fr: …}`.
static void read_words(struct form *form, const char *language, const struct value *map,
                       struct procedure_clause *clause)
{
    const struct value *words = value_get(map, "text");
    if (words == NULL) {
        form_error(form, E_MISSING, value_pos(map), "a clause has no 'text'");
        return;
    }
    if (!value_is(words, VALUE_MAP)) {
        struct value_field field = {"text", words};
        clause->text = form_text(form, &field);
        return;
    }
    for (size_t i = 0; i < words->count; i++) {
        const struct value_field *field = &words->fields[i];
        bool english = strcmp(field->key, "en") == 0;
        if (strlen(field->key) < 2 || strspn(field->key, "abcdefghijklmnopqrstuvwxyz") != strlen(field->key))
            err_hint(form_error(form, E_CHECK, value_key_pos(field->value), "'%.20s' is not a language",
                                field->key),
                     "a tag such as en, fr or ja");
        const char *text = form_text(form, field);
        if (strcmp(field->key, language) == 0 || (english && clause->text == NULL))
            clause->text = text;
    }
    if (value_get(words, "en") == NULL)
        form_error(form, E_MISSING, value_pos(words), "the clause has no English text: 'en'");
}

static void read_clauses(struct form *form, struct procedure *procedure, const struct value *list,
                         const char *language)
{
    static const char *const others[] = {"text", "optional", "note", NULL};
    size_t count = value_count(list);
    struct procedure_clause *clauses = ARENA_ARRAY(form->arena, struct procedure_clause, count);
    procedure->clauses = clauses;
    for (size_t i = 0; i < count; i++) {
        const struct value *map = list->items[i];
        struct procedure_clause *clause = &clauses[i];
        const struct slot slots[] = {{"id", &clause->id, true},
                                     {"source", &clause->source, true},
                                     {"who", &clause->who, true},
                                     {NULL, NULL, false}};
        clause->pos = value_pos(map);
        const struct value *optional = value_get(map, "optional");
        if (optional != NULL && !value_is(optional, VALUE_BOOL))
            form_error(form, E_TYPE, value_pos(optional), "'optional' must be true or false");
        clause->optional = value_flag_at(map, "optional");
        if (!read_texts(form, map, "a clause", slots, others))
            continue;
        read_words(form, language, map, clause);
        check_clause(form, procedure, clause);
    }
    procedure->clause_count = count;
}

static void no_procedure(struct arena *arena, struct catalog *catalog, const char *name, struct src_pos pos,
                         struct err_list *errors)
{
    static const char folder[] = "playbooks/procedures/";
    const char **paths = catalog_list(catalog, arena, folder, ".yaml");
    for (const char **path = paths; *path != NULL; path++)
        *path =
            arena_strndup(arena, *path + strlen(folder), strlen(*path) - strlen(folder) - strlen(".yaml"));
    struct err *err =
        err_list_add(errors, ERR_ERROR, E_UNKNOWN_NAME, pos, "there is no clause catalogue '%.60s'", name);
    if (err_suggest(err, name, paths) == NULL)
        err_hint(err, "it is the file playbooks/procedures/%.60s.yaml of a folder given with --lib", name);
}

const struct procedure *procedure_load(struct catalog *catalog, const char *name, struct src_pos pos,
                                       struct err_list *errors)
{
    struct arena *arena = catalog_arena(catalog);
    static const char *const others[] = {"source", "clauses", NULL};
    struct err err = {0};
    struct form form = {.arena = arena, .errors = errors};
    size_t before = errors->errors;
    const struct catalog_file *file =
        catalog_find(catalog, arena_printf(arena, "playbooks/procedures/%s.yaml", name), &err);
    if (file == NULL && err.code == E_NONE) {
        no_procedure(arena, catalog, name, pos, errors);
        return NULL;
    }
    if (file != NULL && file->procedure != NULL)
        return file->procedure;
    const struct value *root =
        file == NULL ? NULL : yaml_parse(arena, file->name, file->bytes, file->length, &err);
    if (root == NULL) {
        err_list_append(errors, &err);
        return NULL;
    }
    catalog_use(catalog, file);
    struct procedure *procedure = ARENA_NEW(arena, struct procedure);
    const struct slot slots[] = {{"procedure", &procedure->name, true},
                                 {"version", &procedure->version, true},
                                 {"title", &procedure->title, true},
                                 {NULL, NULL, false}};
    if (!read_texts(&form, root, "a clause catalogue", slots, others))
        return NULL;
    if (strcmp(procedure->name, name) != 0)
        form_error(&form, E_CHECK, value_pos(root), "'procedure' is '%.60s', but the file is called %s.yaml",
                   procedure->name, name);
    if (!playbook_is_version(procedure->version))
        form_error(&form, E_CHECK, value_pos(root), "'%.40s' is not a version such as 1.0.0",
                   procedure->version);
    read_sources(&form, procedure, list_at(&form, root, "source"));
    read_clauses(&form, procedure, list_at(&form, root, "clauses"), catalog_language(catalog));
    if (errors->errors != before)
        return NULL;
    catalog_keep(catalog, file, procedure);
    return procedure;
}

const struct procedure_clause *procedure_find(const struct procedure *procedure, const char *id)
{
    for (size_t i = 0; i < procedure->clause_count; i++)
        if (strcmp(procedure->clauses[i].id, id) == 0)
            return &procedure->clauses[i];
    return NULL;
}

const struct procedure *procedure_join(struct arena *arena, const struct procedure *first,
                                       const struct procedure *second)
{
    if (first == NULL || second == NULL || second->clause_count == 0 ||
        procedure_find(first, second->clauses[0].id) != NULL)
        return first != NULL ? first : second;
    struct procedure *both = ARENA_NEW(arena, struct procedure);
    struct procedure_clause *clauses =
        ARENA_ARRAY(arena, struct procedure_clause, first->clause_count + second->clause_count);
    *both = *first;
    memcpy(clauses, first->clauses, first->clause_count * sizeof *clauses);
    memcpy(clauses + first->clause_count, second->clauses, second->clause_count * sizeof *clauses);
    both->clauses = clauses;
    both->clause_count = first->clause_count + second->clause_count;
    return both;
}
