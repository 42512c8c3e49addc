// What the commands about the trail share: the key that is trusted, and reading with it.
#include "cli/audit.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "cli/cli.h"

enum { MAX_KEY_FILE = 1024, DAY = sizeof "2026-11-25" - 1, DAY_MS = 24 * 60 * 60 * 1000 };

bool audit_read_key(struct cli *cli, const char **vkey, struct err *err)
{
    const char *text = *vkey;
    size_t length;
    if (strchr(text, '+') == NULL && file_exists(text) &&
        (text = file_read(cli->arena, text, MAX_KEY_FILE, &length, err)) == NULL)
        return false;
    if (strchr(text, '+') == NULL) {
        err_set(err, E_MISSING, "%s is neither a verifier key (name+hash+base64) nor a file that holds one",
                *vkey);
        err_hint(err, "`playbook audit key` prints one");
        return false;
    }
    *vkey = arena_strndup(cli->arena, text, strcspn(text, "\r\n"));
    return true;
}

bool audit_key_option(struct cli *cli, const char **vkey, struct err *err)
{
    *vkey = options_value(&cli->options, OPT_KEY);
    return *vkey == NULL || audit_read_key(cli, vkey, err);
}

static bool read_time(struct cli *cli, enum option option, int64_t *time, struct err *err)
{
    const char *text = options_value(&cli->options, option);
    if (text == NULL)
        return true;
    if (!clock_parse(text, time))
        return err_set(err, E_USAGE, "%s is no time; 2026-11-25 and 2026-11-25T14:00:00Z are", text);
    if (option == OPT_TO && strlen(text) == DAY) // to its end
        *time += DAY_MS - 1;
    return true;
}

bool audit_time_options(struct cli *cli, int64_t *from, int64_t *to, struct err *err)
{
    if (!read_time(cli, OPT_FROM, from, err) || !read_time(cli, OPT_TO, to, err))
        return false;
    return *from <= *to ||
           err_set(err, E_USAGE, "--from %s is later than --to %s", options_value(&cli->options, OPT_FROM),
                   options_value(&cli->options, OPT_TO));
}

bool audit_verify(struct cli *cli, verify_reader *each, void *context, struct verify_report *report,
                  struct err *err)
{
    struct verify_config config = {.state = cli->state,
                                   .since = options_values(&cli->options, OPT_SINCE),
                                   .config_dir = cli->config,
                                   .lines_only = each != NULL,
                                   .each = each,
                                   .context = context};
    if (!audit_key_option(cli, &config.vkey, err) || !verify_trail(cli->arena, &config, report, err))
        return false;
    if (report->verdict < VERIFY_TAMPERED)
        return true;
    const char *why = "";
    for (size_t i = report->count; i-- > 0;)
        if (report->findings[i].verdict == VERIFY_TAMPERED)
            why = report->findings[i].text;
    err_set(err, E_TAMPERED, "the trail does not verify: %s", why);
    err_hint(err, report->vkey == NULL && report->count == 1
                      ? "--key VKEY|FILE names the key to trust, from where it was recorded"
                      : "playbook audit verify tells more");
    return false;
}

const char *audit_approver_key(struct cli *cli)
{
    return arena_printf(cli->arena, "%s/approver.key", cli->config);
}
