// Playbooks that call others: each step that does is given the playbook that it names.
#pragma once
#include "base/err.h"

struct arena;
struct catalog;
struct catalog_file;
struct playbook;
struct vm;

enum { LINKED_MAX = 65 }; // one, and 64 that it calls

// Every playbook that one calls, directly or not, each once, itself first.
struct linked {
    const struct playbook *playbooks[LINKED_MAX];
    size_t count;
    int expr_count; // slots of all
};

// A file as a playbook, YAML or Lua; NULL with errors in the list (playbook_parse). `slot`: of its first
// expression.
const struct playbook *link_parse(struct arena *arena, struct vm *vm, const struct catalog_file *file,
                                  int slot, struct err_list *errors);
// Finds, reads and links what the playbook calls. False: errors has at least one error more.
MUST_CHECK bool link_calls(struct arena *arena, struct catalog *catalog, struct vm *vm,
                           const struct playbook *playbook, struct linked *out, struct err_list *errors);
