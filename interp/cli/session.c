// Opens and closes what runs need. Invariant: in the lab every request goes to the lab, and no real
// credential is loaded.
#include "cli/session.h"

#include "base/arena.h"
#include "base/env.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/open.h"
#include "cli/run_all.h"
#include "data/value.h"
#include "lab/lab.h"
#include "net/http.h"
#include "net/token.h"
#include "policy/cloud.h"
#include "policy/profile.h"
#include "report/diag_out.h"
#include "run/engine.h"
#include "trail/trail.h"
#include "vm/vm.h"

const char *session_lab_dir(struct cli *cli)
{
    return arena_printf(cli->arena, "%s/lab", cli->state);
}

static void turn_lab(void *context)
{
    lab_turn(context);
}

static int64_t lab_timeout(void *context)
{
    return lab_timeout_ms(context);
}

// `route` NULL: the real estate.
static bool open_way(struct session *session, const char *route, struct err *err)
{
    struct arena *arena = session->cli->arena;
    const struct profile *profile = session->settings.profile;
    long jobs;
    if (!run_all_jobs(&session->cli->options, &jobs, err))
        return false;
    const struct http_config http = {
        .route = route, .ca_file = profile->ca_file, .proxy = profile->proxy, .jobs = jobs};
    const struct profile_auth *auth = &profile->auth;
    // Behind a route nothing is real: whoever answers there is spoken to with the lab's made-up credential.
    bool made_up = route != NULL;
    const char *consent = profile->partner.refresh_token_env;
    const struct token_config tokens = {
        .kind = auth->kind,
        .tenant = profile->tenant,
        .authority = cloud_authority(arena, profile->cloud),
        .client_id = made_up ? LAB_CLIENT_ID : auth->client_id,
        .client_secret = made_up ? LAB_CLIENT_SECRET : env_get(auth->secret_env),
        .certificate = made_up ? NULL : auth->certificate,
        .federated_token = made_up ? NULL : auth->federated_token,
        .partner_audience =
            profile->partner.tenant == NULL ? NULL : cloud_audience(profile->cloud, HOST_PARTNER),
        .partner_tenant = profile->partner.tenant,
        .refresh_token = consent == NULL ? NULL
                         : made_up       ? LAB_REFRESH_TOKEN
                                         : env_get(consent),
        .consent_file = consent == NULL || made_up
                            ? NULL
                            : arena_printf(arena, "%s/consent-%s.json", session->cli->config, profile->name),
        .lab = made_up,
    };
    session->http = http_open(arena, &http, err);
    session->tokens = session->http == NULL ? NULL : token_open(arena, &tokens, err);
    return session->tokens != NULL;
}

bool session_reach(struct session *session, struct err *err)
{
    struct arena *arena = session->cli->arena;
    const struct profile *profile = session->settings.profile;
    if (!profile->lab)
        return open_way(session, profile->route, err);
    const struct lab_config config = {
        .dir = session_lab_dir(session->cli), .estate = session->estate, .fault = session->fault};
    session->lab = lab_open(arena, &config, err);
    return session->lab != NULL &&
           open_way(session, arena_printf(arena, "http://127.0.0.1:%u", (unsigned)lab_port(session->lab)),
                    err);
}

bool session_open(struct cli *cli, struct session *session, struct err *err)
{
    *session = (struct session){.cli = cli};
    return settings_load(cli, &session->settings, err) && (session->vm = open_vm(cli, err)) != NULL;
}

bool session_open_trail(struct session *session, struct err *err)
{
    return session->trail != NULL || (session->trail = open_trail(session->cli, err)) != NULL;
}

static void open_engine(struct session *session)
{
    struct cli *cli = session->cli;
    const struct engine_config config = {
        .catalog = open_catalog(cli),
        .vm = session->vm,
        .http = session->http,
        .tokens = session->tokens,
        .trail = session->trail,
        .profile = session->settings.profile,
        .book = session->settings.book,
        .policy = session->settings.policy,
        .channel = session->settings.channel,
        .peer = {.context = session->lab,
                 .fd = session->lab == NULL ? -1 : lab_fd(session->lab),
                 .turn = turn_lab,
                 .timeout_ms = lab_timeout},
        .by = env_user(cli->arena),
        .interrupted = interrupt_flag(),
        .asked = interrupt_asked(),
    };
    session->engine = run_engine_open(cli->arena, &config);
}

bool session_connect(struct session *session, struct err *err)
{
    if (!session_reach(session, err) || !session_open_trail(session, err))
        return false;
    open_engine(session);
    return true;
}

bool session_look_back(struct session *session, struct err *err)
{
    // Nobody listens there, and no credential is loaded for it.
    if (!open_way(session, "http://127.0.0.1:0", err) || !session_open_trail(session, err))
        return false;
    open_engine(session);
    return true;
}

bool session_is_of(const struct session *session, const struct value *started, struct err *err)
{
    const struct profile *profile = session->settings.profile;
    const char *run = value_text_at(started, "run"), *name = value_text_at(started, "profile");
    if (!text_same(name, profile->name) || value_flag_at(started, "lab") != profile->lab) {
        err_set(err, E_USAGE, "%s was begun under the profile %s, and this is %s", run,
                name == NULL ? "?" : name, profile->name);
        err_hint(err, "--profile %s", name == NULL ? "NAME" : name);
        return false;
    }
    const char *tenant = value_text_at(started, "tenant");
    return text_same(tenant, profile->tenant) ||
           err_set(err, E_USAGE, "%s was begun in the tenant %s, and the profile %s is now of %s", run,
                   tenant == NULL ? "?" : tenant, name, profile->tenant == NULL ? "none" : profile->tenant);
}

// Whoever runs this should hear of it before the consent that was given expires.
static void tell_unkept(const struct session *session)
{
    const struct err *unkept = token_unkept(session->tokens);
    if (unkept == NULL)
        return;
    struct text out = text_new(session->cli->arena);
    diag_out_err(&out, &session->cli->messages, unkept);
    cli_mutter(&out);
}

void session_close(struct session *session)
{
    tell_unkept(session);
    trail_close(session->trail);
    http_close(session->http);
    token_close(session->tokens);
    lab_close(session->lab);
    vm_close(session->vm);
    *session = (struct session){0};
}

int session_run(struct cli *cli, bool (*more)(struct session *session, struct err *err),
                int (*work)(struct session *session))
{
    struct session session;
    struct err err;
    bool ok = session_open(cli, &session, &err) && (more == NULL || more(&session, &err));
    int status = ok ? work(&session) : cli_fail(cli, &err);
    session_close(&session);
    return status;
}
