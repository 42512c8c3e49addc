// The command webhook verify: a request that a webhook received, judged. What it says is shown only when its
// signature holds. Invariant: nothing is fetched from a host that is not on the list, and nothing at all in
// the lab.
#include <poll.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/open.h"
#include "cli/settings.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "policy/callback.h"
#include "policy/profile.h"
#include "policy/request.h"
#include "report/wrap.h"
#include "vm/vm.h"

enum { MAX_CERTIFICATE = 64 * 1024, FETCH_MS = 10000, TURN_MS = 100 };

static const char *const usual_hosts[] = {"3psostorageacct.blob.core.windows.net", NULL};

// The one answer of the one request, or NULL when somebody interrupts.
static const struct response *wait_for(struct http *http)
{
    struct response *response = NULL;
    while (*interrupt_flag() == 0) {
        struct pollfd fd = {.fd = http_fd(http), .events = POLLIN};
        poll(&fd, 1, TURN_MS);
        http_turn(http);
        if (http_take(http, &response) != NULL)
            return response;
    }
    return NULL;
}

static bool fetch(struct cli *cli, const struct profile *profile, const char *url, struct crypto_bytes *out,
                  struct err *err)
{
    const struct http_config config = {.route = profile->route,
                                       .ca_file = profile->ca_file,
                                       .proxy = profile->proxy,
                                       .timeout_ms = FETCH_MS};
    const struct request request = {.method = "GET", .url = url, .as_bytes = true};
    struct http *http = http_open(cli->arena, &config, err);
    if (http == NULL)
        return false;
    http_start(http, cli->arena, &request, NULL, NULL, &out);
    const struct response *response = wait_for(http);
    const char *text = response == NULL ? NULL : value_text(response->body);
    const char *why = response == NULL ? "interrupted" : response->failure;
    bool fine = response != NULL && response->status == 200 && text != NULL;
    if (fine)
        out->bytes = crypto_base64_decode(cli->arena, text, &out->length);
    else
        err_set(err, E_NETWORK, "the certificate could not be fetched: %.300s",
                why != NULL ? why : arena_printf(cli->arena, "the answer was %d", response->status));
    http_close(http);
    return fine && (out->length <= MAX_CERTIFICATE || err_set(err, E_LIMIT, "the certificate is too long"));
}

static bool read_option(struct cli *cli, enum option option, struct crypto_bytes *out, struct err *err)
{
    out->bytes =
        file_read(cli->arena, options_value(&cli->options, option), MAX_CERTIFICATE, &out->length, err);
    return out->bytes != NULL;
}

static bool find_certificate(struct cli *cli, const struct callback *callback, struct crypto_bytes *out,
                             struct err *err)
{
    struct settings settings;
    if (!settings_load(cli, &settings, err))
        return false;
    const char *const *hosts = settings.profile->partner.certificate_hosts;
    if (!callback_check_address(callback, hosts[0] == NULL ? usual_hosts : hosts, err))
        return false;
    if (options_has(&cli->options, OPT_CERTIFICATE))
        return read_option(cli, OPT_CERTIFICATE, out, err);
    if (!settings.profile->lab)
        return fetch(cli, settings.profile, callback->certificate_url, out, err);
    err_set(err, E_USAGE, "the lab fetches no certificate from %.200s", callback->certificate_url);
    err_hint(err, "give it with --certificate FILE, or choose a profile with --profile");
    return false;
}

static bool verify(struct cli *cli, const char *name, struct callback *callback,
                   struct crypto_bytes *certificate, struct err *err)
{
    size_t length;
    struct crypto_bytes roots;
    const char *organization = options_value(&cli->options, OPT_ORGANIZATION);
    bool own_roots = options_has(&cli->options, OPT_ROOT);
    const char *bytes = file_read(cli->arena, name, CALLBACK_MAX, &length, err);
    return bytes != NULL &&
           callback_read(cli->arena, strcmp(name, "-") == 0 ? "standard input" : name, bytes, length,
                         callback, err) &&
           find_certificate(cli, callback, certificate, err) &&
           (!own_roots || read_option(cli, OPT_ROOT, &roots, err)) &&
           callback_verify(cli->arena, callback, certificate, own_roots ? &roots : NULL,
                           organization != NULL ? organization : "Microsoft Corporation", err);
}

static void show(struct cli *cli, const struct value *found)
{
    static const char *const rows[][2] = {{"event", "event"},
                                          {"subscription", "subscription"},
                                          {"changed", "changed"},
                                          {"signed by", "subject"},
                                          {"body", "digest"}};
    struct text out = text_new(cli->arena);
    struct wrap wrap = wrap_new(&out, cli->out.width, cli->out.colour);
    wrap_line(&wrap, 0, WRAP_BOLD, "Verified: the request comes from whoever has that certificate's key.");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = value_text_at(found, rows[i][1]);
        wrap_row(&wrap, 2, WRAP_DIM, rows[i][0], 16, text == NULL ? "(none)" : text);
    }
    wrap_line(&wrap, 0, WRAP_PLAIN,
              "It only tells that there is something: run csp-fraud-alert with its body, and the events are "
              "fetched anew. Drop what has come before.");
    cli_print(&out);
}

// What a body that was verified says.
static int tell(struct cli *cli, const struct callback *callback, const struct crypto_bytes *certificate)
{
    struct err err = {0};
    const struct value *payload =
        json_parse(cli->arena, "the body", callback->body.bytes, callback->body.length, &err);
    if (payload == NULL)
        return cli_fail(cli, &err);
    struct value *found = value_map(cli->arena);
    value_put(cli->arena, found, "verified", &value_true);
    value_put_text(cli->arena, found, "event", value_text(value_get_nocase(payload, "EventName")));
    value_put_text(cli->arena, found, "changed",
                   value_text(value_get_nocase(payload, "ResourceChangeUtcDate")));
    value_put_text(cli->arena, found, "subject", crypto_certificate_subject(cli->arena, certificate));
    value_put_text(cli->arena, found, "certificate", callback->certificate_url);
    value_put_text(cli->arena, found, "digest",
                   crypto_digest(cli->arena, callback->body.bytes, callback->body.length));
    struct vm *vm = open_vm(cli, &err);
    struct vm_run run = {.arena = cli->arena, .now = clock_rfc3339(cli->arena, clock_now_ms())};
    if (vm == NULL)
        return cli_fail(cli, &err);
    vm_run_open(vm, &run);
    const struct value *alerts = vm_read_alerts(vm, &run, payload, NULL, &err);
    vm_run_close(vm, &run);
    value_put_text(cli->arena, found, "subscription", value_text_at(value_item(alerts, 0), "subscription"));
    value_put(cli->arena, found, "payload", payload);
    if (cli_json(cli)) {
        cli_print_json(cli, found);
    } else {
        show(cli, found);
    }
    vm_close(vm);
    return 0;
}

int cmd_webhook_verify(struct cli *cli)
{
    struct err err = {0};
    struct callback callback;
    struct crypto_bytes certificate = {NULL, 0};
    if (!verify(cli, cli->options.arguments[0], &callback, &certificate, &err))
        return cli_fail(cli, &err);
    return tell(cli, &callback, &certificate);
}
