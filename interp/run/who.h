// Inside run/ only: who changed something since.
#pragma once

struct instance;
struct undo_effect;

// Asks the activity log who changed the instance's resource after the effect that it is to take back, then
// calls `done`: instance->changed_by is "X at T (operation)", or NULL where the log does not tell.
void who_changed(struct instance *instance, const struct undo_effect *effect,
                 void (*done)(struct instance *instance));
