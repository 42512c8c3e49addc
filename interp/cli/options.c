// Parses the command line. What a command means by its options is the command's own file. Invariant: a word
// of the command line is either taken for something that a table names, or refused: nothing is passed over.
#include "cli/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"
#include "cli/commands.h"

const struct command options_commands[] = {
#define X(words, arguments, summary, function, help) {words, arguments, summary, function, help},
#include "cli/commands.def"
#undef X
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct option_row rows[] = {
#define X(option, name, argument, commands, help) {name, argument, commands, help},
#include "cli/options.def"
#undef X
};

static const char *const no_values[] = {NULL};

const struct option_row *options_row(enum option option)
{
    REQUIRE(option < OPTION_COUNT);
    return &rows[option];
}

const struct command *options_find_command(const char *words)
{
    for (const struct command *command = options_commands; command->words != NULL; command++)
        if (strcmp(command->words, words) == 0)
            return command;
    return NULL;
}

bool options_applies(enum option option, const struct command *command)
{
    const char *at = rows[option].commands;
    if (strcmp(at, "*") == 0 || command == NULL)
        return true;
    size_t length = strlen(command->words);
    for (; *at != '\0'; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == length && strncmp(at, command->words, length) == 0)
            return true;
    return false;
}

// All names, and the first words of commands that have two: for suggestions.
static const char *nearest_command(struct arena *arena, const char *word)
{
    size_t count = 0;
    while (options_commands[count].words != NULL)
        count++;
    const char **names = ARENA_ARRAY(arena, const char *, 2 * count + 1);
    for (size_t i = 0; i < count; i++) {
        const char *words = options_commands[i].words;
        names[2 * i] = words;
        names[2 * i + 1] = arena_strndup(arena, words, strcspn(words, " "));
    }
    return text_nearest(word, names);
}

static bool unknown_option(const char *word, size_t length, struct err *err)
{
    const char *names[OPTION_COUNT + 1];
    for (size_t i = 0; i < OPTION_COUNT; i++)
        names[i] = rows[i].name;
    names[OPTION_COUNT] = NULL;
    char name[64];
    size_t kept = length < sizeof name - 1 ? length : sizeof name - 1;
    memcpy(name, word, kept);
    name[kept] = '\0';
    err_set(err, E_USAGE, "unknown option --%s", name);
    const char *near = text_nearest(name, names);
    if (near != NULL)
        err_hint(err, "did you mean --%s?", near);
    else
        err_hint(err, "playbook help COMMAND lists the options of a command");
    return false;
}

static bool find_option(const char *name, size_t length, enum option *option, struct err *err)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (strlen(rows[i].name) == length && strncmp(rows[i].name, name, length) == 0) {
            *option = (enum option)i;
            return true;
        }
    return unknown_option(name, length, err);
}

bool options_is_first(enum option option)
{
    return option == 0 || strcmp(rows[option - 1].name, rows[option].name) != 0;
}

// Behind the last row of a name, whose first is `option`.
static size_t end_of(enum option option)
{
    size_t end = (size_t)option + 1;
    while (end < OPTION_COUNT && !options_is_first((enum option)end))
        end++;
    return end;
}

// What the rows of a name say: arguments, or commands.
static const char *all_of(struct arena *arena, enum option first, bool commands, const char *between)
{
    struct text all = text_new(arena);
    for (size_t i = first; i < end_of(first); i++) {
        text_add(&all, i == first ? "" : between);
        if (!commands)
            text_add(&all, rows[i].argument);
        for (const char *at = rows[i].commands; commands && *at != '\0'; at++)
            text_addf(&all, *at == ',' ? "%c " : "%c", *at);
    }
    return all.ptr;
}

static bool add_value(struct arena *arena, struct options *options, enum option option, const char *value,
                      struct err *err)
{
    size_t count = 0;
    while (options->values[option] != NULL && options->values[option][count] != NULL)
        count++;
    bool repeats = text_ends(rows[option].argument, "...");
    if (count > 0 && rows[option].argument[0] != '\0' && !repeats)
        return err_set(err, E_USAGE, "--%s is given twice: %s and %s", rows[option].name,
                       options->values[option][0], value);
    options->values[option] = arena_grow(arena, options->values[option], count, count + 2, sizeof(char *));
    options->values[option][count] = value;
    options->values[option][count + 1] = NULL;
    return true;
}

// One option at words[*at], with the argument that may be the next word.
static bool take_option(struct arena *arena, char *const *words, size_t *at, struct options *options,
                        struct err *err)
{
    const char *name = words[*at] + 2, *equals = strchr(name, '=');
    size_t length = equals == NULL ? strlen(name) : (size_t)(equals - name);
    enum option option = OPTION_COUNT;
    if (!find_option(name, length, &option, err))
        return false;
    const char *wants = rows[option].argument;
    if (wants[0] == '\0') {
        if (equals != NULL)
            return err_set(err, E_USAGE, "--%s takes no value", rows[option].name);
        return add_value(arena, options, option, "", err);
    }
    const char *value = equals != NULL ? equals + 1 : words[*at + 1];
    if (value == NULL || (equals == NULL && text_starts(value, "--")) || value[0] == '\0') {
        err_set(err, E_USAGE, "--%s wants a value: %s", rows[option].name,
                all_of(arena, option, false, " or "));
        if (value != NULL && value[0] != '\0')
            err_hint(err, "if %s is meant as the value, write --%s=%s", value, rows[option].name, value);
        return false;
    }
    if (equals == NULL)
        (*at)++;
    return add_value(arena, options, option, value, err);
}

// `else_hint`: where no command is near.
static bool unknown_command(struct arena *arena, const char *word, const char *else_hint, struct err *err)
{
    err_set(err, E_USAGE, "unknown command %s", word);
    const char *near = nearest_command(arena, word);
    err_hint(err, near != NULL ? "did you mean playbook %s?" : "%s", near != NULL ? near : else_hint);
    return false;
}

// The command is the first words that are not options: one or two of them.
static bool take_command(struct arena *arena, const char **words, size_t count, size_t *used,
                         struct options *options, struct err *err)
{
    *used = 0;
    if (count == 0)
        return true;
    options->command = options_find_command(words[0]);
    *used = 1;
    if (options->command != NULL)
        return true;
    struct text seconds = text_new(arena);
    for (const struct command *command = options_commands; command->words != NULL; command++) {
        size_t length = strlen(words[0]);
        if (strncmp(command->words, words[0], length) == 0 && command->words[length] == ' ')
            text_addf(&seconds, "%s%s", seconds.length == 0 ? "" : ", ", command->words + length + 1);
    }
    if (seconds.length == 0)
        return unknown_command(arena, words[0], "playbook help lists the commands", err);
    const char *wanted = arena_printf(arena, "playbook %s wants one of: %s", words[0], seconds.ptr);
    if (count < 2)
        return err_set(err, E_USAGE, "%s", wanted);
    const char *both = arena_printf(arena, "%s %s", words[0], words[1]);
    options->command = options_find_command(both);
    *used = 2;
    return options->command != NULL || unknown_command(arena, both, wanted, err);
}

// How many words there are; those in [ ] may be left out.
static void count_words(const char *wants, size_t *least, size_t *most)
{
    *least = *most = 0;
    for (const char *at = wants; *at != '\0'; at += strspn(at, " ")) {
        ++*most;
        *least += *at != '[';
        at += *at == '[' ? strcspn(at, "]") : strcspn(at, " ");
        at += strcspn(at, " ");
    }
    if (strstr(wants, "...") != NULL)
        *most = (size_t)-1;
}

// "NAME|FILE..." at least one, "RUN STEP" exactly two, "RUN STEP..." at least two, "[NAME]" at most one, ""
// none.
static bool check_arguments(const struct options *options, struct err *err)
{
    const char *wants = options->command->arguments;
    size_t least, most;
    count_words(wants, &least, &most);
    if (options_has(options, OPT_HELP))
        return true;
    if (options->argument_count < least) {
        err_set(err, E_USAGE, "playbook %s wants %s", options->command->words, wants);
        err_hint(err, "playbook help %s explains it", options->command->words);
        return false;
    }
    if (options->argument_count <= most)
        return true;
    err_set(err, E_USAGE, "playbook %s does not take %s", options->command->words, options->arguments[most]);
    err_hint(err, "playbook help %s explains it", options->command->words);
    return false;
}

// The command tells which of the rows of a name is meant.
static bool settle_options(struct arena *arena, struct options *options, struct err *err)
{
    for (size_t first = 0, end; first < OPTION_COUNT; first = end) {
        const char **values = options->values[first];
        size_t meant = first;
        end = end_of((enum option)first);
        if (values == NULL)
            continue;
        while (meant < end && !options_applies((enum option)meant, options->command))
            meant++;
        if (meant == end) {
            err_set(err, E_USAGE, "playbook %s does not take --%s", options->command->words,
                    rows[first].name);
            err_hint(err, "--%s belongs to: %s", rows[first].name,
                     all_of(arena, (enum option)first, true, ", "));
            return false;
        }
        options->values[first] = NULL;
        options->values[meant] = values;
    }
    return true;
}

bool options_parse(struct arena *arena, char *const *words, struct options *options, struct err *err)
{
    *options = (struct options){0};
    size_t count = 0, used;
    while (words[count] != NULL)
        count++;
    const char **plain = ARENA_ARRAY(arena, const char *, count + 1);
    size_t plain_count = 0;
    bool ended = false;
    for (size_t at = 0; words[at] != NULL; at++) {
        if (ended || words[at][0] != '-' || words[at][1] == '\0')
            plain[plain_count++] = words[at];
        else if (strcmp(words[at], "--") == 0)
            ended = true;
        else if (strcmp(words[at], "-h") == 0)
            (void)add_value(arena, options, OPT_HELP, "", err);
        else if (words[at][1] != '-')
            return err_set(err, E_USAGE, "unknown option %s: options have two dashes", words[at]);
        else if (strcmp(words[at], "--version") == 0)
            plain[plain_count++] = "version";
        else if (!take_option(arena, words, &at, options, err))
            return false;
    }
    if (!take_command(arena, plain, plain_count, &used, options, err))
        return false;
    options->arguments = plain + used;
    options->argument_count = plain_count - used;
    if (options->command == NULL)
        return true;
    return settle_options(arena, options, err) && check_arguments(options, err);
}

bool options_has(const struct options *options, enum option option)
{
    return options->values[option] != NULL;
}

const char *options_value(const struct options *options, enum option option)
{
    return options->values[option] == NULL ? NULL : options->values[option][0];
}

const char *const *options_values(const struct options *options, enum option option)
{
    return options->values[option] == NULL ? no_values : options->values[option];
}

bool options_number(const struct options *options, enum option option, long most, long *number,
                    struct err *err)
{
    const char *text = options_value(options, option);
    if (text == NULL)
        return true;
    char *end;
    errno = 0;
    long read = strtol(text, &end, 10);
    if (errno != 0 || *end != '\0' || read < 0 || read > most)
        return err_set(err, E_USAGE, "--%s wants a number from 0 to %ld, not %s", rows[option].name, most,
                       text);
    *number = read;
    return true;
}
