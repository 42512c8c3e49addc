// The profile that a command acts under, with its register and policy: from the configuration, or the lab's
// own.
#pragma once

#include "base/err.h"

struct cli;

struct settings {
    const struct profile *profile;
    const struct register_book *book;
    const struct policy *policy;
    const struct channel *channel; // of the profile's notify; NULL: none, or its variable is not set
};
// Would it load the lab's own, in which no mistake can be?
bool settings_are_built_in(struct cli *cli);
// --profile NAME|FILE; without it `default` where the configuration has one, else the lab. Of several
// mistakes the first.
MUST_CHECK bool settings_load(struct cli *cli, struct settings *settings, struct err *err);
// The same, with every mistake of profile, register and policy.
MUST_CHECK bool settings_load_all(struct cli *cli, struct settings *settings, struct err_list *errors);
