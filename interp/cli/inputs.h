// What a run is given on the command line, checked against its playbook: parameters, answers, alerts.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "policy/mode.h"

struct cli;
struct arena;
struct linked;
struct playbook;
struct value;
struct view;
struct vm;

struct inputs {
    enum mode mode;
    const struct value *params;  // checked, defaults filled in
    const struct value *answers; // map step or path → text
    const struct value *alerts;  // list of records: one, or with --all any number; NULL: none was given
    const struct err *refused;   // with --all: files and lines that cannot be read as alerts
    size_t refused_count;
    const char *alert_id;   // to be fetched from the estate, or NULL
    const char *alert_file; // where it came from, as --alert names it; NULL: from the estate, or a folder
    bool alert_newest;      // the estate's newest that the playbook answers
};
MUST_CHECK bool inputs_mode(struct cli *cli, enum mode *mode, struct err *err);
// `linked`: the playbook, and what it calls.
MUST_CHECK bool inputs_read(struct cli *cli, struct vm *vm, const struct linked *linked,
                            struct inputs *inputs, struct err *err);
// --param, checked, with defaults; below them what an earlier run was given, where the playbook still has it
// (`earlier` may be NULL). NULL with err filled.
const struct value *inputs_params(struct cli *cli, const struct playbook *playbook,
                                  const struct value *earlier, struct err *err);
// "STEP=VALUE"… (NULL-terminated) as a map, each an answer that the playbook can take; NULL with err filled.
const struct value *inputs_answers(struct cli *cli, const struct linked *linked, const char *const *texts,
                                   struct err *err);
// The id of an alert that its payload only announces, so that it is to be fetched; else NULL.
const char *inputs_announced(struct arena *arena, const struct value *alert);
// Which alert where none was given: the lab offers its newest, a real estate wants --alert.
MUST_CHECK bool inputs_settle_alert(const struct playbook *playbook, bool lab, struct inputs *inputs,
                                    struct err *err);
// The answers that were given (`given` may be NULL) and those that people gave in a run: they hold in the run
// that follows it. What was only assumed is not among them.
const struct value *inputs_answered(struct arena *arena, const struct view *view, const struct value *given);
