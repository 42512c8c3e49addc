// The command line against two tables: commands.def and options.def. Help and manual page come from the same
// tables.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct cli;

enum option {
#define X(option, name, argument, commands, help) option,
#include "cli/options.def"
#undef X
    OPTION_COUNT
};

struct command {
    const char *words, *arguments, *summary;
    int (*run)(struct cli *cli); // returns the exit status
    const char *help;
};
struct option_row {
    const char *name, *argument, *commands, *help;
};

struct options {
    const struct command *command; // NULL: none was given
    const char **arguments;        // NULL-terminated
    size_t argument_count;
    const char **values[OPTION_COUNT]; // NULL-terminated; NULL: not given. Options without argument have ""
};

// Fills *options; false with E_USAGE and a suggestion. `words`: the arguments after the program's name,
// NULL-terminated.
MUST_CHECK bool options_parse(struct arena *arena, char *const *words, struct options *options,
                              struct err *err);
bool options_has(const struct options *options, enum option option);
const char *options_value(const struct options *options, enum option option);         // NULL: not given
const char *const *options_values(const struct options *options, enum option option); // never NULL
// A whole number from 0 to `most` into *number, which stays as it is when the option is not given.
MUST_CHECK bool options_number(const struct options *options, enum option option, long most, long *number,
                               struct err *err);

// The tables, for help: `commands` ends with words NULL.
extern const struct command options_commands[];
const struct option_row *options_row(enum option option);
bool options_applies(enum option option, const struct command *command);
bool options_is_first(enum option option);                     // of the rows of its name
const struct command *options_find_command(const char *words); // NULL: none
