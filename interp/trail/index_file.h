// Where nodes of the index are kept: for index.c.
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct index;
struct index_node;

// A node whose level, number, part and offset are filled, with the rest; false: it is not there, or not ours.
bool index_load(const struct index *index, struct arena *arena, struct index_node *node);
// A saving of work: where it cannot be written, the next reader makes it again.
void index_save(const struct index *index, const struct index_node *node);
// How many parts a node of that level is in; more than 16^6 no log will need.
uint32_t index_parts(int level);
