// Inside run/ only: `lua` steps.
#pragma once
#include "run/run.h"

void script_start(struct instance *instance);
void script_called_ended(struct instance *script, struct instance *called);
