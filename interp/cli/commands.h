// The functions behind the commands, one file cmd_*.c for each family. Each returns the exit status.
#pragma once

struct cli;

#define X(words, arguments, summary, function, help) int function(struct cli *cli);
#include "cli/commands.def"
#undef X
