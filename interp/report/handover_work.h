// Inside report/: the parts of a document about what was decided, changed and carried out (handover.h).
#pragma once

struct handover;
struct text;

void handover_work_people(struct text *out, const struct handover *handover);
void handover_work_open(struct text *out, const struct handover *handover); // what needs a person
void handover_work_changes(struct text *out, const struct handover *handover);
void handover_work_clauses(struct text *out, const struct handover *handover);
