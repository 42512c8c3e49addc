// What the commands about the trail share.
#pragma once
#include "base/err.h"

struct cli;

// --key VKEY, or a file that holds one; *vkey NULL when it is not given.
MUST_CHECK bool audit_key_option(struct cli *cli, const char **vkey, struct err *err);
