// The commands of the lab: serve, reset, digest.
#include <poll.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/session.h"
#include "data/json.h"
#include "data/value.h"
#include "lab/lab.h"

enum { WAIT_MS = 1000 };

static struct lab_config config_of(struct cli *cli)
{
    return (struct lab_config){
        .dir = session_lab_dir(cli),
        .estate = options_value(&cli->options, OPT_ESTATE),
        .fault = options_value(&cli->options, OPT_FAULT),
    };
}

static void announce(struct cli *cli, struct lab *lab)
{
    const char *url = arena_printf(cli->arena, "http://127.0.0.1:%u", (unsigned)lab_port(lab));
    struct text out = text_new(cli->arena);
    if (cli_json(cli)) {
        struct value *map = value_map(cli->arena);
        value_put_text(cli->arena, map, "route", url);
        json_write_line(&out, map);
    } else {
        text_addf(&out, "LAB  serving at %s\n     route: %s in a profile leads here. Ctrl-C ends it.\n", url,
                  url);
    }
    cli_print(&out);
}

int cmd_lab_serve(struct cli *cli)
{
    struct err err;
    long port = 0, latency = 0;
    if (!options_number(&cli->options, OPT_PORT, 65535, &port, &err) ||
        !options_number(&cli->options, OPT_LATENCY, 60000, &latency, &err))
        return cli_fail(cli, &err);
    struct lab_config config = config_of(cli);
    config.port = (uint16_t)port;
    config.latency_ms = (int)latency;
    struct lab *lab = lab_open(cli->arena, &config, &err);
    if (lab == NULL)
        return cli_fail(cli, &err);
    announce(cli, lab);
    while (*interrupt_flag() == 0) {
        int64_t timeout = lab_timeout_ms(lab);
        struct pollfd fd = {.fd = lab_fd(lab), .events = POLLIN};
        poll(&fd, 1, timeout < 0 || timeout > WAIT_MS ? WAIT_MS : (int)timeout);
        lab_turn(lab);
    }
    lab_close(lab);
    return 0; // it was told to end, and did
}

static void print_object(struct cli *cli, const char *name, const char *text)
{
    struct value *map = value_map(cli->arena);
    value_put_text(cli->arena, map, name, text);
    cli_print_json(cli, map);
}

int cmd_lab_reset(struct cli *cli)
{
    struct err err;
    struct lab_config config = config_of(cli);
    if (!lab_reset(&config, &err))
        return cli_fail(cli, &err);
    if (cli_json(cli))
        print_object(cli, "reset", config.dir);
    else
        cli_say(cli, "LAB  the estate in %s is as it was seeded", config.dir);
    return 0;
}

int cmd_lab_digest(struct cli *cli)
{
    struct err err;
    struct lab_config config = config_of(cli);
    const char *digest = lab_digest(cli->arena, &config, &err);
    if (digest == NULL)
        return cli_fail(cli, &err);
    if (cli_json(cli))
        print_object(cli, "digest", digest);
    else
        cli_say(cli, "%s", digest);
    return 0;
}
