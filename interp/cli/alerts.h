// Alerts from where the command line says: a file, one of several in a file, a folder, standard input.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct cli;
struct value;
struct vm;

// What was read: records of alerts (with raw), and why not, once for each file (of JSON Lines: for each line)
// that cannot be read, is no alert, or has no alert of that id (without case).
struct alerts {
    struct value *records;
    struct err *refused;
    size_t refused_count;
};
// Of FILE, FILE#ID or "-". Warnings of the shapes go to `notes`.
struct alerts alerts_take(struct cli *cli, struct vm *vm, const char *name, struct err_list *notes);
// The same, also of all files of a folder.
struct alerts alerts_take_all(struct cli *cli, struct vm *vm, const char *name, struct err_list *notes);
// The records alone; NULL with err filled when anything is refused.
MUST_CHECK const struct value *alerts_read(struct cli *cli, struct vm *vm, const char *name,
                                           struct err_list *notes, struct err *err);
// The files of alerts in a folder by their names' endings, in the order of the names; of what is no folder
// the name itself. NULL-terminated.
const char **alerts_files(struct arena *arena, const char *name);
// What a service has sent again, perhaps with another status, is one alert: the last with an id counts.
const struct value *alerts_once(struct arena *arena, const struct value *alerts);
// Does the name stand for a file (it is there, or is "-", or looks like one)? Otherwise it is an id.
bool alerts_is_file(struct arena *arena, const char *name);
// Prints such warnings to the error output.
void alerts_warn(struct cli *cli, const struct err_list *notes);
// Says what could not be read; returns the exit status. `beside`: the rest was printed, so that with --json,
// where standard output holds one text, this goes to the error output.
int alerts_fail(struct cli *cli, const struct err_list *errors, bool beside);
