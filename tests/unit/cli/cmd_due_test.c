// What is due and another's: it is left to that one, and an error after an hour.
#include "terminal.h"

#include "base/clock.h"
#include "data/json.h"
#include "data/value.h"
#include "trail/trail.h"

#define VAULT                                                                                                \
    "/subscriptions/4c37d899-9818-4152-8233-89cea195dbe7/resourceGroups/rg-contoso-prod/providers/"          \
    "Microsoft.KeyVault/vaults/kv-contoso-prod"

static const char off[] =
    "playbook: off\nversion: 1.0.0\nsteps:\n  - id: off\n    do: keyvault.disable_secret\n"
    "    with: {vault: " VAULT ", name: smtp-relay-password}\n    lease: 4h\n",
                  other[] = "tenant: 0849def1-eeeb-4630-87f6-a6db8ff871a1\nauth: {kind: none}\n"
                            "route: http://127.0.0.1:9\n";

static struct trail *open_trail(const struct terminal *terminal)
{
    const struct trail_config config = {.state = arena_printf(terminal->arena, "%s/state", terminal->folder),
                                        .config_dir =
                                            arena_printf(terminal->arena, "%s/config", terminal->folder),
                                        .by = "dana",
                                        .host = "here"};
    struct err err = {0};
    struct trail *trail = trail_open(terminal->arena, &config, &err);
    if (trail == NULL)
        fail_msg("%s", err.message);
    return trail;
}

static bool take_run(void *context, const struct value *line)
{
    *(const char **)context = value_text_at(line, "run");
    return false;
}

// As if the lease had ended so many minutes ago.
static void end_lease(struct trail *trail, struct arena *arena, const char *run, int minutes)
{
    struct value *members = value_map(arena);
    value_put_text(arena, members, "path", "off");
    value_put_text(arena, members, "lease", "1s");
    value_put_text(arena, members, "until", clock_rfc3339(arena, clock_now_ms() - (int64_t)minutes * 60000));
    trail_append(trail, run, "lease.extended", members);
    assert_true(trail_commit(trail, NULL));
}

static void due(struct terminal *terminal, const char *profile, int status, const char *words)
{
    terminal_start(terminal, arena_printf(terminal->arena, "resume --due%s", profile));
    assert_int_equal(terminal_end(terminal), status);
    if (!terminal_shows(terminal, words))
        fail_msg("\"%s\" was awaited; the screen:\n%s", words, terminal->screen.ptr);
}

static void check_patience(void **state)
{
    struct arena *arena = arena_open();
    struct terminal terminal;
    struct err err = {0};
    const char *run = NULL;
    (void)state;
    terminal_new(&terminal, arena);
    write_file(arena_printf(arena, "%s/off.yaml", terminal.folder), off);
    write_file(arena_printf(arena, "%s/config/other.yaml", terminal.folder), other);
    terminal_start(&terminal, "run off.yaml --unattended --approve-all");
    assert_int_equal(terminal_end(&terminal), 0);
    struct trail *trail = open_trail(&terminal);
    assert_true(trail_replay(trail, arena, "\"type\":\"run.started\"", take_run, &run, &err));
    end_lease(trail, arena, run, 58);
    assert_true(trail_claim(trail, run, &err)); // another process is at it
    due(&terminal, "", 0, "due there is");
    end_lease(trail, arena, run, 62);
    due(&terminal, "", 2, "error: ");
    due(&terminal, " --profile other", 0,
        "due there is"); // what was done in the lab was done to nothing
    trail_release(trail, run);
    due(&terminal, "", 0, "the lease of off ended");
    due(&terminal, "", 0, "Nothing is due.");
    trail_close(trail);
    scratch_close(terminal.folder);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(check_patience)};
    return cmocka_run_group_tests_name("cli/cmd_due", tests, NULL, NULL);
}
