// Inside run/ only: what a run may speak to, and whether its alert may start it.
#pragma once
#include "run/run.h"

void admit_gate(struct run *run);  // makes the gate
bool admit_alert(struct run *run); // false: the run has failed, or is refused
