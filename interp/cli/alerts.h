// Alerts from where the command line says: a file, one of several in a file, standard input.
#pragma once
#include <stdbool.h>

#include "base/err.h"

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
// Does the name stand for a file (it is there, or is "-", or looks like one)? Otherwise it is an id.
bool alerts_is_file(const char *name);
