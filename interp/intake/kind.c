// Kinds of alerts. Not for the kinds themselves: which there are is Lua's to say. Codes decide, never names:
// names are translated and reworded. Invariant: nothing is compared with case.
#include "intake/kind.h"

#include <string.h>

#include "base/text.h"
#include "data/value.h"

static bool marked(const struct value *terms, const char *mark, const char *text)
{
    const struct value *globs = value_get(value_get(terms, "tests"), mark);
    for (size_t i = 0; i < value_count(globs); i++)
        if (text_glob(value_text(value_item(globs, i)), text))
            return true;
    return false;
}

bool kind_is_test(const struct value *terms, const struct kind_signs *signs)
{
    if ((signs->code != NULL && marked(terms, "codes", signs->code)) ||
        (signs->title != NULL && marked(terms, "titles", signs->title)))
        return true;
    for (size_t i = 0; text_same(signs->kind, "kubernetes") && i < value_count(signs->workloads); i++)
        if (marked(terms, "workloads", value_text(value_item(signs->workloads, i))))
            return true;
    return false;
}

// The code without the mark that the portal's samples have in front.
static const char *plain(const struct value *terms, const char *code)
{
    const char *mark = value_text_at(terms, "sample");
    return mark != NULL && text_starts_nocase(code, mark) ? code + strlen(mark) : code;
}

// The kind whose row has the text in a column.
static const char *by_column(const struct value *terms, size_t column, const char *text)
{
    const struct value *kinds = value_get(terms, "kinds");
    for (size_t i = 0; i < value_count(kinds); i++) {
        const struct value *rows = kinds->fields[i].value;
        for (size_t r = 0; r < value_count(rows); r++)
            if (text_same(value_text(value_item(value_item(rows, r), column)), text))
                return kinds->fields[i].key;
    }
    return NULL;
}

const char *kind_find(const struct value *terms, const char *code, const char *component, const char *title,
                      bool *known)
{
    enum { CODE = 0, TITLE = 2 };
    const char *kind = code != NULL ? by_column(terms, CODE, plain(terms, code)) : NULL;
    *known = kind != NULL;
    const struct value *prefixes = value_get(terms, "prefixes");
    for (size_t i = 0; code != NULL && kind == NULL && i < value_count(prefixes); i++)
        if (text_starts_nocase(plain(terms, code), prefixes->fields[i].key))
            kind = value_text(prefixes->fields[i].value);
    if (kind == NULL && component != NULL)
        kind = value_text(value_get_nocase(value_get(terms, "components"), component));
    if (kind == NULL && code == NULL && title != NULL) {
        kind = by_column(terms, TITLE, title);
        *known = kind != NULL;
    }
    return kind;
}
