// A playbook's steps in outline, and the clauses that they serve.
#pragma once

struct arena;
struct linked;
struct playbook;
struct value;
struct wrap;

// {name, version, title, procedure, alerts}, to be added to.
struct value *outline_head(struct arena *arena, const struct playbook *playbook);
void outline_print(struct wrap *wrap, const struct playbook *playbook);
// The ids of all clauses that steps name, of a playbook and then of what it calls, each once.
const struct value *outline_clauses(struct arena *arena, const struct linked *linked);
// [{id, kind, primitive, when, for_each, clauses, steps: […]}]
const struct value *outline_value(struct arena *arena, const struct playbook *playbook);
