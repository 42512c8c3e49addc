// Answers for a run that is gone on with, as the command answer and `resume --answer` take them.
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct going;

// "STEP=VALUE"… (NULL-terminated), beside those that were given before. False with err filled: the playbook
// cannot take one, or it was answered.
MUST_CHECK bool cmd_answer_take(struct going *going, const char *const *texts, struct err *err);
