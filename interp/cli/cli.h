// What every command has at hand: the command line, the folders, the catalogue, and the way to the screen.
#pragma once
#include <stdbool.h>

#include "base/err.h"
#include "cli/options.h"
#include "report/screen.h"

struct catalog;
struct procedure;
struct text;
struct value;

struct cli {
    struct arena *arena; // the program's
    struct options options;
    const char *state;  // folder of trail, keys and lab
    const char *config; // folder of profiles and trusted keys
    struct catalog *catalog;
    struct screen out, messages;       // for standard output and standard error
    const struct procedure *procedure; // of the playbook that runs: its clauses in words; NULL: none
    char *const *words;                // the command line, without the program's name
    const char *program;               // how the program is called: what commands on screen begin with
    const char *shown_file, *shown;    // on disk, whose lines were shown last, and what stands in it
};

// The whole program: returns the exit status.
int cli_main(int argc, char **argv);

// Prints text as it is; `out` may be a terminal.
void cli_print(const struct text *text);  // standard output
void cli_mutter(const struct text *text); // standard error
// Prints a value as JSON on one line.
void cli_print_json(struct cli *cli, const struct value *value);
// Prints one line, wrapped.
void cli_say(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Prints an error (or all of a list) where it belongs: standard error for people; with --json an object with
// `diagnostics` on standard output. Returns the exit status.
int cli_fail(struct cli *cli, const struct err *err);
int cli_fail_all(struct cli *cli, const struct err_list *list);
// The list as `diagnostics` of an object.
const struct value *cli_diagnostics(struct arena *arena, const struct err_list *list);
bool cli_json(const struct cli *cli);
