// The names in Lua scripts: a script is not parsed, but its tokens tell which names are its own (declared
// anywhere in it, whatever the block) and which it takes from outside; those must be there. Not for syntax,
// which is Lua's to judge, nor for values. Invariant: what is reported is wrong in every run that comes to
// it; a script that makes names in ways that tokens do not show is left alone.
#include "playbook/script.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "playbook/check.h"
#include "playbook/lex.h"
#include "playbook/mention.h"
#include "playbook/with.h"
#include "policy/protect.h"

struct names {
    const char **items;
    size_t count;
};

// A script's tokens. `table[i]`: is the innermost bracket around token i a table's?
struct tokens {
    struct arena *arena;
    struct place *place;
    struct lex lex;
    struct lex_token *items; // the last is LEX_END
    bool *in_table;
    size_t count;
    struct names own;
    struct mention *mentions;
    size_t mention_count;
};

static bool is(const struct tokens *tokens, size_t i, const char *word)
{
    return i < tokens->count && lex_is(&tokens->lex, &tokens->items[i], word);
}

static const char *text_of(const struct tokens *tokens, size_t i)
{
    const struct lex_token *token = &tokens->items[i];
    return arena_strndup(tokens->arena, tokens->lex.text + token->start, token->end - token->start);
}

static bool is_name(const struct tokens *tokens, size_t i)
{
    return i < tokens->count && tokens->items[i].kind == LEX_NAME && !mention_is_keyword(text_of(tokens, i));
}

// False when the text is not Lua, or nested too deeply: then there is nothing to say about names.
static bool cut(struct tokens *tokens)
{
    char open[SCRIPT_MAX_DEPTH];
    size_t depth = 0;
    struct lex_token token;
    struct lex_fault fault;
    do {
        if (!lex_next(&tokens->lex, &token, &fault))
            return false;
        tokens->items = arena_room(tokens->arena, tokens->items, tokens->count, sizeof *tokens->items);
        tokens->in_table =
            arena_room(tokens->arena, tokens->in_table, tokens->count, sizeof *tokens->in_table);
        char c = token.kind == LEX_OPERATOR ? tokens->lex.text[token.start] : ' ';
        if ((c == ')' || c == '}' || c == ']') && depth > 0)
            depth--;
        tokens->in_table[tokens->count] = depth > 0 && open[depth - 1] == '{';
        tokens->items[tokens->count++] = token;
        if ((c == '(' || c == '{' || c == '[') && depth == SCRIPT_MAX_DEPTH)
            return false;
        if (c == '(' || c == '{' || c == '[')
            open[depth++] = c;
    } while (token.kind != LEX_END);
    return true;
}

static void declare(struct tokens *tokens, const char *name)
{
    struct names *own = &tokens->own;
    own->items = arena_room(tokens->arena, own->items, own->count, sizeof *own->items);
    own->items[own->count++] = name;
}

// Names with ',' (and attributes) between them, from token i on.
static void declare_list(struct tokens *tokens, size_t i)
{
    while (is_name(tokens, i)) {
        declare(tokens, text_of(tokens, i++));
        if (is(tokens, i, "<")) // <const>, <close>
            i += 3;
        if (!is(tokens, i, ","))
            return;
        i++;
    }
}

static void find_own(struct tokens *tokens)
{
    for (size_t i = 0; i < tokens->count; i++) {
        if (is(tokens, i, "local"))
            declare_list(tokens, is(tokens, i + 1, "function") ? i + 2 : i + 1);
        if (is(tokens, i, "for"))
            declare_list(tokens, i + 1);
        if (!is(tokens, i, "function"))
            continue;
        size_t open = i + 1;
        while (is_name(tokens, open) || is(tokens, open, ".") || is(tokens, open, ":"))
            open++;
        declare_list(tokens, open + 1);
    }
    declare(tokens, "self"); // of `function a:b()`; there is a function of that name too
}

static bool is_own(const struct tokens *tokens, const char *name)
{
    for (size_t i = 0; i < tokens->own.count; i++)
        if (strcmp(tokens->own.items[i], name) == 0)
            return true;
    return false;
}

// A name that stands for no variable: a field, a key of a table, a label, an attribute.
static bool is_no_variable(const struct tokens *tokens, size_t i)
{
    if (i > 0 && (is(tokens, i - 1, ".") || is(tokens, i - 1, ":") || is(tokens, i - 1, "::") ||
                  is(tokens, i - 1, "goto")))
        return true;
    if (i > 0 && is(tokens, i - 1, "<") && is(tokens, i + 1, ">"))
        return is(tokens, i, "const") || is(tokens, i, "close");
    return i > 0 && tokens->in_table[i] && is(tokens, i + 1, "=") &&
           (is(tokens, i - 1, "{") || is(tokens, i - 1, ",") || is(tokens, i - 1, ";"));
}

static struct mention *add_mention(struct tokens *tokens, size_t i)
{
    tokens->mentions =
        arena_room(tokens->arena, tokens->mentions, tokens->mention_count, sizeof *tokens->mentions);
    struct mention *mention = &tokens->mentions[tokens->mention_count++];
    *mention =
        (struct mention){.root = text_of(tokens, i), .pos = place_at(tokens->place, tokens->items[i].start)};
    mention->fields = ARENA_ARRAY(tokens->arena, const char *, MENTION_MAX_FIELDS + 1);
    return mention;
}

// call("area.verb", …) or call "area.verb": a primitive that is named as it stands.
static bool take_call(struct tokens *tokens, size_t i)
{
    size_t name = is(tokens, i + 1, "(") ? i + 2 : i + 1;
    if (name >= tokens->count || tokens->items[name].kind != LEX_STRING || tokens->items[name].escapes ||
        (name == i + 2 && !is(tokens, name + 1, ",") && !is(tokens, name + 1, ")")))
        return false;
    struct mention *mention = add_mention(tokens, i);
    const char *quoted = text_of(tokens, name);
    mention->pos = place_at(tokens->place, tokens->items[name].start + 1);
    mention->fields[0] = arena_strndup(tokens->arena, quoted + 1, strlen(quoted) - 2);
    mention->call = true;
    return true;
}

static void take_path(struct tokens *tokens, size_t i)
{
    struct mention *mention = add_mention(tokens, i);
    mention->whole = is(tokens, i + 1, "=") || (i > 0 && is(tokens, i - 1, "function"));
    for (size_t field = 0; field < MENTION_MAX_FIELDS && is(tokens, i + 1, ".") && is_name(tokens, i + 2);
         field++, i += 2)
        mention->fields[field] = text_of(tokens, i + 2);
}

void script_scan(struct arena *arena, struct place *place, struct expr *expr)
{
    struct tokens tokens = {.arena = arena, .place = place, .lex = {expr->source, 0}};
    if (strlen(expr->source) > SCRIPT_MAX_TEXT || !cut(&tokens))
        return;
    find_own(&tokens);
    for (size_t i = 0; i < tokens.count; i++) {
        if (!is_name(&tokens, i) || is_no_variable(&tokens, i))
            continue;
        if (is(&tokens, i, "_ENV") || is(&tokens, i, "_G"))
            return;
        if (is_own(&tokens, text_of(&tokens, i)))
            continue;
        if (!is(&tokens, i, "call") || !take_call(&tokens, i))
            take_path(&tokens, i);
    }
    expr->mentions = tokens.mentions;
    expr->mention_count = tokens.mention_count;
}

// A name of the Lua environment; of an area, also what of it is read.
static void check_global(struct check *check, const struct mention *mention, const char *const *globals)
{
    const char *path = mention->fields[0] == NULL
                           ? mention->root
                           : arena_printf(check->arena, "%s.%s", mention->root, mention->fields[0]);
    const char *area = arena_printf(check->arena, "%s.", mention->root);
    bool is_area = false;
    for (const char *const *name = globals; *name != NULL; name++)
        is_area = is_area || text_starts(*name, area);
    if (!is_area || mention->fields[0] == NULL || text_is_one_of(path, globals))
        return;
    struct err *err = err_list_add(check->errors, ERR_ERROR, E_UNKNOWN_NAME, mention->pos,
                                   "there is no function '%s'", path);
    err_suggest(err, path, globals);
}

static void check_primitive(struct check *check, const struct mention *mention)
{
    const char *name = mention->fields[0];
    if (text_is_one_of(name, check->world->primitives))
        return;
    struct err *err = err_list_add(check->errors, ERR_ERROR, E_UNKNOWN_NAME, mention->pos,
                                   "there is no primitive '%.80s'", name);
    err_suggest(err, name, check->world->primitives);
}

// A script that reads what an attacker may have written computes no target of a change. Which parameter gets
// what cannot be seen.
static void check_free(struct check *check, const struct expr *script, const struct mention *call)
{
    struct err err = {0};
    const struct check_primitive *primitive =
        call->fields[0] == NULL ? NULL
                                : check->world->primitive(check->world->context, call->fields[0], &err);
    const struct mention *free = scope_free(check, script);
    if (free == NULL || primitive == NULL || !primitive->changes || protect_only_tells(primitive->name) ||
        !with_says_which(primitive->params))
        return;
    err_hint(err_list_add(check->errors, ERR_ERROR, E_TYPE, call->pos,
                          "the script calls %s, which changes something, and reads '%s', free text, which an "
                          "attacker may have written",
                          primitive->name, mention_text(check->arena, free)),
             "read it in a script of its own, or take what is meant from other fields of the alert");
}

// A name that is neither a step's nor Lua's: a slip in one or the other.
static void check_stranger(struct check *check, const struct mention *mention, const char *const *globals)
{
    size_t before = check->errors->count;
    scope_resolve(check, mention);
    if (check->errors->count == before + 1 && check->errors->items[before].hint[0] == '\0')
        err_suggest(&check->errors->items[before], mention->root, globals);
}

void script_check(struct check *check, const struct expr *script)
{
    static const char *const roots[] = {"alert", "params", "run", NULL};
    if (script == NULL || script->mention_count == 0) {
        scope_use(check, NULL);
        return;
    }
    const char *const *globals = check->world->globals(check->world->context);
    for (size_t i = 0; i < script->mention_count; i++) {
        const struct mention *mention = &script->mentions[i];
        bool visible = scope_find(check, mention->root) != NULL;
        if (mention->whole && mention->fields[0] == NULL)
            err_hint(err_list_add(check->errors, ERR_ERROR, E_CHECK, mention->pos,
                                  "'%.60s' is set here and nowhere declared", mention->root),
                     "declare it: local %.60s", mention->root);
        else if (mention->call && !visible) {
            check_primitive(check, mention);
            check_free(check, script, mention);
        } else if (visible || text_is_one_of(mention->root, roots))
            scope_resolve(check, mention);
        else if (text_is_one_of(mention->root, globals))
            check_global(check, mention, globals);
        else
            check_stranger(check, mention, globals);
    }
}
