// One case of a test of a playbook, run in a lab of its own.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct cli;
struct value;

// Runs the case (of test_file_read) and compares. What is not as expected is added to `errors` where it was
// written, and what keeps it from running; all of it lives as long as their arena. The state and the
// configuration of who tests are not touched. False: the playbook itself cannot be run, so that no case of it
// can.
bool test_run_case(struct cli *cli, const char *file, const char *playbook, const struct value *one,
                   struct err_list *errors);
