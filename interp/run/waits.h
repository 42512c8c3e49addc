// Inside run/ only: what a run waits for.
#pragma once

struct run;

// Tells who watches the run (run/engine.h) that nothing goes on for now, and what is waited for.
void waits_tell(const struct run *run);
