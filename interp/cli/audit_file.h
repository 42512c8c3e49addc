// audit verify FILE: a run that was handed over, or a proof and its entry, without the trail.
#pragma once

struct cli;

int audit_file(struct cli *cli); // the exit status
