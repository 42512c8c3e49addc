// Reading the members of a playbook's mappings: the right sort of value, or an error at its place. All
// mistakes are collected; what could not be read keeps its default.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "playbook/template.h"

struct value_field;

struct form {
    struct template_reader reader;
    struct arena *arena;
    struct err_list *errors;
    const struct step **steps; // all so far
    size_t step_count;
    const struct step **ids; // those with an id of their own, by its hash
    struct step **calls;     // those that call other playbooks
    size_t call_count;
    bool full;     // more steps than there may be were said already
    size_t mended; // mistakes that hide nothing: what they concern was read as it was meant, or left out
};

// Adds an error and returns it, so that a hint can be given.
struct err *form_error(struct form *form, enum err_code code, struct src_pos pos, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// How many so far, save those in expressions: what is wrong with one hides nothing else (template.h).
size_t form_mistakes(const struct form *form);
// "'x' is not a key of …" with the nearest of `known` (NULL-terminated).
void form_unknown(struct form *form, const struct value_field *field, const char *where,
                  const char *const *known);

// A mapping with known keys only: an unknown one is an error, and is then taken for the nearest, unless that
// is there too, or left out. So one wrong key does not hide the mistakes behind it.
const struct value *form_mend(struct form *form, const struct value *map, const char *where,
                              const char *const *known);

// A text; NULL with an error when it is none (a plain 1.0 or true is none either: the message says to quote
// it).
const char *form_text(struct form *form, const struct value_field *field);
// One of `words` (NULL-terminated): its index, or -1 with an error.
int form_word(struct form *form, const struct value_field *field, const char *const *words);
// A word or a list of words, NULL-terminated, and their places; NULL with an error.
const char **form_words(struct form *form, const struct value_field *field, struct src_pos **positions);
// A duration such as 4h or 2s, in milliseconds; -1 with an error.
int64_t form_duration(struct form *form, const struct value_field *field);
// A whole number from 1 to `most`; -1 with an error.
int form_count(struct form *form, const struct value_field *field, int most);
// Gives the step its id; the step that has it already, or NULL.
const struct step *form_claim_id(struct form *form, struct step *step, const char *id);
// A name that expressions can use, and that means nothing else: not a keyword, root, area or builtin of Lua.
const char *form_name(struct form *form, const struct value_field *field);
// The key of a member must be such a name too; but as a field of something it may mean something else as
// well.
void form_check_key(struct form *form, const struct value_field *field);
