// Which profile takes effect, and where its register and policy come from.
#include "../test.h"

#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/settings.h"
#include "policy/policy.h"
#include "policy/profile.h"
#include "policy/register.h"

struct place {
    struct arena *arena;
    struct cli cli;
    char folder[SCRATCH_SIZE];
};

static int open_place(void **state)
{
    struct arena *arena = arena_open();
    struct place *place = ARENA_NEW(arena, struct place);
    place->arena = arena;
    scratch_open(place->folder);
    place->cli = (struct cli){.arena = arena, .config = place->folder, .out = {.width = 80}};
    *state = place;
    return 0;
}

static int close_place(void **state)
{
    struct place *place = *state;
    scratch_close(place->folder);
    arena_close(place->arena);
    return 0;
}

static const char *write_file(struct place *place, const char *name, const char *text)
{
    const char *path = arena_printf(place->arena, "%s/%s", place->folder, name);
    struct err err;
    assert_true(file_replace(path, text, strlen(text), &err));
    return path;
}

static bool load(struct place *place, const char *profile, struct settings *settings, struct err *err)
{
    const char **values = ARENA_ARRAY(place->arena, const char *, 2);
    values[0] = profile;
    place->cli.options.values[OPT_PROFILE] = profile == NULL ? NULL : values;
    return settings_load(&place->cli, settings, err);
}

#define REAL "tenant: 72f988bf-86f1-41af-91ab-2d7cd011db47\nauth: {kind: managed-identity}\n"

static void check_lab(void **state)
{
    struct place *place = *state;
    struct settings settings;
    struct err err;
    assert_true(load(place, NULL, &settings, &err));
    assert_true(settings.profile->lab);
    assert_string_equal(settings.profile->name, "lab");
    assert_true(settings.policy->approve_all);
    assert_true(register_hits_responder(settings.book, "192.0.2.0/24"));
    assert_true(settings.policy->protect_count > 0);
    // A file of that name does not stand for the lab.
    write_file(place, "lab.yaml", REAL);
    assert_true(load(place, "lab", &settings, &err));
    assert_true(settings.profile->lab);
}

static void check_default(void **state)
{
    struct place *place = *state;
    struct settings settings;
    struct err err;
    write_file(place, "default.yaml", REAL "policy: p.yaml\nregister: r.yaml\n");
    assert_false(load(place, NULL, &settings, &err)); // r.yaml is not there
    assert_int_equal(err.code, E_FILE);
    assert_true(text_ends(err.pos.file, "default.yaml")); // at the line that names it
    assert_int_equal(err.pos.line, 4);
    write_file(place, "r.yaml", "responders: [198.51.100.10]\n");
    assert_false(load(place, NULL, &settings, &err)); // nor is p.yaml
    assert_int_equal(err.pos.line, 3);
    assert_int_equal(err.pos.column, 9);
    write_file(place, "p.yaml", "max_changes: [\n");
    assert_false(load(place, NULL, &settings, &err)); // a mistake in it is told at its own place
    assert_true(text_ends(err.pos.file, "p.yaml"));
    write_file(place, "p.yaml", "max_changes: 7\n");
    assert_true(load(place, NULL, &settings, &err));
    assert_false(settings.profile->lab);
    assert_string_equal(settings.profile->name, "default");
    assert_int_equal(settings.policy->max_changes, 7);
    assert_false(settings.policy->approve_all);
    assert_true(register_hits_responder(settings.book, "198.51.100.10"));
    write_file(place, "p.yaml", "allow: [keyvault.*,\n  keyvault.disable_secert]\n");
    assert_false(load(place, NULL, &settings, &err));
    assert_int_equal(err.code, E_UNKNOWN_NAME);
    assert_int_equal(err.pos.line, 2);
    assert_string_equal(err.hint, "did you mean 'keyvault.disable_secret'?");
}

static void check_file(void **state)
{
    struct place *place = *state;
    struct settings settings;
    struct err err;
    const char *path = write_file(place, "acme.yaml", REAL);
    assert_true(load(place, path, &settings, &err));
    assert_string_equal(settings.profile->name, "acme");
    write_file(place, "files.yaml",
               "tenant: 72f988bf-86f1-41af-91ab-2d7cd011db47\nca_file: ca.pem\n"
               "auth: {kind: certificate, certificate: own.pem, federated_token: /run/token}\n");
    assert_true(load(place, "files", &settings, &err));
    assert_string_equal(settings.profile->ca_file, arena_printf(place->arena, "%s/ca.pem", place->folder));
    assert_string_equal(settings.profile->auth.certificate,
                        arena_printf(place->arena, "%s/own.pem", place->folder));
    assert_string_equal(settings.profile->auth.federated_token, "/run/token");
    assert_true(load(place, "acme", &settings, &err));
    assert_false(settings.profile->lab);
    assert_false(settings.policy->approve_all); // no policy on a real profile
    assert_false(load(place, "amce", &settings, &err));
    assert_int_equal(err.code, E_CONFIG);
    assert_string_equal(err.hint, "did you mean 'acme'?");
    write_file(place, "bad.yaml", "tenant: x\n");
    assert_false(load(place, "bad", &settings, &err));
    assert_non_null(err.pos.file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(check_lab, open_place, close_place),
        cmocka_unit_test_setup_teardown(check_default, open_place, close_place),
        cmocka_unit_test_setup_teardown(check_file, open_place, close_place),
    };
    return cmocka_run_group_tests_name("cli/settings", tests, NULL, NULL);
}
