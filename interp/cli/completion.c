// Writes the completion of bash from the tables of commands and options. Invariant: nothing is completed that
// is not in a table, and nothing in a table is left out.
#include "cli/completion.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/options.h"

// The function looks for the command among the words before the cursor, which are not options or their
// values.
static const char head[] =
    "# Completion of playbook for bash, as `playbook help --completion` prints it.\n"
    "_playbook() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} command= first= choices= files= names= i\n"
    "    COMPREPLY=()\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        case ${COMP_WORDS[i]} in\n";
static const char after_options[] = "            if ((i + 1 == COMP_CWORD)); then\n"
                                    "                _playbook_files \"$cur\"\n"
                                    "                return\n"
                                    "            fi\n"
                                    "            ((i++)) ;;\n"
                                    "        -*) ;;\n"
                                    "        *)\n"
                                    "            if [[ -z $command ]]; then\n"
                                    "                first=${first:+$first }${COMP_WORDS[i]}\n"
                                    "                case $first in\n";
static const char after_commands[] = "                esac\n"
                                     "            fi ;;\n"
                                     "        esac\n"
                                     "    done\n"
                                     "    case ${command:-$first} in\n";
static const char tail[] =
    "    *) return ;;\n"
    "    esac\n"
    "    if [[ $cur != -* && -n $files ]]; then\n"
    "        _playbook_files \"$cur\"\n"
    "    fi\n"
    "    if [[ $cur != -* && -n $names ]]; then\n"
    "        choices=\"$choices $(\"${COMP_WORDS[0]}\" $names 2>/dev/null | awk '/^[^ ]/ { print $1 }')\"\n"
    "    fi\n"
    "    COMPREPLY+=($(compgen -W \"$choices\" -- \"$cur\"))\n"
    "}\n"
    "_playbook_files() {\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen -f -- \"$1\")\n"
    "}\n"
    "complete -F _playbook playbook\n";

static void add_pattern(struct text *out, const char *word, bool *begun)
{
    text_addf(out, "%s%s", *begun ? "|" : "        ", word);
    *begun = true;
}

// Options of a command with their dashes; NULL: those of every command.
static void add_options(struct text *out, const struct command *command)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (command != NULL ? options_applies((enum option)i, command)
                            : strcmp(options_row((enum option)i)->commands, "*") == 0)
            text_addf(out, " --%s", options_row((enum option)i)->name);
}

// The next words after `first`, each once: "alert" and "lab" have several commands.
static void add_next_words(struct text *out, const char *first)
{
    size_t length = strlen(first);
    const char *last = "";
    for (const struct command *command = options_commands; command->words != NULL; command++) {
        if (length > 0 && (!text_starts(command->words, first) || command->words[length] != ' '))
            continue;
        const char *next = command->words + (length == 0 ? 0 : length + 1);
        char *word = arena_strndup(out->arena, next, strcspn(next, " "));
        if (strcmp(word, last) != 0)
            text_addf(out, " %s", word);
        last = word;
    }
}

// Words of which one may stand behind the command: "[playbook|run]".
static void add_choices(struct text *out, const char *arguments)
{
    if (arguments[0] != '[' || arguments[1] < 'a' || arguments[1] > 'z')
        return;
    for (const char *at = arguments + 1; *at != ']'; at += strcspn(at, "|]") + (at[strcspn(at, "|]")] == '|'))
        text_addf(out, " %.*s", (int)strcspn(at, "|]"), at);
}

static void add_command(struct text *out, const struct command *command)
{
    bool files = strstr(command->arguments, "FILE") != NULL || strstr(command->arguments, "FOLDER") != NULL;
    text_addf(out, "    '%s') choices='", command->words);
    struct text words = text_new(out->arena);
    if (strstr(command->arguments, "COMMAND") != NULL)
        add_next_words(&words, "");
    add_choices(&words, command->arguments);
    add_options(&words, command);
    text_addf(out, "%s'%s", words.ptr + (words.ptr[0] == ' '), files ? " files=yes" : "");
    // Of a playbook, where it may be a file; of what the command lists where it may be left out; else a new
    // one.
    if (strstr(command->arguments, "NAME") != NULL && (files || command->arguments[0] == '['))
        text_addf(out, " names='%s'", files ? "list" : command->words);
    text_add(out, " ;;\n");
}

// First words of commands that have two, such as "alert".
static void add_groups(struct text *out)
{
    const char *last = "";
    for (const struct command *command = options_commands; command->words != NULL; command++) {
        const char *blank = strchr(command->words, ' ');
        if (blank == NULL)
            continue;
        char *first = arena_strndup(out->arena, command->words, (size_t)(blank - command->words));
        if (strcmp(first, last) == 0)
            continue;
        struct text words = text_new(out->arena);
        add_next_words(&words, first);
        text_addf(out, "    %s) choices='%s' ;;\n", first, words.ptr + 1);
        last = first;
    }
}

void completion_bash(struct text *out)
{
    text_add(out, head);
    bool begun = false;
    for (int i = 0; i < OPTION_COUNT; i++)
        if (options_row((enum option)i)->argument[0] != '\0' && options_is_first((enum option)i))
            add_pattern(out, arena_printf(out->arena, "--%s", options_row((enum option)i)->name), &begun);
    text_add(out, ")\n");
    text_add(out, after_options);
    text_add(out, "                ");
    for (const struct command *command = options_commands; command->words != NULL; command++)
        text_addf(out, "%s'%s'", command == options_commands ? "" : "|", command->words);
    text_add(out, ") command=$first ;;\n");
    text_add(out, after_commands);
    for (const struct command *command = options_commands; command->words != NULL; command++)
        add_command(out, command);
    add_groups(out);
    struct text words = text_new(out->arena);
    add_next_words(&words, "");
    add_options(&words, NULL);
    text_addf(out, "    '') choices='%s' ;;\n", words.ptr + 1);
    text_add(out, tail);
}
