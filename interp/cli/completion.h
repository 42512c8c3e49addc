// Completion of the command line, for bash.
#pragma once

struct text;

void completion_bash(struct text *out);
