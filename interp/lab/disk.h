// Disks of the lab, for what uses them.
#pragma once

struct call;

// Whose the disk is from now on: a machine's, by its id, or nobody's (NULL). A disk that is not there stays
// so.
void disk_give(struct call *call, const char *id, const char *machine);
