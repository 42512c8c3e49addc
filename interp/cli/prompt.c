// Asks on the terminal. Not for what is asked, or what follows from it: that is run/. Invariant: an answer is
// one of the choices, word for word or by its number, an approval a yes or no; all else leaves it open.
#include "cli/prompt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
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

// One line without its end. False at the end of input or when a signal came.
static bool read_line(char line[LINE_MAX_KEPT])
{
    size_t length = 0;
    for (;;) {
        char c;
        ssize_t got = read(STDIN_FILENO, &c, 1);
        if (got < 0 && errno == EINTR && *interrupt_flag() == 0)
            continue;
        if (got <= 0)
            return false;
        if (c == '\n')
            break;
        if (length + 1 < LINE_MAX_KEPT)
            line[length++] = c;
    }
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\r'))
        length--;
    line[length] = '\0';
    return true;
}

static void put(struct cli *cli, enum wrap_style style, const char *raw)
{
    struct text out = text_new(cli->arena);
    struct wrap wrap = wrap_new(&out, cli->messages.width, cli->messages.colour);
    wrap_line(&wrap, 2, style, raw);
    cli_mutter(&out);
}

static void put_mark(struct cli *cli, const char *mark)
{
    struct text out = text_new(cli->arena);
    text_addf(&out, "  %s ", mark);
    cli_mutter(&out);
}

static const char *answer(void *context, const struct run_question *question)
{
    struct cli *cli = context;
    put(cli, WRAP_BOLD, question->text);
    for (size_t i = 0; question->choices[i] != NULL; i++)
        put(cli, WRAP_PLAIN, arena_printf(cli->arena, "%zu  %s", i + 1, question->choices[i]));
    if (question->otherwise != NULL)
        put(cli, WRAP_DIM,
            arena_printf(cli->arena, "(empty line: left open; %s is assumed when nobody answers)",
                         question->otherwise));
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        char line[LINE_MAX_KEPT];
        put_mark(cli, "answer:");
        if (!read_line(line) || line[0] == '\0')
            return NULL;
        for (size_t i = 0; question->choices[i] != NULL; i++)
            if (text_same(line, question->choices[i]) ||
                strcmp(line, arena_printf(cli->arena, "%zu", i + 1)) == 0)
                return question->choices[i];
        put(cli, WRAP_YELLOW, "That is none of the choices: type one of them, or its number.");
    }
    return NULL;
}

bool prompt_yes(struct cli *cli, const char *question)
{
    char line[LINE_MAX_KEPT];
    put(cli, WRAP_BOLD, question);
    put_mark(cli, "yes or no:");
    return read_line(line) && (text_same(line, "yes") || text_same(line, "y"));
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
        put_mark(cli, "yes or no:");
        if (!read_line(line) || line[0] == '\0')
            break;
        if (text_same(line, "yes") || text_same(line, "y"))
            return CONSENT_GIVEN;
        if (text_same(line, "no") || text_same(line, "n"))
            return CONSENT_REFUSED;
        put(cli, WRAP_YELLOW, "Type yes or no.");
    }
    return CONSENT_OPEN;
}

struct run_person prompt_person(struct cli *cli)
{
    return (struct run_person){.context = cli, .answer = answer, .approve = approve};
}
