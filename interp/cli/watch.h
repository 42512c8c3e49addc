// Watches one run: shows progress to people, and at the end the result.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/screen.h"

struct arena;
struct cli;
struct progress;
struct procedure;
struct run_request;
struct session;
struct value;
struct view;

struct watch {
    struct cli *cli;
    struct arena *arena; // of what is shown
    struct screen screen;
    struct view *view;                 // the run's
    const struct session *session;     // whose trail tells of other runs for the alert; NULL: not told
    const struct run_request *request; // what began it or goes on with it, where a next step is offered
    struct progress *progress;         // NULL: nothing is shown on the way
    bool told;                         // something was shown on the way
    int64_t heard_ns,
        patience_s;   // when something last happened, and how long nothing may before that is said
    bool catching_up; // a run that is gone on with tells first what it had told: nothing is shown of that
    bool approvals;   // the policy wants approvals, and lets --approve-all stand for them: that is offered
};
// The options of this command that every command about its run takes: where trail and library are, and as
// whom to act. NULL-terminated.
const char *const *watch_common(struct cli *cli);
// A command with these behind its first words. NULL-terminated.
const char *const *watch_command(struct cli *cli, const char *const *begin, size_t begin_count);
// Its clauses are those of `procedure`, which may be NULL, from now on. `quiet`: nothing is shown on the way
// (--json, --all).
void watch_begin(struct watch *watch, struct cli *cli, struct arena *arena, const struct procedure *procedure,
                 bool quiet);
// The sink of a run (run/engine.h); its context is the watch.
void watch_record(void *context, const char *type, const struct value *members);
// What a run waits for (run/engine.h): told after ten seconds in which nothing happened, then ever more
// seldom.
void watch_waits(void *context, const char *path, const char *what);
// Shows the result to people; `offer`: with the command for the next step.
void watch_show(struct watch *watch, bool offer);
// Prints the run object on one line.
void watch_print_json(struct watch *watch);
