// Inside run/ only: steps of which a run that was killed had not come to tell.
#pragma once
#include <stdint.h>

struct run;

// Tells of every step that the run would have told by its end, and starts none. `failed` is the path of the
// step that ended it, and `why` it failed; `since` the number of the record with which it had begun, or had
// been gone on with, when that happened.
void untold_tell(struct run *run, const char *failed, const char *why, int64_t since);
