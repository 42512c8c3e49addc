// Writes the language in short, from the tables that the checker reads by. It explains no primitive: there
// are `playbook primitives` for that. Invariant: what is said of a key, a type or a function stands in its
// table.
#include "cli/guide.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/schema.h"
#include "data/value.h"
#include "playbook/keys.h"
#include "playbook/playbook.h"
#include "report/wrap.h"
#include "vm/vm.h"

enum { COLUMN = 14, FUNCTION_HANG = 6, MORE_COLUMN = 23 };

static void heading(struct wrap *wrap, const char *words)
{
    wrap_blank(wrap);
    wrap_line(wrap, 0, WRAP_BOLD, words);
}

static void add_top(struct wrap *wrap)
{
    const struct value *holds = playbook_holds(wrap->out->arena), *keys = value_get(holds, "properties");
    heading(wrap, "The top of the file:");
    for (size_t i = 0; i < value_count(keys); i++) {
        const char *key = keys->fields[i].key, *help = value_text_at(keys->fields[i].value, "description");
        bool needed = value_has_text(value_get(holds, "required"), key);
        wrap_row(wrap, 2, WRAP_BOLD, key, COLUMN,
                 arena_printf(wrap->out->arena, "%s%s", help, needed ? "; required" : ""));
    }
}

static bool is_kind(const struct key *key)
{
    for (int kind = 0; kind <= STEP_FAIL; kind++)
        if (strcmp(step_kind_word((enum step_kind)kind), key->name) == 0)
            return true;
    return false;
}

// Is it a key of every kind?
static bool is_common(const struct key *key)
{
    int kind = 0;
    while (kind <= STEP_FAIL && keys_belong(key, (enum step_kind)kind))
        kind++;
    return kind > STEP_FAIL;
}

static const struct key *key_of(enum step_kind kind)
{
    const struct key *key = keys_of_step;
    while (strcmp(key->name, step_kind_word(kind)) != 0)
        key++;
    return key;
}

// "with choices (required), otherwise, within"
static const char *own_keys(struct arena *arena, enum step_kind kind)
{
    struct text text = text_new(arena);
    for (const struct key *key = keys_of_step; key->name != NULL; key++)
        if (keys_belong(key, kind) && !is_common(key) && key != key_of(kind))
            text_addf(&text, "%s%s%s", text.length == 0 ? "may have: " : ", ", key->name,
                      keys_needed(key, kind) ? " (required)" : "");
    return text.length == 0 ? NULL : text.ptr;
}

static void add_steps(struct wrap *wrap)
{
    heading(wrap, "A step has one of these keys, which says what it does:");
    for (int kind = 0; kind <= STEP_FAIL; kind++) {
        const struct key *key = key_of((enum step_kind)kind);
        const char *own = own_keys(wrap->out->arena, (enum step_kind)kind);
        wrap_row(wrap, 2, WRAP_BOLD, key->name, COLUMN, key->help);
        if (own != NULL)
            wrap_line(wrap, COLUMN, WRAP_DIM, own);
    }
    heading(wrap, "and any of these, where it says so:");
    for (const struct key *key = keys_of_step; key->name != NULL; key++)
        if (!is_kind(key))
            wrap_row(wrap, 2, WRAP_BOLD, key->name, COLUMN,
                     arena_printf(wrap->out->arena, "%s%s", is_common(key) ? "any step: " : "", key->help));
}

static void add_types(struct wrap *wrap)
{
    static const struct {
        const char *word, *text;
    } words[] = {
#define X(kind, word, text, pattern) {word, text},
        SCHEMA_WORDS
#undef X
    };
    heading(wrap, "Types of parameters:");
    wrap_line(wrap, 2, WRAP_PLAIN,
              "A word, with ? behind it where it may be left out, or {type: WORD, default: …, help: …}.");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        wrap_row(wrap, 2, WRAP_BOLD, words[i].word, COLUMN, words[i].text);
}

static void add_expressions(struct wrap *wrap)
{
    heading(wrap, "Expressions are Lua's: ${…} in a text or as a value, bare in when, for_each and choose.");
    wrap_line(wrap, 2, WRAP_PLAIN,
              "and or not == ~= < <= > >= .. + - * / // % ^ #; nil true false; 'text', 1, {…}; "
              "s:lower() s:upper() s:sub(i, j) s:len()");
    wrap_line(
        wrap, 2, WRAP_PLAIN,
        "Names: alert (fields: playbook alert show), params, run (id by now playbook version), the ids of "
        "steps further up, loop variables. Every step has .status and .reason.");
    heading(wrap, "Functions; what stands in brackets may be left out:");
    for (const char *const *usage = vm_usages(wrap->out->arena, true); *usage != NULL; usage++) {
        const char *words = strstr(*usage, "): ");
        size_t length = words == NULL ? strlen(*usage) : (size_t)(words + 1 - *usage);
        wrap_begin(wrap, 2, FUNCTION_HANG);
        wrap_put(wrap, WRAP_BOLD, arena_strndup(wrap->out->arena, *usage, length));
        wrap_put(wrap, WRAP_PLAIN, *usage + length);
        wrap_end(wrap);
    }
}

void guide_language(struct text *out, int width, bool colour)
{
    static const char *const more[][2] = {
        {"playbook primitives", "what `do` can call; with a NAME, its parameters and results"},
        {"playbook schema", "the same for an editor"},
        {"playbook alert sample", "alerts to try it with"},
        {"playbook test", "runs what you expect of it"},
    };
    struct wrap wrap = wrap_new(out, width, colour);
    wrap_line(
        &wrap, 0, WRAP_PLAIN,
        "A playbook is a YAML file. `playbook new NAME` writes one to begin with, `playbook check FILE` says "
        "all that is wrong with one, and `playbook show keyvault-alert` shows a large one.");
    add_top(&wrap);
    add_steps(&wrap);
    add_types(&wrap);
    add_expressions(&wrap);
    wrap_blank(&wrap);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        wrap_row(&wrap, 0, WRAP_BOLD, more[i][0], MORE_COLUMN, more[i][1]);
}
