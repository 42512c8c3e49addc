// Who has a folder of alerts of all kinds runs each playbook that answers some of them. Invariant: each alert
// that was left out is counted once, beside what answers it.
#include "cli/unanswered.h"

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/inputs.h"
#include "cli/open.h"
#include "cli/session.h"
#include "data/value.h"
#include "playbook/playbook.h"
#include "report/shell.h"

bool unanswered_is(struct arena *arena, const struct playbook *playbook, const struct value *alert)
{
    return playbook->alerts[0] != NULL && inputs_announced(arena, alert) == NULL &&
           !playbook_answers(playbook, value_text_at(alert, "type"), value_text_at(alert, "kind"));
}

static const char *type_of(const struct value *alert)
{
    const char *type = value_text_at(alert, "type");
    return type == NULL ? "(none)" : type;
}

void unanswered_why(const struct playbook *playbook, const struct value *alert, struct err *err)
{
    *err = (struct err){0};
    err_set(err, E_ALERT, "%s does not answer alerts of type %s", playbook->name, type_of(alert));
    err_hint(err, "`playbook list` shows what each playbook answers");
}

// The same command with another playbook. Parameters and answers are this one's.
static const char *const *command_of(struct cli *cli, const char *name)
{
    size_t count = 4, used = 0;
    for (int i = 0; i < OPTION_COUNT; i++)
        for (const char *const *value = options_values(&cli->options, (enum option)i); *value != NULL;
             value++)
            count += 2;
    const char **words = ARENA_ARRAY(cli->arena, const char *, count);
    words[used++] = cli->program;
    words[used++] = cli->options.command->words;
    words[used++] = name;
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = options_row((enum option)i);
        for (const char *const *value = options_values(&cli->options, (enum option)i); *value != NULL;
             value++) {
            if (i == OPT_PARAM || i == OPT_ANSWER)
                continue;
            words[used++] = arena_printf(cli->arena, "--%s", row->name);
            if (row->argument[0] != '\0')
                words[used++] = *value;
        }
    }
    return words;
}

// {"dns-alert": 14}, and of what no playbook answers {"": 2}; the first playbook that answers, where several
// do.
static const struct value *by_playbook(struct session *session, const struct value *alerts)
{
    struct arena *arena = session->cli->arena;
    struct value *counts = value_map(arena), *known = value_map(arena);
    const struct playbook *const *playbooks = open_playbooks(session->cli, session->vm);
    for (size_t i = 0; i < value_count(alerts); i++) {
        const struct value *alert = value_item(alerts, i);
        const char *type = type_of(alert), *name = value_text(value_get(known, type));
        if (name == NULL) {
            name = open_answering(arena, playbooks, alert)[0];
            name = name == NULL ? "" : name;
            value_put_text(arena, known, type, name);
        }
        const struct value *before = value_get(counts, name);
        value_put(arena, counts, name, value_int(arena, before == NULL ? 1 : before->integer + 1));
    }
    return counts;
}

void unanswered_tell(struct session *session, const struct playbook *playbook, const struct value *alerts,
                     size_t of)
{
    struct cli *cli = session->cli;
    struct text text = text_new(cli->arena);
    size_t count = value_count(alerts);
    if (count == 0 || cli_json(cli))
        return;
    text_addf(&text, "%zu of %zu alerts %s not for %s:\n", count, of, count == 1 ? "is" : "are",
              playbook->name);
    const struct value *counts = by_playbook(session, alerts);
    for (size_t i = 0; i < counts->count; i++) {
        const char *name = counts->fields[i].key;
        long long number = (long long)counts->fields[i].value->integer;
        text_addf(&text, "%lld for %s\n", number, *name == '\0' ? "no playbook" : name);
        if (*name != '\0')
            shell_add_command(&text, command_of(cli, name), 2, cli->messages.width);
    }
    cli_mutter(&text);
}
