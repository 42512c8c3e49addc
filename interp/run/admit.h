// Inside run/ only: what a run may speak to, and whether its playbook and its alert may start it.
#pragma once
#include "run/run.h"

void admit_gate(struct run *run); // makes the gate
// False: the run has failed, or is refused. Whether somebody vouches for the playbook, where the policy wants
// that; whether the alert may start it.
bool admit_playbook(struct run *run);
bool admit_alert(struct run *run);
