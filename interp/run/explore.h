// Inside run/ only: trying each way.
#pragma once
#include "run/run.h"

void explore_after(struct run *run); // forks a finished run; may start others
