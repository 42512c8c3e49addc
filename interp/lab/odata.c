// OData in small. Not for `or`, nor for functions but three (startswith, substringof, any): such a filter is
// refused as one that Graph cannot serve. Invariant: a term that the value has no member for fits only when
// it asks for absence.
#include "lab/odata.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/value.h"
#include "lab/check.h"
#include "lab/model.h"

enum { MOST_PATH = 100 };

static const char *skip_space(const char *at)
{
    return at + strspn(at, " ");
}

static const char *read_path(struct arena *arena, const char *at, const char **path)
{
    size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/");
    if (length == 0 || length > MOST_PATH)
        return NULL;
    char *text = arena_strndup(arena, at, length);
    for (char *slash; (slash = strchr(text, '/')) != NULL;)
        *slash = '.';
    *path = text;
    return at + length;
}

static const char *read_literal(struct arena *arena, const char *at, const char **literal)
{
    struct text text = text_new(arena);
    if (*at != '\'') {
        size_t length = strcspn(at, " )");
        text_addn(&text, at, length);
        *literal = text.ptr;
        return length == 0 ? NULL : at + length;
    }
    for (at++; *at != '\0'; at++) {
        if (*at == '\'' && *++at != '\'') {
            *literal = text.ptr;
            return at;
        }
        text_addc(&text, *at);
    }
    return NULL;
}

static const char *read_operator(const char *at, enum odata_operator *operator)
{
    static const char *const words[] = {"eq ", "ne ", "ge ", "gt ", "le ", "lt "};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_starts_nocase(at, words[i])) {
            *operator=(enum odata_operator) i;
            return at + 3;
        }
    return NULL;
}

// Behind the character that is wanted here, and spaces; NULL when it is not there.
static const char *skip(const char *at, char wanted)
{
    return at != NULL && *at == wanted ? skip_space(at + 1) : NULL;
}

static const char *read_comparison(struct arena *arena, const char *at, struct odata_term *term)
{
    if (text_starts_nocase(at, "startswith(")) {
        term->operator= ODATA_STARTS;
        at = skip(read_path(arena, at + strlen("startswith("), &term->path), ',');
        return at == NULL ? NULL : skip(read_literal(arena, at, &term->literal), ')');
    }
    if (text_starts_nocase(at, "substringof(")) {
        term->operator= ODATA_HOLDS;
        at = skip(read_literal(arena, at + strlen("substringof("), &term->literal), ',');
        return at == NULL ? NULL : skip(read_path(arena, at, &term->path), ')');
    }
    at = read_path(arena, at, &term->path);
    at = at == NULL ? NULL : read_operator(skip_space(at), &term->operator);
    return at == NULL ? NULL : read_literal(arena, skip_space(at), &term->literal);
}

// The rest of LIST/any(NAME:COMPARISON), where what is compared is NAME or begins with NAME/.
static const char *read_any(struct arena *arena, const char *at, const char *list, struct odata_term *term)
{
    const char *name = "", *path;
    at = skip(read_path(arena, at, &name), ':');
    at = at == NULL ? NULL : read_comparison(arena, at, term);
    at = at == NULL ? NULL : skip(skip_space(at), ')');
    path = at == NULL ? "" : term->path;
    size_t length = strlen(name);
    if (at == NULL || strncmp(path, name, length) != 0 || (path[length] != '.' && path[length] != '\0'))
        return NULL;
    term->inner = path + length + (path[length] == '.');
    term->path = list;
    return at;
}

static const char *read_term(struct arena *arena, const char *at, struct odata_term *term)
{
    const char *list, *behind = read_path(arena, at, &list);
    term->inner = NULL;
    if (behind == NULL || *behind != '(' || !text_ends(list, ".any"))
        return read_comparison(arena, at, term);
    return read_any(arena, skip_space(behind + 1), arena_strndup(arena, list, strlen(list) - 4), term);
}

bool odata_parse(struct arena *arena, const char *text, struct odata_filter *filter)
{
    filter->count = 0;
    const char *at = text == NULL ? "" : skip_space(text);
    while (*at != '\0') {
        if (filter->count == ODATA_MAX_TERMS)
            return false;
        at = read_term(arena, at, &filter->terms[filter->count++]);
        if (at == NULL)
            return false;
        at = skip_space(at);
        if (*at != '\0') {
            if (!text_starts_nocase(at, "and "))
                return false;
            at = skip_space(at + 4);
        }
    }
    return true;
}

bool odata_filter(struct call *call, struct odata_filter *filter)
{
    bool served = odata_parse(call->arena, call_filter(call), filter);
    for (size_t i = 0; served && i < filter->count; i++)
        served = filter->terms[i].operator!= ODATA_HOLDS; // only Resource Manager has it
    if (!served) {
        call_fail(call, 400, "Request_UnsupportedQuery",
                  "Unsupported or invalid query filter clause specified.");
        return false;
    }
    const struct model *model = model_of(call);
    for (size_t i = 0; i < filter->count; i++)
        if (!model_knows(call, model, filter->terms[i].path, "Invalid filter clause"))
            return false;
    return true;
}

// Less, equal, greater; *comparable false where there is no order.
static int compare(const struct value *value, const char *literal, bool *comparable)
{
    int64_t a, b;
    *comparable = true;
    if (value_is(value, VALUE_STRING)) {
        if (clock_parse(value->text, &a) && clock_parse(literal, &b))
            return (a > b) - (a < b);
        return text_order(value->text, literal);
    }
    if (value_is(value, VALUE_BOOL))
        return text_order(value->flag ? "true" : "false", literal);
    if (value_is(value, VALUE_INT)) {
        long long number = strtoll(literal, NULL, 10);
        return (value->integer > number) - (value->integer < number);
    }
    *comparable = value_is_null(value) && text_same(literal, "null");
    return 0;
}

static bool compares(const struct odata_term *term, const struct value *found)
{
    bool comparable;
    if (term->operator== ODATA_STARTS)
        return value_text(found) != NULL && text_starts_nocase(value_text(found), term->literal);
    if (term->operator== ODATA_HOLDS)
        return value_text(found) != NULL && text_find_nocase(value_text(found), term->literal) != NULL;
    int order = compare(found, term->literal, &comparable);
    switch (term->operator) {
    case ODATA_EQ:
        return comparable && order == 0;
    case ODATA_NE:
        return !comparable || order != 0;
    case ODATA_GE:
        return comparable && order >= 0;
    case ODATA_GT:
        return comparable && order > 0;
    case ODATA_LE:
        return comparable && order <= 0;
    case ODATA_LT:
        return comparable && order < 0;
    case ODATA_STARTS:
    case ODATA_HOLDS:
        break;
    }
    return false;
}

static bool term_fits(const struct odata_term *term, const struct value *value)
{
    const struct value *found = value_at(value, term->path);
    if (term->inner == NULL)
        return compares(term, found);
    for (size_t i = 0; i < value_count(found); i++) {
        const struct value *item = value_item(found, i);
        if (compares(term, *term->inner == '\0' ? item : value_at(item, term->inner)))
            return true;
    }
    return false;
}

bool odata_fits(const struct odata_filter *filter, const struct value *value)
{
    for (size_t i = 0; i < filter->count; i++)
        if (!term_fits(&filter->terms[i], value))
            return false;
    return true;
}

static bool has_word(const char *words, char separator, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = words; at != NULL; at = strchr(at, separator)) {
        at += *at == separator;
        at += strspn(at, " ");
        if (text_starts_nocase(at, name) &&
            (at[length] == separator || at[length] == '\0' || at[length] == ' '))
            return true;
        if (strchr(at, separator) == NULL)
            break;
    }
    return false;
}

struct value *odata_select(struct call *call, const struct value *object, const char *usual)
{
    const char *select = call_param(call, "$select");
    struct value *shown = value_map(call->arena);
    for (size_t i = 0; i < value_count(object); i++) {
        const struct value_field *field = &object->fields[i];
        if (field->key[0] == '_')
            continue;
        if (select != NULL ? has_word(select, ',', field->key) || strcmp(field->key, "id") == 0
                           : usual == NULL || has_word(usual, ' ', field->key))
            value_add(call->arena, shown, field->key, field->value);
    }
    return shown;
}

// False after answering 400.
static bool options_are_known(struct call *call)
{
    static const char known[] =
        "$select $filter $expand $orderby $search $skip $top $count $skiptoken $format";
    const char *count = call_param(call, "$count");
    for (size_t i = 0; i < call->param_count; i++)
        if (call->params[i].name[0] == '$' && !check_word(call->params[i].name, known)) {
            call_fail(
                call, 400, "BadRequest",
                "The query specified in the URI is not valid. The query parameter '%.64s' is not supported.",
                call->params[i].name);
            return false;
        }
    if (count == NULL || check_word(count, "true false"))
        return true;
    call_fail(call, 400, "BadRequest", "Invalid value '%.20s' for $count query option found.", count);
    return false;
}

// False after answering 400.
static bool select_is_known(struct call *call)
{
    const struct model *model = model_of(call);
    const char *select = call_param(call, "$select");
    char *names = select == NULL || model == NULL ? NULL : arena_strdup(call->arena, select);
    for (char *name; (name = strsep(&names, ", ")) != NULL;)
        if (*name != '\0' && *name != '*' &&
            !model_knows(call, model, name, "Parsing OData Select and Expand failed"))
            return false;
    return true;
}

bool odata_options(struct call *call)
{
    const char *order = call_param(call, "$orderby"), *expand = call_param(call, "$expand");
    const char *last = call->segments[call->segment_count - 1];
    bool logs = text_same(last, "signIns") || text_same(last, "directoryAudits");
    const char *newest = text_same(last, "signIns") ? "createdDateTime desc" : "activityDateTime desc";
    bool roles = call->segment_count > 2 && text_same(call->segments[1], "roleManagement");
    const char *what = call_param(call, "$search") != NULL ? "$search"
                       : expand != NULL && !(roles && check_word(expand, "roleDefinition principal"))
                           ? "$expand"
                       : order != NULL && (!logs || !text_same(order, newest)) ? "$orderby"
                       : call_param(call, "$skip") != NULL                     ? "$skip"
                                                                               : NULL;
    if (what != NULL)
        call_fail(call, 400, "Request_UnsupportedQuery", "The lab does not evaluate this %s.", what);
    return what == NULL && options_are_known(call) && select_is_known(call);
}
