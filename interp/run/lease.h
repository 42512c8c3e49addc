// Inside run/ only: steps whose changes last for a time.
#pragma once

struct instance;

// Has the instance, or what is part of it, changed something that its lease will end? Then that is recorded,
// once.
void lease_begin(struct instance *instance);
// How long what the instance changes lasts, by the innermost lease around it; NULL: for good.
const char *lease_of(const struct instance *instance);
