// Clause catalogues: a documented procedure, cut into numbered clauses, in playbooks/procedures/NAME.yaml.
// Steps of a playbook name the clauses that they carry out. The shape is described in playbooks/README.md.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct catalog;

struct procedure_source {
    const char *id, *title;
    const char *url; // NULL: none
};
struct procedure_clause {
    const char *id;
    const char *text;   // in the catalog's language where the catalogue has it, else in English
    const char *source; // id of a source, and behind a blank the place in it
    const char
        *who; // "A" automatic, "D" a person decides, "T" a person acts; combined "D>A", "A|T"; "-" a fact
    bool optional; // a playbook may leave it out
    struct src_pos pos;
};
struct procedure {
    const char *name, *version, *title;
    const struct procedure_source *sources;
    size_t source_count;
    const struct procedure_clause *clauses; // in the file's order
    size_t clause_count;
};

enum { PROCEDURE_MAX_CLAUSES = 1000 };

// NULL with errors in the list: no such catalogue (E_UNKNOWN_NAME at `pos`, with a suggestion), or mistakes
// in it. The file is noted as used.
const struct procedure *procedure_load(struct catalog *catalog, const char *name, struct src_pos pos,
                                       struct err_list *errors);
// The clauses of both, those of `first` first: a playbook and what it calls. Either may be NULL.
const struct procedure *procedure_join(struct arena *arena, const struct procedure *first,
                                       const struct procedure *second);
const struct procedure_clause *procedure_find(const struct procedure *procedure, const char *id); // or NULL
