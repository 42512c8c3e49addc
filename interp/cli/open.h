// Opening what commands share: catalogue, Lua machine, playbooks, profiles.
#pragma once

#include "base/err.h"

struct cli;
struct playbook;
struct policy;
struct prepared_playbook;
struct procedure;
struct profile;
struct register_book;
struct trail;
struct value;
struct view;
struct vm;

// The catalogue over --lib and the configuration's folder; opened once.
struct catalog *open_catalog(struct cli *cli);
MUST_CHECK struct vm *open_vm(struct cli *cli, struct err *err); // vm_close it
// The trail of the state, made where there is none; and one that must be there (E_MISSING) and is only read,
// so that its folder may be read-only. trail_close it.
MUST_CHECK struct trail *open_trail(struct cli *cli, struct err *err);
MUST_CHECK struct trail *open_trail_to_read(struct cli *cli, struct err *err);
// A playbook by NAME, NAME@VERSION or file, parsed. NULL when there were errors. `vm` is needed for .lua
// playbooks.
const struct playbook *open_playbook(struct cli *cli, struct vm *vm, const char *name,
                                     struct err_list *errors);
// What to call the playbook that a run began with: its file, where that is still there and none of the
// library's, else NAME@VERSION.
const char *open_name(struct cli *cli, const char *name, const char *version, const char *file);
// The same to be checked: also one with mistakes that hide nothing (playbook_parse).
const struct playbook *open_draft(struct cli *cli, struct vm *vm, const char *name, struct err_list *errors);
// Makes ready to run (prepare_playbook), and looks who has signed it and what it calls.
MUST_CHECK bool open_prepared(struct cli *cli, struct vm *vm, const struct playbook *playbook,
                              struct prepared_playbook *out, struct err_list *errors);
// The words of a run's clauses, where playbook and library are still what they were; else NULL.
const struct procedure *open_procedure_of(struct cli *cli, const struct view *view);
// All playbooks that can be run by name, sorted, NULL-terminated. What does not parse is `check`'s concern.
const struct playbook *const *open_playbooks(struct cli *cli, struct vm *vm);
// The names of those that answer an alert, NULL-terminated.
const char **open_answering(struct arena *arena, const struct playbook *const *playbooks,
                            const struct value *alert);
// Names of all playbooks that can be run by name, sorted, NULL-terminated.
const char **open_playbook_names(struct cli *cli);
