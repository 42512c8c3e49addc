// What the commands about the trail share: the key that is trusted.
#include "cli/audit.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "cli/cli.h"

enum { MAX_KEY_FILE = 1024 };

bool audit_key_option(struct cli *cli, const char **vkey, struct err *err)
{
    *vkey = options_value(&cli->options, OPT_KEY);
    if (*vkey == NULL || strchr(*vkey, '+') != NULL)
        return true;
    size_t length;
    const char *text = file_read(cli->arena, *vkey, MAX_KEY_FILE, &length, err);
    if (text != NULL)
        *vkey = arena_strndup(cli->arena, text, strcspn(text, "\r\n"));
    return text != NULL;
}
