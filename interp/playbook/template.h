// Values with "${…}" holes in them, and bare expressions, from located values.
#pragma once
#include <stdbool.h>

#include "base/err.h"
#include "playbook/place.h"
#include "playbook/playbook.h"

enum { TEMPLATE_MAX_HOLES = 256 };

// What reading needs; one for a file.
struct template_reader {
    struct arena *arena;
    struct place_lines lines; // of the file's text, where there is one
    bool functions;           // a .lua playbook: {"$function": n} stands for an expression
    int slots;                // given to expressions so far
    struct err_list *errors;
    size_t wrong; // expressions so far whose mistakes are in there, and that are read as if they said nothing
};

// "${…}" holds an expression; a text that is one hole keeps the expression's type; "$${" is a literal "${".
const struct template *template_parse(struct template_reader *reader, const struct value *value);
// Of a map; the template is a MAP also where nothing in it is an expression.
const struct template *template_parse_map(struct template_reader *reader, const struct value *map);
// Warns of a text for people without quotes that seems to be cut: by YAML, which takes "#5 is open" for a
// comment.
void template_warn_cut(struct template_reader *reader, const struct value *value);
// A bare expression (when, for_each, choose): a text, a plain scalar such as true or 3, or a function.
const struct expr *template_parse_expr(struct template_reader *reader, const struct value *value);
// Lua statements, of which only names are looked at (script.h), or a function.
const struct expr *template_parse_script(struct template_reader *reader, const struct value *value);
