// Everything that runs need, opened together and closed in the right order: lab, transport, sign-in, trail,
// engine.
#pragma once

#include "base/err.h"
#include "cli/settings.h"

struct cli;
struct engine;
struct http;
struct lab;
struct token_store;
struct trail;
struct value;
struct vm;

struct session {
    struct cli *cli;
    struct settings settings;
    struct lab *lab;            // NULL: a real profile
    const char *estate, *fault; // of the lab, set before it is reached (lab/lab.h); NULL: the built-in, none
    struct vm *vm;
    struct http *http;
    struct token_store *tokens;
    struct trail *trail;
    struct engine *engine;
};
// Loads the settings and opens the Lua machine: what checking needs. Close it also when it failed.
MUST_CHECK bool session_open(struct cli *cli, struct session *session, struct err *err);
// Opens the lab (or the way to the real estate) and the sign-in, and nothing that is written to: what reading
// needs.
MUST_CHECK bool session_reach(struct session *session, struct err *err);
// Opens the rest: from here on there is a lab, a trail, and a way out.
MUST_CHECK bool session_connect(struct session *session, struct err *err);
// The trail alone, once: what needs no estate.
MUST_CHECK bool session_open_trail(struct session *session, struct err *err);
// Opens what a replay needs: the trail and an engine, and no way out.
MUST_CHECK bool session_look_back(struct session *session, struct err *err);
// Was the run that this run.started tells of begun under this profile, in its tenant?
MUST_CHECK bool session_is_of(const struct session *session, const struct value *started, struct err *err);
void session_close(struct session *session);
// A command's work in a session of its own; `more`: what it needs opened first (session_connect,
// session_open_trail), or NULL.
int session_run(struct cli *cli, bool (*more)(struct session *session, struct err *err),
                int (*work)(struct session *session));
// STATE/lab
const char *session_lab_dir(struct cli *cli);
