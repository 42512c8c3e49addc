// Inside run/ only: approvals of changes.
#pragma once
#include "run/run.h"

void approve_park(struct instance *instance); // waits for an approval
void approve_settle(struct run *run);         // when nothing else can move
