// The command doctor: what this installation can rely on, and whether the estate lets it in. It changes
// nothing; what it sends are sign-ins and reads.
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/reader.h"
#include "cli/session.h"
#include "cli/settings.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "policy/channel.h"
#include "policy/cloud.h"
#include "policy/policy.h"
#include "policy/profile.h"
#include "policy/register.h"
#include "report/wrap.h"
#include "trail/trail.h"
#include "vm/prim.h"
#include "vm/vm.h"

// Findings: [{what, found, ok}]
struct findings {
    struct cli *cli;
    struct value *list;
    bool good;
};

static void add(struct findings *findings, const char *what, bool ok, const char *found)
{
    struct arena *arena = findings->cli->arena;
    struct value *map = value_map(arena);
    value_put_text(arena, map, "what", what);
    value_put_text(arena, map, "found", found);
    value_put(arena, map, "ok", value_bool(ok));
    value_append(arena, findings->list, map);
    findings->good = findings->good && ok;
}

// What every run writes; and where no trail was made yet, its key is recorded in the configuration.
static void find_folders(struct findings *findings)
{
    struct cli *cli = findings->cli;
    static const char *const beneath[] = {"", "/trail", "/keys", "/runs"};
    const char *closed = NULL;
    for (size_t i = 0; closed == NULL && i < sizeof beneath / sizeof *beneath; i++) {
        const char *folder = arena_printf(cli->arena, "%s%s", cli->state, beneath[i]);
        closed = folder_is_writable(cli->arena, folder) ? NULL : folder;
    }
    add(findings, "state", closed == NULL,
        closed != NULL ? arena_printf(cli->arena, "%s cannot be written by who runs this", closed)
                       : arena_printf(cli->arena, "%s%s", cli->state,
                                      file_is_dir(cli->state) ? "" : " (made by the first run)"));
    bool made = file_exists(arena_printf(cli->arena, "%s/keys/trail.key", cli->state));
    bool good = made || folder_is_writable(cli->arena, arena_printf(cli->arena, "%s/trusted", cli->config));
    add(findings, "configuration", good,
        arena_printf(cli->arena, "%s%s", cli->config,
                     !good ? ": the first run wants to record the trail's key in trusted/ there"
                     : file_is_dir(cli->config) ? ""
                                                : " (none)"));
}

// A partner's consent is renewed by each sign-in, and the renewal kept.
static void find_consent(struct findings *findings, const struct profile *profile)
{
    struct cli *cli = findings->cli;
    const char *name = profile->partner.refresh_token_env;
    if (name == NULL)
        return;
    bool set = env_get(name) != NULL, kept = folder_is_writable(cli->arena, cli->config);
    add(findings, "consent", set && kept,
        !set   ? arena_printf(cli->arena, "the variable %s is not set: no person signs in to Partner Center",
                              name)
        : kept ? arena_printf(cli->arena, "the variable %s is set", name)
               : arena_printf(cli->arena, "%s cannot be written: the consent that is renewed would be lost",
                              cli->config));
}

// How the sign-in gets its secret, where that is a variable.
static void find_secret(struct findings *findings, const struct profile_auth *auth)
{
    if (strcmp(auth->kind, "client-secret") != 0)
        return;
    const char *name = auth->secret_env == NULL ? "AZURE_CLIENT_SECRET" : auth->secret_env;
    bool set = env_get(name) != NULL;
    add(findings, "secret", set,
        arena_printf(findings->cli->arena, "the variable %s is %s", name, set ? "set" : "not set"));
}

static void find_channel(struct findings *findings, const struct settings *settings)
{
    const struct profile *profile = settings->profile;
    if (!channel_wanted(profile))
        return;
    add(findings, "notify", settings->channel != NULL,
        settings->channel != NULL
            ? arena_printf(findings->cli->arena, "%s: %s", profile->notify.kind, settings->channel->shown)
            : arena_printf(findings->cli->arena, "%s: %s %s", profile->notify.kind,
                           channel_place(findings->cli->arena, profile),
                           profile->notify.url_file != NULL ? "cannot be read" : "is not set"));
}

static void find_scope(struct findings *findings, const char *const *scope)
{
    add(findings, "scope", true,
        scope == NULL ? "every subscription that the sign-in can see"
                      : text_join(findings->cli->arena, scope, ", "));
}

static void find_register(struct findings *findings, const struct register_book *book)
{
    static const char *const lists[] = {"networks", "responders", "users", "applications", "owners"};
    const struct value *value = register_value(book);
    struct text text = text_new(findings->cli->arena);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        text_addf(&text, "%s%s: %zu", i == 0 ? "" : ", ", lists[i], value_count(value_get(value, lists[i])));
    add(findings, "register", true, text.ptr);
}

static void find_policy(struct findings *findings, const struct policy *policy)
{
    struct text text = text_new(findings->cli->arena);
    for (int risk = 0; risk < RISK_COUNT; risk++)
        if (policy_needs(policy, (enum risk)risk) > 0)
            text_addf(&text, "%s %d, ", risk_word((enum risk)risk), policy_needs(policy, (enum risk)risk));
    add(findings, "policy", true,
        arena_printf(findings->cli->arena, "approvals: %s--approve-all %s; at most %d changes; %zu protected",
                     text.length == 0 ? "none, " : text.ptr, policy->approve_all ? "allowed" : "refused",
                     policy->max_changes, policy->protect_count));
}

// The environment's is named, not shown: a password may stand in it.
static void find_proxy(struct findings *findings, const struct profile *profile)
{
    static const char *const variables[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    if (profile->proxy != NULL)
        add(findings, "proxy", true, profile->proxy);
    for (size_t i = 0; profile->proxy == NULL && i < sizeof variables / sizeof *variables; i++)
        if (env_get(variables[i]) != NULL) {
            add(findings, "proxy", true, arena_printf(findings->cli->arena, "that of %s", variables[i]));
            return;
        }
}

// An error as one line: where, what, and what to do.
static const char *in_a_line(struct arena *arena, const struct err *err)
{
    const char *where = err->pos.file == NULL ? ""
                                              : arena_printf(arena, "%s:%d:%d: ", err->pos.file,
                                                             err->pos.line, err->pos.column);
    return arena_printf(arena, "%s%s%s%s", where, err->message, err->hint[0] == '\0' ? "" : "; ", err->hint);
}

// One that no run could write into is told by what stops it: a key that is not pinned, a file of somebody
// else.
static void find_trail(struct findings *findings)
{
    struct cli *cli = findings->cli;
    struct err err;
    if (!file_is_dir(arena_printf(cli->arena, "%s/trail", cli->state)))
        return;
    struct trail *trail = open_trail_to_read(cli, &err);
    if (trail == NULL)
        add(findings, "trail", false, in_a_line(cli->arena, &err));
    trail_close(trail);
}

static void find_profile(struct findings *findings)
{
    struct cli *cli = findings->cli;
    struct settings settings;
    struct err err;
    struct err_list *errors = err_list_new(cli->arena);
    if (!settings_load_all(cli, &settings, errors)) {
        for (size_t i = 0; i < errors->count; i++)
            add(findings, "profile", false, in_a_line(cli->arena, &errors->items[i]));
        return;
    }
    const struct profile *profile = settings.profile;
    add(findings, "profile", true,
        arena_printf(cli->arena, "%s: cloud %s, tenant %s, sign-in %s%s", profile->name,
                     cloud_word(profile->cloud), profile->tenant, profile->auth.kind,
                     profile->lab ? " (the lab: nothing real)" : ""));
    if (!profile->lab && profile->route == NULL) { // no credential is loaded for a route
        find_secret(findings, &profile->auth);
        find_consent(findings, profile);
    }
    find_channel(findings, &settings);
    find_scope(findings, profile->scope);
    find_register(findings, settings.book);
    find_policy(findings, settings.policy);
    if (profile->lab) {
        add(findings, "trust", true, "none is needed: the lab is in this process");
        return;
    }
    const struct http_config config = {.route = profile->route, .ca_file = profile->ca_file};
    if (profile->route == NULL)
        find_proxy(findings, profile);
    struct http *http = http_open(cli->arena, &config, &err);
    if (http == NULL)
        add(findings, "trust", false, arena_strdup(cli->arena, err.message));
    else
        add(findings, "trust", true, arena_strdup(cli->arena, http_trust(http)));
    http_close(http);
}

// What each host is asked for: what nothing depends on, and whoever has signed in may see.
static const struct {
    const char *what, *url;
} doors[] = {
    {"Azure", "arm:/subscriptions?api-version=2022-12-01"},
    {"Graph", "graph:/organization?$select=id"},
    {"Log Analytics", "logs:/v1/workspaces"},
    {"Defender", "endpoint:/machines?$top=1"},
    {"Partner Center", "partner:/v1/profiles/mpn"},
};

// Signs in and asks every host of the cloud: any answer but 401 and a fault of the service shows that it is
// reached and lets the sign-in through.
static void find_doors(struct findings *findings)
{
    struct cli *cli = findings->cli;
    struct session session;
    struct err err;
    struct reader *reader = NULL;
    if (!session_open(cli, &session, &err) || !session_reach(&session, &err) ||
        (reader = reader_open(&session, &err)) == NULL)
        add(findings, "sign-in", false, in_a_line(cli->arena, &err));
    for (size_t i = 0; reader != NULL && i < sizeof doors / sizeof *doors; i++) {
        if (text_starts(doors[i].url, "partner:") && session.settings.profile->partner.tenant == NULL)
            continue; // the organisation is no partner
        err = (struct err){0};
        int status = reader_knock(reader, doors[i].url, &err);
        if (status > 0)
            add(findings, doors[i].what, status != 401 && status < 500,
                arena_printf(cli->arena, "reached, and answered %d%s", status,
                             status == 401   ? ": the sign-in is not accepted"
                             : status == 403 ? ": signed in, but not allowed to see that"
                             : status >= 500 ? ": the service does not serve now"
                                             : ""));
        else if (status == 0)
            add(findings, doors[i].what, false, in_a_line(cli->arena, &err));
    }
    if (reader != NULL) {
        int same = reader_clock(reader, &err);
        if (same >= 0)
            add(findings, "clock", same, same ? "as the service's" : in_a_line(cli->arena, &err));
        size_t count = 0;
        while (reader_subscriptions(reader)[count] != NULL)
            count++;
        add(findings, "subscriptions", count > 0, arena_printf(cli->arena, "%zu within the scope", count));
    }
    session_close(&session);
}

static void find_library(struct findings *findings)
{
    struct cli *cli = findings->cli;
    struct err err;
    struct vm *vm = open_vm(cli, &err);
    if (vm == NULL) {
        add(findings, "primitives", false, arena_strdup(cli->arena, err.message));
        return;
    }
    size_t good = 0, bad = 0;
    for (const char *const *name = primitive_names(vm); *name != NULL; name++)
        if (primitive_find(vm, *name, &err) != NULL)
            good++;
        else if (bad++ == 0)
            add(findings, "primitives", false, in_a_line(cli->arena, &err));
    if (bad == 0)
        add(findings, "primitives", true, arena_printf(cli->arena, "%zu, all sound", good));
    size_t playbooks = 0;
    for (const char **name = open_playbook_names(cli); *name != NULL; name++)
        playbooks++;
    add(findings, "playbooks", playbooks > 0, arena_printf(cli->arena, "%zu", playbooks));
    vm_close(vm);
}

static void print(struct findings *findings, struct text *out)
{
    struct wrap wrap = wrap_new(out, findings->cli->out.width, findings->cli->out.colour);
    for (size_t i = 0; i < value_count(findings->list); i++) {
        const struct value *row = value_item(findings->list, i);
        bool ok = value_flag_at(row, "ok");
        wrap_begin(&wrap, 0, 22);
        wrap_put(&wrap, ok ? WRAP_GREEN : WRAP_RED, ok ? "ok" : "not ok");
        wrap_tab(&wrap, 7);
        wrap_put(&wrap, WRAP_BOLD, value_text_at(row, "what"));
        wrap_tab(&wrap, 22);
        wrap_put(&wrap, WRAP_PLAIN, value_text_at(row, "found"));
        wrap_end(&wrap);
    }
}

int cmd_doctor(struct cli *cli)
{
    struct findings findings = {cli, value_list(cli->arena), true};
    add(&findings, "playbook", true, PLAYBOOK_VERSION);
    add(&findings, "built with", true, PLAYBOOK_LIBRARIES);
    add(&findings, "operator", true,
        arena_printf(cli->arena, "%s on %s", env_user(cli->arena), env_host(cli->arena)));
    find_folders(&findings);
    find_trail(&findings);
    find_profile(&findings);
    find_library(&findings);
    bool sound = findings.good;
    if (sound && !options_has(&cli->options, OPT_OFFLINE)) // what is wrong here would be wrong there too
        find_doors(&findings);
    struct text out = text_new(cli->arena);
    if (cli_json(cli)) {
        json_write_line(&out, findings.list);
    } else {
        print(&findings, &out);
    }
    cli_print(&out);
    return findings.good ? 0 : err_exit_status(sound ? E_NETWORK : E_CONFIG);
}
