// Alerts from where the command line says: a file, one of several in a file, standard input.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct arena;
struct cli;
struct value;
struct vm;

// Reads FILE, FILE#ID or "-" into a list of alert records (with raw). NULL when it cannot be read, is no
// alert, or has no alert of that id (without case). Warnings of the shapes go to `notes`.
MUST_CHECK const struct value *alerts_read(struct cli *cli, struct vm *vm, const char *name,
                                           struct err_list *notes, struct err *err);
// All alerts of all files *.json in a folder, in the order of the names.
MUST_CHECK const struct value *alerts_read_folder(struct cli *cli, struct vm *vm, const char *folder,
                                                  struct err_list *notes, struct err *err);
// What a service has sent again, perhaps with another status, is one alert: the last with an id counts.
const struct value *alerts_once(struct arena *arena, const struct value *alerts);
// Does the name stand for a file (it is there, or is "-", or looks like one)? Otherwise it is an id.
bool alerts_is_file(const char *name);
// Prints such warnings to the error output.
void alerts_warn(struct cli *cli, const struct err_list *notes);
