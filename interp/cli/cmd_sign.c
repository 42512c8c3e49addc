// The commands sign and trust: a writer vouches for a playbook, and a machine says whose word counts. Not for
// what follows from a signature (run/signed.c, run/admit.c).
#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/audit.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "data/value.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "run/signed.h"
#include "trail/keys.h"
#include "trail/signers.h"
#include "vm/vm.h"

// --key, else the key that the operator approves with.
static bool take_key(struct cli *cli, struct note_signer *signer, struct err *err)
{
    const char *file = options_value(&cli->options, OPT_OWN_KEY), *own = audit_approver_key(cli);
    if (file == NULL && !file_exists(own)) {
        err_set(err, E_MISSING, "there is no key to sign with: %s is not there", own);
        err_hint(err, "`playbook audit key --new NAME` makes one; --key FILE names another");
        return false;
    }
    return keys_read_signer(cli->arena, file != NULL ? file : own, signer, err);
}

static bool sign(struct cli *cli, const struct playbook *playbook, struct err *err)
{
    struct note_signer signer;
    const char *file = signed_file(cli->arena, playbook);
    if (playbook->file->embedded) {
        err_set(err, E_USAGE, "%s is built in: the program vouches for it", playbook->name);
        err_hint(err, "name the file of a playbook of your own");
        return false;
    }
    if (!take_key(cli, &signer, err))
        return false;
    const char *note = signed_note(cli->arena, playbook, &signer),
               *key = note_key_text(cli->arena, &signer.key);
    crypto_wipe(signer.seed, sizeof signer.seed);
    if (!file_replace_as(file, FILE_PUBLIC, note, strlen(note), err))
        return false;
    if (!cli_json(cli)) {
        cli_say(cli, "%s: %s %s is signed by %s", file, playbook->name, playbook->version, signer.key.name);
        return true;
    }
    struct value *map = value_map(cli->arena);
    value_put_text(cli->arena, map, "playbook", playbook->name);
    value_put_text(cli->arena, map, "version", playbook->version);
    value_put_text(cli->arena, map, "signature", file);
    value_put_text(cli->arena, map, "key", key);
    cli_print_json(cli, map);
    return true;
}

int cmd_sign(struct cli *cli)
{
    struct err err = {0};
    struct err_list *errors = err_list_new(cli->arena);
    struct vm *vm = open_vm(cli, &err);
    if (vm == NULL)
        return cli_fail(cli, &err);
    const struct playbook *playbook = open_playbook(cli, vm, cli->options.arguments[0], errors);
    int status = playbook == NULL            ? cli_fail_all(cli, errors)
                 : sign(cli, playbook, &err) ? 0
                                             : cli_fail(cli, &err);
    vm_close(vm);
    return status;
}

static bool list(struct cli *cli, struct err *err)
{
    struct signers signers;
    struct value *rows = value_list(cli->arena);
    struct text out = text_new(cli->arena);
    if (!signers_load(cli->arena, cli->config, &signers, err))
        return false;
    for (size_t i = 0; i < signers.count; i++) {
        struct value *row = value_map(cli->arena);
        const struct note_key *key = &signers.keys[i];
        value_put_text(cli->arena, row, "name", key->name);
        value_put_text(cli->arena, row, "key", note_key_text(cli->arena, key));
        value_put_text(cli->arena, row, "file", signers_file(cli->arena, cli->config, key->name));
        value_append(cli->arena, rows, row);
        text_addf(&out, "%s\n", note_key_text(cli->arena, key)); // to be copied: not wrapped
    }
    if (cli_json(cli))
        cli_print_json(cli, rows);
    else if (signers.count > 0)
        cli_print(&out);
    else
        cli_say(cli, "No key is trusted: only playbooks that are built in are vouched for.");
    return true;
}

// `text`: a verifier key, or a file that holds one.
static bool add(struct cli *cli, const char *text, struct err *err)
{
    struct note_key key;
    const char *vkey = text;
    if (!audit_read_key(cli, &vkey, err) || !note_parse_key(cli->arena, vkey, &key, err) ||
        !signers_add(cli->arena, cli->config, &key, err))
        return false;
    if (!cli_json(cli)) {
        cli_say(cli, "%s is trusted: playbooks that it signs are vouched for.", key.name);
        return true;
    }
    return list(cli, err);
}

static bool take_away(struct cli *cli, const char *name, struct err *err)
{
    if (!signers_remove(cli->arena, cli->config, name, err))
        return false;
    if (!cli_json(cli)) {
        cli_say(cli, "%s is not trusted any more.", name);
        return true;
    }
    return list(cli, err);
}

int cmd_trust(struct cli *cli)
{
    struct err err = {0};
    const char *text = cli->options.arguments[0], *name = options_value(&cli->options, OPT_REMOVE);
    if (text != NULL && name != NULL)
        err_set(&err, E_USAGE, "trust takes a key to trust, or --remove with a name");
    bool ok = err.code == E_NONE && (name != NULL   ? take_away(cli, name, &err)
                                     : text != NULL ? add(cli, text, &err)
                                                    : list(cli, &err));
    return ok ? 0 : cli_fail(cli, &err);
}
