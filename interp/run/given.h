// Inside run/ only: what a primitive is given, so that a run that is gone on with can tell whether it is what
// the trail says.
#pragma once
#include <stdbool.h>

struct instance;
struct value;

// "sha256:…" of a primitive's name and of what it is given, secrets masked; NULL where nobody will go on with
// the run.
const char *given_digest(struct instance *instance, const struct value *with);
// Ends the instance as the trail says it ended, or as refused, where a change was made or begun at this path
// with other parameters. False: it has to be done, also anew where something else was only looked at.
bool given_ends(struct instance *instance);
