// `resume --due`: whatever is due.
#pragma once

struct cli;

int cmd_due(struct cli *cli); // returns the exit status
