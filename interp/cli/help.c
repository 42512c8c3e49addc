// Writes help. Invariant: nothing is described here that is not in a table, except exit statuses and
// environment.
#include "cli/help.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/options.h"
#include "report/wrap.h"

// X(status, when)
#define EXIT_STATUSES                                                                                        \
    X("0", "done, or nothing to do")                                                                         \
    X("1", "the run failed, or memory ran out")                                                              \
    X("2", "the command line, a playbook or an alert cannot be understood")                                  \
    X("3", "waiting for a person")                                                                           \
    X("4", "the audit found a clause missing")                                                               \
    X("5", "the trail does not verify")                                                                      \
    X("6", "refused by policy or gate")                                                                      \
    X("7", "the estate cannot be reached, or does not let us in")                                            \
    X("8", "the trail cannot be written; nothing was sent since")                                            \
    X("70", "a bug in this program")                                                                         \
    X("128+n", "ended by signal n")

// X(variable, meaning)
#define VARIABLES                                                                                            \
    X("PLAYBOOK_STATE", "STATE, the folder of trail, keys and lab, where --state is not given; where this "  \
                        "is not either, $XDG_STATE_HOME/playbook, else ~/.local/state/playbook")             \
    X("PLAYBOOK_CONFIG", "CONFIG, the folder of profiles, policies and trusted keys; else "                  \
                         "$XDG_CONFIG_HOME/playbook, else ~/.config/playbook")                               \
    X("PLAYBOOK_USER", "who is at the keyboard, as the trail shall name them")                               \
    X("NO_COLOR", "when set: no colour")

struct pair {
    const char *name, *text;
};
static const struct pair statuses[] = {
#define X(name, text) {name, text},
    EXIT_STATUSES
#undef X
};
static const struct pair variables[] = {
#define X(name, text) {name, text},
    VARIABLES
#undef X
};

static const char about[] = "A playbook is a response procedure for security alerts, written once. This "
                            "program runs it: first as a dry-run that "
                            "reads the real estate and cannot change it, then for real, and as an audit. "
                            "Without any configuration everything "
                            "happens in the lab, a simulated Azure estate inside this program.";

static void row(struct wrap *wrap, int column, const char *name, const char *text)
{
    wrap_begin(wrap, 2, column);
    wrap_put(wrap, WRAP_BOLD, name);
    if (wrap_width(name) + 2 >= column) {
        wrap_end(wrap);
        wrap_begin(wrap, column, column);
    } else {
        wrap_tab(wrap, column);
    }
    wrap_put(wrap, WRAP_PLAIN, text);
    wrap_end(wrap);
}

static const char *option_name(struct arena *arena, enum option option)
{
    const struct option_row *of = options_row(option);
    return of->argument[0] == '\0' ? arena_printf(arena, "--%s", of->name)
                                   : arena_printf(arena, "--%s %s", of->name, of->argument);
}

static void print_options(struct wrap *wrap, const struct command *command, bool general)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        bool every = strcmp(options_row((enum option)i)->commands, "*") == 0;
        if (every == general && options_applies((enum option)i, command))
            row(wrap, 24, option_name(wrap->out->arena, (enum option)i), options_row((enum option)i)->help);
    }
}

void help_all(struct text *out, int width)
{
    struct wrap wrap = wrap_new(out, width, false);
    wrap_line(&wrap, 0, WRAP_PLAIN, "usage: playbook COMMAND [ARGUMENT...] [OPTION...]");
    wrap_blank(&wrap);
    wrap_line(&wrap, 0, WRAP_PLAIN, about);
    wrap_blank(&wrap);
    int widest = 0;
    for (const struct command *command = options_commands; command->words != NULL; command++)
        widest = wrap_width(command->words) > widest ? wrap_width(command->words) : widest;
    for (const struct command *command = options_commands; command->words != NULL; command++)
        row(&wrap, 2 + widest + 2, command->words, command->summary);
    wrap_blank(&wrap);
    wrap_line(&wrap, 0, WRAP_PLAIN, "Options of every command, before or after its name:");
    print_options(&wrap, NULL, true);
    wrap_blank(&wrap);
    wrap_line(&wrap, 0, WRAP_PLAIN, "Start with: playbook run keyvault-alert --dry-run");
    wrap_line(&wrap, 0, WRAP_PLAIN, "playbook help COMMAND explains a command.");
    wrap_line(&wrap, 0, WRAP_PLAIN, "playbook help language explains how a playbook is written.");
}

static void print_command(struct wrap *wrap, const struct command *command)
{
    wrap_begin(wrap, 0, 7);
    wrap_put(wrap, WRAP_PLAIN, "usage: playbook ");
    wrap_put(wrap, WRAP_PLAIN, command->words);
    wrap_put(wrap, WRAP_PLAIN, " ");
    wrap_put(wrap, WRAP_PLAIN, command->arguments);
    wrap_put(wrap, WRAP_PLAIN, " [OPTION...]");
    wrap_end(wrap);
    wrap_blank(wrap);
    wrap_line(wrap, 0, WRAP_PLAIN, arena_printf(wrap->out->arena, "%s.", command->summary));
    wrap_line(wrap, 0, WRAP_PLAIN, command->help);
    bool own = false;
    for (int i = 0; i < OPTION_COUNT; i++)
        own = own || (strcmp(options_row((enum option)i)->commands, "*") != 0 &&
                      options_applies((enum option)i, command));
    wrap_blank(wrap);
    if (own) {
        print_options(wrap, command, false);
        wrap_blank(wrap);
    }
}

bool help_commands(struct text *out, int width, const char *words)
{
    struct wrap wrap = wrap_new(out, width, false);
    size_t before = out->length, length = strlen(words);
    for (const struct command *command = options_commands; command->words != NULL; command++)
        if (text_starts(command->words, words) &&
            (command->words[length] == ' ' || command->words[length] == '\0'))
            print_command(&wrap, command);
    if (out->length == before)
        return false;
    wrap_line(&wrap, 0, WRAP_PLAIN, "Options of every command:");
    print_options(&wrap, NULL, true);
    return true;
}

// troff: a backslash, and a dot or quote at the start of a line, mean something; a hyphen must be said to be
// one.
static void add_troff(struct text *out, const char *raw)
{
    if (raw[0] == '.' || raw[0] == '\'')
        text_add(out, "\\&");
    for (; *raw != '\0'; raw++)
        if (*raw == '\\')
            text_add(out, "\\e");
        else if (*raw == '-')
            text_add(out, "\\-");
        else if (*raw == '`')
            text_add(out, "\\(ga");
        else
            text_addc(out, *raw);
}

static void man_item(struct text *out, const char *name, const char *text)
{
    text_add(out, ".TP\n.B ");
    add_troff(out, name);
    text_addc(out, '\n');
    add_troff(out, text);
    text_addc(out, '\n');
}

static void man_options(struct text *out, const struct command *command, bool general)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        bool every = strcmp(options_row((enum option)i)->commands, "*") == 0;
        if (every == general && options_applies((enum option)i, command))
            man_item(out, option_name(out->arena, (enum option)i), options_row((enum option)i)->help);
    }
}

void help_man(struct text *out)
{
    text_addf(out, ".TH PLAYBOOK 1 \"\" \"playbook %s\" \"User Commands\"\n", PLAYBOOK_VERSION);
    text_add(out, ".SH NAME\nplaybook \\- respond to security alerts by the book\n"
                  ".SH SYNOPSIS\n.B playbook\n.I COMMAND\n[\\fIARGUMENT\\fR...] [\\fIOPTION\\fR...]\n.SH "
                  "DESCRIPTION\n");
    add_troff(out, about);
    text_add(out, "\n.SH COMMANDS\n");
    for (const struct command *command = options_commands; command->words != NULL; command++) {
        text_add(out, ".SS ");
        add_troff(out, arena_printf(out->arena, "playbook %s %s", command->words, command->arguments));
        text_addc(out, '\n');
        add_troff(out, arena_printf(out->arena, "%s. %s", command->summary, command->help));
        text_addc(out, '\n');
        man_options(out, command, false);
    }
    text_add(out, ".SH OPTIONS\nEvery command takes these, before its name or after.\n");
    man_options(out, NULL, true);
    text_add(out, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        man_item(out, statuses[i].name, statuses[i].text);
    text_add(out, ".SH ENVIRONMENT\n");
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        man_item(out, variables[i].name, variables[i].text);
}
