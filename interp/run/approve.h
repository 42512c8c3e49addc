// Inside run/ only: approvals of changes.
#pragma once
#include "run/run.h"

void approve_park(struct instance *instance); // waits for an approval
void approve_settle(struct run *run);         // when nothing else can move
// Which changes an approval stands for: this one, and what is parked behind it and approved together with it.
const char *approve_digest(struct instance *first);
