// Asks on the terminal. Not for what is asked, or what follows from it: that is run/. Invariant: an answer is
// one of the choices, word for word or by its number, an approval a yes or no, typed after it was asked for;
// all else leaves it open.
#include "cli/prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/interrupt.h"
#include "data/value.h"
#include "report/plan.h"
#include "report/view.h"
#include "report/wrap.h"
#include "run/engine.h"

enum { LINE_MAX_KEPT = 256, ATTEMPTS = 3 };

bool prompt_possible(const struct cli *cli)
{
    return !cli_json(cli) && env_is_terminal(STDIN_FILENO) && env_is_terminal(STDERR_FILENO);
}

// What was typed at a prompt.
enum typed {
    TYPED_WORDS,
    TYPED_NOTHING,  // an empty line
    TYPED_NONSENSE, // longer than any answer, or with characters that no key is labelled with
    TYPED_END,      // of input, or a signal came
};

// One byte, or false at the end of input or when a signal came. Signals are let in only while it waits: one
// that came just before would else not be noticed until the next key.
static bool read_byte(char *c)
{
    sigset_t held, usual;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGUSR1);
    sigprocmask(SIG_BLOCK, &held, &usual);
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
    int ready = 0;
    while (ready <= 0 && *interrupt_flag() == 0 && *interrupt_asked() == 0 && (ready == 0 || errno == EINTR))
        ready = ppoll(&fd, 1, NULL, &usual);
    sigprocmask(SIG_SETMASK, &usual, NULL);
    return ready > 0 && read(STDIN_FILENO, c, 1) == 1;
}

// One line without its end and the blanks around it.
static enum typed read_line(char line[LINE_MAX_KEPT])
{
    size_t length = 0;
    bool nonsense = false;
    for (;;) {
        char c;
        if (!read_byte(&c))
            return TYPED_END;
        if (c == '\n')
            break;
        if (length == 0 && (c == ' ' || c == '\t'))
            continue;
        nonsense = nonsense || c == '\0' || length + 1 == LINE_MAX_KEPT;
        if (!nonsense)
            line[length++] = c;
    }
    while (length > 0 && strchr(" \t\r", line[length - 1]) != NULL)
        length--;
    line[length] = '\0';
    return nonsense ? TYPED_NONSENSE : length == 0 ? TYPED_NOTHING : TYPED_WORDS;
}

static void put(struct cli *cli, enum wrap_style style, const char *raw)
{
    struct text out = text_new(cli->arena);
    struct wrap wrap = wrap_new(&out, cli->messages.width, cli->messages.colour);
    wrap_line(&wrap, 2, style, raw);
    cli_mutter(&out);
}

// Asks for one line. What was typed before this stood there is thrown away: it was not meant for it.
static enum typed ask_line(struct cli *cli, const char *mark, char line[LINE_MAX_KEPT])
{
    struct text out = text_new(cli->arena);
    text_addf(&out, "  %s ", mark);
    tcflush(STDIN_FILENO, TCIFLUSH);
    cli_mutter(&out);
    enum typed typed = read_line(line);
    if (typed == TYPED_END) { // the cursor still stands behind the mark
        struct text end = text_new(cli->arena);
        text_addc(&end, '\n');
        cli_mutter(&end);
    }
    return typed;
}

// The choice that a line means: its very words, else without case, else its number. NULL: none.
static const char *chosen(const char *const *choices, const char *line)
{
    for (size_t i = 0; choices[i] != NULL; i++)
        if (strcmp(choices[i], line) == 0)
            return choices[i];
    for (size_t i = 0; choices[i] != NULL; i++)
        if (text_same(choices[i], line))
            return choices[i];
    char *end;
    unsigned long number = line[0] >= '1' && line[0] <= '9' ? strtoul(line, &end, 10) : 0;
    for (size_t i = 0; number > 0 && *end == '\0' && choices[i] != NULL; i++)
        if (number == i + 1)
            return choices[i];
    return NULL;
}

static const char *answer(void *context, const struct run_question *question)
{
    struct cli *cli = context;
    struct text space = text_new(cli->arena); // from the steps above it
    text_addc(&space, '\n');
    cli_mutter(&space);
    put(cli, WRAP_BOLD, question->text);
    for (size_t i = 0; question->choices[i] != NULL; i++)
        put(cli, WRAP_PLAIN, arena_printf(cli->arena, "%zu  %s", i + 1, question->choices[i]));
    if (question->otherwise != NULL)
        put(cli, WRAP_DIM,
            arena_printf(cli->arena, "(empty line: left open; %s is assumed when nobody answers)",
                         question->otherwise));
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        char line[LINE_MAX_KEPT];
        enum typed typed = ask_line(cli, "answer:", line);
        if (typed == TYPED_END || typed == TYPED_NOTHING)
            return NULL;
        const char *choice = typed == TYPED_WORDS ? chosen(question->choices, line) : NULL;
        if (choice != NULL)
            return choice;
        put(cli, WRAP_YELLOW, "That is none of the choices: type one of them, or its number.");
    }
    put(cli, WRAP_YELLOW, "It is left open.");
    return NULL;
}

// The word, or its first letter.
static bool says(const char *line, const char *word)
{
    return text_same(line, word) || (line[1] == '\0' && text_starts_nocase(word, line));
}

bool prompt_yes(struct cli *cli, const char *question)
{
    char line[LINE_MAX_KEPT];
    put(cli, WRAP_BOLD, question);
    return ask_line(cli, "yes or no:", line) == TYPED_WORDS && says(line, "yes");
}

// The changes as a plan shows them: from what to what, whether they can be undone, what would be sent.
static void put_changes(struct cli *cli, const struct value *changes)
{
    static const char *const planned[] = {"planned", NULL};
    struct view *view = view_new(cli->arena);
    for (size_t i = 0; i < value_count(changes); i++)
        view_take(view, "effect.planned", value_item(changes, i));
    struct text out = text_new(cli->arena);
    struct wrap wrap = wrap_new(&out, cli->messages.width, cli->messages.colour);
    wrap_blank(&wrap);
    plan_print(&wrap, &cli->messages, view, planned);
    cli_mutter(&out);
}

// Neither is taken from a slip of the keyboard: both are recorded as somebody's word.
static enum run_consent approve(void *context, const struct run_approval *approval)
{
    struct cli *cli = context;
    size_t count = value_count(approval->changes);
    put_changes(cli, approval->changes);
    put(cli, WRAP_BOLD, count == 1 ? "Approve this change?" : "Approve these changes?");
    put(cli, WRAP_DIM, "(empty line: left open; the run waits for it)");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        char line[LINE_MAX_KEPT];
        enum typed typed = ask_line(cli, "yes or no:", line);
        if (typed == TYPED_END || typed == TYPED_NOTHING)
            return CONSENT_OPEN;
        if (typed == TYPED_WORDS && says(line, "yes"))
            return CONSENT_GIVEN;
        if (typed == TYPED_WORDS && says(line, "no"))
            return CONSENT_REFUSED;
        put(cli, WRAP_YELLOW, "Type yes or no.");
    }
    put(cli, WRAP_YELLOW, "It is left open.");
    return CONSENT_OPEN;
}

struct run_person prompt_person(struct cli *cli)
{
    return (struct run_person){.context = cli, .answer = answer, .approve = approve};
}
