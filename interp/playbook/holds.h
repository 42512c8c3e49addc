// What the members of a playbook's mappings may hold, as JSON Schema for editors: each stands in the tables
// of keys beside the reader that it describes (form.h).
#pragma once

struct arena;
struct value;

struct value *holds_text(struct arena *arena);     // form_text
struct value *holds_name(struct arena *arena);     // form_name
struct value *holds_duration(struct arena *arena); // form_duration
struct value *holds_count(struct arena *arena, int most);
struct value *holds_word(struct arena *arena, const char *const *words); // form_word
struct value *holds_expr(struct arena *arena);                           // template_parse_expr
struct value *holds_map(struct arena *arena);                            // a mapping of templates
// What is defined once, in language.c, and what is made of it.
struct value *holds_alerts(struct arena *arena); // form_words, both
struct value *holds_clauses(struct arena *arena);
struct value *holds_steps(struct arena *arena);
struct value *holds_types(struct arena *arena);
struct value *holds_primitive(struct arena *arena);
struct value *holds_procedure(struct arena *arena);
struct value *holds_choices(struct arena *arena);
struct value *holds_cases(struct arena *arena);
struct value *holds_parallel(struct arena *arena);
struct value *holds_otherwise(struct arena *arena);
// An object that has no other properties than those that are put into it.
struct value *holds_object(struct arena *arena, const struct value *properties);
