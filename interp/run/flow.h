// Inside run/ only: groups, branches and loops.
#pragma once
#include "run/run.h"

// A step of a group's list: under the group's path, with its names.
struct instance *flow_part(struct instance *group, const struct step *step, struct instance *parent);
void flow_group(struct instance *instance, const struct step_list *list, size_t at_once);
void flow_loop(struct instance *instance, const struct value *items);
void flow_choose(struct instance *instance);
void flow_tell_parts(struct instance *instance);   // of a group that ended without starting any
bool flow_all_parked(const struct instance *loop); // nothing of it runs any more, and nothing will begin
void flow_not_reached(struct instance *instance);  // the run stopped before it began
void flow_part_parked(struct instance *part, bool parked);
void flow_part_ended(struct instance *parent, struct instance *part);
