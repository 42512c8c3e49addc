// Where state and configuration are.
#pragma once

struct arena;
struct options;

const char *dirs_state(struct arena *arena,
                       const struct options *options); // --state, $PLAYBOOK_STATE, XDG, ~
const char *dirs_config(struct arena *arena);          // $PLAYBOOK_CONFIG, XDG, ~
