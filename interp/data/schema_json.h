// Types as JSON Schema (draft-07), for editors and other people's validators. It lets through whatever
// schema_check accepts, and some of what that refuses: a regular expression knows less of an address than we
// do.
#pragma once

struct arena;
struct schema;
struct value;

// {"type": name}, to be added to.
struct value *schema_json_type(struct arena *arena, const char *name);
// {"$ref": "#/definitions/NAME"}
struct value *schema_json_ref(struct arena *arena, const char *name);
// {KEYWORD: schemas}: "anyOf", "allOf", …; `schemas` ends with NULL.
struct value *schema_json_of(struct arena *arena, const char *keyword, const struct value *const *schemas);
// What a value of the type must be. `hole`: a definition that any value in it may be in its place (an
// expression that gives it), or NULL.
struct value *schema_json(struct arena *arena, const struct schema *schema, const char *hole);
// A record of these fields and no others, which itself can be nothing else (the parameters of a primitive).
struct value *schema_json_record(struct arena *arena, const struct schema *record, const char *hole);
// What a declaration of a type must be, as schema_parse reads it; it names itself as the definition `self`.
struct value *schema_json_declaration(struct arena *arena, const char *self);
