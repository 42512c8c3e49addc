// Inside run/ only: may this alert start this run?
#pragma once
#include "run/run.h"

bool admit_alert(struct run *run); // false: the run has failed, or is refused
