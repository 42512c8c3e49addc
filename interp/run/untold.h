// Inside run/ only: steps of which a run that was killed had not come to tell.
#pragma once

struct run;

// Tells of every step that the run would have told by its end, and starts none. `failed` is the path of the
// step that ended it, and `why` it failed.
void untold_tell(struct run *run, const char *failed, const char *why);
