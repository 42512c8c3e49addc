// Inside intake/: rows over entities, their links, and tables.
#pragma once
#include <stdbool.h>

struct pass;
struct row;
struct spot;
struct value;

// Runs an ENTITIES row over its list.
bool entity_run(struct pass *pass, const struct row *row, const struct spot *at, const struct value *list);
// What a link leads to; what is no link is itself; NULL: nowhere.
const struct value *entity_follow(struct pass *pass, const struct value *value);
// Objects in tables, wherever they stand in it. The form is free: what does not fit is passed over.
void entity_tables(struct pass *pass, const struct row *row, const struct value *value, int depth);
