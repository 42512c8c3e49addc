// Writes the reference page (stdlib/REFERENCE.md) from the declarations of primitives and the tables of
// functions. It describes and checks nothing by itself. Invariant: the page depends on the library alone, not
// on terminal, state or profile, so that a test can compare it.
#include "cli/reference.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "cli/types.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/value.h"
#include "vm/prim.h"
#include "vm/vm.h"

static bool only_reads(const struct primitive *primitive)
{
    return strcmp(risk_word(primitive->risk), "read") == 0;
}

// A text within a cell of a table or in a line of prose: outside of `code`, what Markdown would take for
// itself is escaped.
static void add_plain(struct text *out, const char *text)
{
    bool code = false;
    for (; *text != '\0'; text++) {
        code = *text == '`' ? !code : code;
        if (*text == '|' || (!code && strchr("*<", *text) != NULL))
            text_addc(out, '\\');
        text_addc(out, *text == '\n' ? ' ' : *text);
    }
}

static void add_fields(struct text *out, const struct schema *record, int depth)
{
    struct arena *arena = out->arena;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct schema *field = record->fields[i].schema;
        const struct schema *inner = field->kind == SCHEMA_RECORD ? field : field->of;
        text_addf(out, "%*s- `%s` ", depth * 2, "", record->fields[i].name);
        add_plain(out, types_text(arena, field));
        if (field->otherwise != NULL)
            text_addf(out, ", default `%s`", json_text(arena, field->otherwise));
        else if (field->optional)
            text_add(out, ", optional");
        if (field->help != NULL) {
            text_add(out, ": ");
            add_plain(out, field->help);
        }
        text_addc(out, '\n');
        if (inner != NULL && inner->kind == SCHEMA_RECORD)
            add_fields(out, inner, depth + 1);
    }
}

static void add_section(struct text *out, const char *title, const struct schema *record)
{
    if (record == NULL || record->field_count == 0)
        return;
    text_addf(out, "%s:\n\n", title);
    add_fields(out, record, 0);
    text_addc(out, '\n');
}

static void add_primitive(struct text *out, const struct primitive *primitive)
{
    text_addf(out, "### %s\n\n", primitive->name);
    add_plain(out, primitive->summary);
    text_addf(out, ". Risk: %s; since %s.\n\n", risk_word(primitive->risk), primitive->since);
    const char *doc = primitive_doc(out->arena, primitive);
    if (doc[0] != '\0') {
        add_plain(out, doc);
        text_add(out, "\n\n");
    }
    add_section(out, "Parameters", primitive->params);
    add_section(out, "Results", primitive->returns);
    if (value_count(primitive->permissions) > 0) {
        text_add(out, "Permissions:\n\n");
        for (size_t i = 0; i < value_count(primitive->permissions); i++)
            text_addf(out, "- `%s`\n", value_text(value_item(primitive->permissions, i)));
        text_addc(out, '\n');
    }
    if (only_reads(primitive))
        return;
    if (primitive->irreversible == NULL) {
        text_add(out, "Can be undone. ");
    } else {
        text_add(out, "Cannot be undone: ");
        add_plain(out, primitive->irreversible);
        text_add(out, ". ");
    }
    text_add(out, primitive->repeatable ? "May be sent twice without a second effect.\n\n"
                                        : "Is never sent twice unattended.\n\n");
}

static void add_table(struct text *out, const struct primitive *const *all, size_t count)
{
    text_add(out, "| primitive | risk | undone | what it does |\n|---|---|---|---|\n");
    for (size_t i = 0; i < count; i++) {
        const char *undone = only_reads(all[i]) ? "" : all[i]->irreversible == NULL ? "yes" : "no";
        text_addf(out, "| `%s` | %s | %s | ", all[i]->name, risk_word(all[i]->risk), undone);
        add_plain(out, all[i]->summary);
        text_add(out, " |\n");
    }
    text_addc(out, '\n');
}

static void add_functions(struct text *out, bool expressions)
{
    for (const char *const *usage = vm_usages(out->arena, expressions); *usage != NULL; usage++) {
        const char *colon = strstr(*usage, "): ");
        int length = colon == NULL ? (int)strlen(*usage) : (int)(colon - *usage) + 1;
        if (colon == NULL && strstr(*usage, ": ") != NULL) // irreversible "why": …
            length = (int)(strstr(*usage, ": ") - *usage);
        text_addf(out, "- `%.*s`", length, *usage);
        add_plain(out, *usage + length);
        text_addc(out, '\n');
    }
    text_addc(out, '\n');
}

// Those in no table come first.
static int by_name(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    int in_table = (strchr(x, '.') != NULL) - (strchr(y, '.') != NULL);
    return in_table != 0 ? in_table : strcmp(x, y);
}

// Is it told of above: as a function, or as what functions stand in?
static bool is_told(const char *name, const char *const *usages, const char *const *globals)
{
    size_t length = strlen(name);
    for (; *usages != NULL; usages++)
        if (text_starts(*usages, name) && strchr("( ", (*usages)[length]) != NULL)
            return true;
    for (; *globals != NULL; globals++)
        if (text_starts(*globals, name) && (*globals)[length] == '.')
            return true;
    return false;
}

// What the sandbox has besides: Lua's own functions, those of a table on a line.
static void add_lua(struct text *out, struct vm *vm)
{
    static const char *const values[] = {"gone", "null", NULL};
    const char *const *globals = vm_globals(vm, out->arena);
    const char *const *usages[] = {vm_usages(out->arena, true), vm_usages(out->arena, false)};
    size_t count = 0, area = 0;
    while (globals[count] != NULL)
        count++;
    const char **names = ARENA_ARRAY(out->arena, const char *, count + 1), *before = NULL;
    memcpy(names, globals, count * sizeof *names);
    qsort(names, count, sizeof *names, by_name);
    text_add(out, "And of Lua 5.4, as its manual has them; nothing else of it is there:\n");
    for (const char **name = names; *name != NULL; name++) {
        if (text_is_one_of(*name, values) || is_told(*name, usages[0], globals) ||
            is_told(*name, usages[1], globals))
            continue;
        const char *dot = strchr(*name, '.');
        size_t length = dot == NULL ? 0 : (size_t)(dot - *name) + 1;
        bool same = before != NULL && length == area && strncmp(before, *name, length) == 0;
        text_addf(out, "%s`%s`", same ? " " : "\n- ", *name);
        before = *name;
        area = length;
    }
    text_add(
        out,
        "\n\nAnd two values: `null` (JSON's, in a body), `gone` (in `becomes`: it is not there any more).\n");
}

void reference_write(struct text *out, struct vm *vm, struct err_list *errors)
{
    const char *const *names = primitive_names(vm);
    size_t count = 0, most = 0;
    while (names[most] != NULL)
        most++;
    const struct primitive **all = ARENA_ARRAY(out->arena, const struct primitive *, most + 1);
    for (size_t i = 0; i < most; i++) {
        struct err err;
        const struct primitive *primitive = primitive_find(vm, names[i], &err);
        if (primitive == NULL)
            err_list_append(errors, &err);
        else
            all[count++] = primitive;
    }
    text_add(
        out,
        "# Reference\n\nMade by `playbook primitives --markdown` from the declarations; a test compares it. "
        "How to write a primitive is in README.md.\n\n## Primitives\n\n");
    add_table(out, all, count);
    for (size_t i = 0; i < count; i++)
        add_primitive(out, all[i]);
    text_add(
        out,
        "## Functions of expressions\n\nIn `${…}`, `when`, `for_each`, `choose`, in scripts and in all files "
        "of the library.\n\n");
    add_functions(out, true);
    text_add(out, "## Functions of Lua files and scripts\n\n");
    add_functions(out, false);
    add_lua(out, vm);
}
