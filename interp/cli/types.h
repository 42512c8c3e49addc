// Types of parameters and results for people and for JSON.
#pragma once

struct arena;
struct schema;
struct value;
struct wrap;

// "list of cidr", "expected | unexpected", …
char *types_text(struct arena *arena, const struct schema *schema);
// One field a line: name, type, whether it may be left out, what it is.
void types_print(struct wrap *wrap, int indent, const struct schema *record);
// [{name, type, optional, default, help}]
const struct value *types_value(struct arena *arena, const struct schema *record);
