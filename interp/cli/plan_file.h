// The file of a saved plan: `run --dry-run --plan-out FILE` writes it, `apply FILE` reads it.
#pragma once
#include "base/err.h"

struct cli;
struct run;
struct run_request;
struct session;
struct value;

// What the rehearsal would change, with all that a live run needs to do the same.
MUST_CHECK bool plan_file_write(struct session *session, const struct run_request *request,
                                const struct run *run, const char *file, struct err *err);
// The object in the file; NULL with err filled where it is no plan of this program.
MUST_CHECK const struct value *plan_file_read(struct cli *cli, const char *file, struct err *err);
