// Opens and closes the world that tests of runs live in, starts runs and reads the lab's side of the wire. It
// judges nothing. Invariant: a fresh world shares no file and no Lua state with another one.
#include "world.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/text.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "lab/lab.h"
#include "net/http.h"
#include "net/token.h"
#include "playbook/catalog.h"
#include "playbook/playbook.h"
#include "policy/policy.h"
#include "policy/profile.h"
#include "policy/register.h"
#include "run/engine.h"
#include "run/prepare.h"
#include "trail/trail.h"
#include "vm/prim.h"
#include "vm/vm.h"

enum { MOST_PRINTED = 30 };

static void must(bool ok, const struct err *err)
{
    if (!ok)
        fail_msg("%s:%d: %s (%s)", err->pos.file != NULL ? err->pos.file : "", err->pos.line, err->message,
                 err->hint);
}

static const struct value *embedded(struct arena *arena, const char *path)
{
    const struct embed_file *file = embed_find(path);
    struct err err = {0};
    assert_non_null(file);
    const struct value *value = yaml_parse(arena, path, file->bytes, file->length, &err);
    must(value != NULL, &err);
    return value;
}

static void turn_lab(void *context)
{
    lab_turn(context);
}

static int64_t lab_wait(void *context)
{
    return lab_timeout_ms(context);
}

static const char *in_state(struct world *world, const char *name)
{
    return arena_printf(world->arena, "%s/%s", world->state, name);
}

static void open_lab(struct world *world, const struct world_config *config)
{
    struct err err = {0};
    const char *faults = NULL;
    if (config->faults != NULL) {
        faults = in_state(world, "faults.json");
        must(file_replace(faults, config->faults, strlen(config->faults), &err), &err);
    }
    const struct lab_config lab = {.dir = in_state(world, "lab"), .record = world->record, .fault = faults};
    world->lab = lab_open(world->arena, &lab, &err);
    must(world->lab != NULL, &err);
}

static void open_net(struct world *world, const struct world_config *config)
{
    struct arena *arena = world->arena;
    struct err err = {0};
    const char *route = config->route != NULL
                            ? config->route
                            : arena_printf(arena, "http://127.0.0.1:%d", lab_port(world->lab));
    const struct http_config http = {.route = route, .timeout_ms = config->timeout_ms};
    world->http = http_open(arena, &http, &err);
    must(world->http != NULL, &err);
    const struct token_config tokens = {.kind = "client-secret",
                                        .tenant = LAB_TENANT,
                                        .authority = "https://login.microsoftonline.com",
                                        .client_id = LAB_CLIENT_ID,
                                        .client_secret = LAB_CLIENT_SECRET,
                                        .lab = true};
    world->tokens = token_open(arena, &tokens, &err);
    must(world->tokens != NULL, &err);
    const struct trail_config trail = {
        .state = world->state, .config_dir = in_state(world, "config"), .by = "tester", .host = "here"};
    world->trail = trail_open(arena, &trail, &err);
    must(world->trail != NULL, &err);
}

static void open_engine(struct world *world, const struct world_config *config)
{
    struct arena *arena = world->arena;
    struct err err = {0};
    const struct profile *parsed =
        profile_parse(arena, embedded(arena, "playbooks/lab/profile.yaml"), "lab", &err);
    must(parsed != NULL, &err);
    struct profile *profile = ARENA_NEW(arena, struct profile);
    *profile = *parsed;
    profile->lab = true;
    world->profile = profile;
    const struct register_book *book =
        register_parse(arena, embedded(arena, "playbooks/lab/register.yaml"), &err);
    must(book != NULL, &err);
    const struct policy *policy = policy_parse(arena, embedded(arena, "playbooks/lab/policy.yaml"), &err);
    must(policy != NULL, &err);
    const struct engine_config engine = {
        .catalog = world->catalog,
        .vm = world->vm,
        .http = world->http,
        .tokens = world->tokens,
        .trail = world->trail,
        .profile = profile,
        .book = book,
        .policy = policy,
        .peer = {world->lab, world->lab == NULL ? -1 : lab_fd(world->lab), turn_lab, lab_wait},
        .by = "tester",
        .interrupted = config->interrupted};
    world->engine = run_engine_open(arena, &engine);
}

struct world *world_open(const struct world_config *config)
{
    struct arena *arena = arena_open();
    struct world *world = ARENA_NEW(arena, struct world);
    struct err err = {0};
    char folder[] = "/tmp/playbook-law-XXXXXX";
    world->arena = arena;
    if (config->state == NULL)
        assert_non_null(mkdtemp(folder));
    world->fresh = config->state == NULL;
    world->state = arena_strdup(arena, config->state != NULL ? config->state : folder);
    world->record = in_state(world, "requests.jsonl");
    const char **folders = ARENA_ARRAY(arena, const char *, 2);
    folders[0] = config->lib;
    world->catalog = catalog_open(arena, folders);
    world->vm = vm_open(arena, world->catalog, &err);
    must(world->vm != NULL, &err);
    if (config->route == NULL)
        open_lab(world, config);
    open_net(world, config);
    open_engine(world, config);
    world->records = value_list(arena);
    world_changes(world, NULL);
    return world;
}

void world_close(struct world *world)
{
    http_close(world->http);
    token_close(world->tokens);
    trail_close(world->trail);
    lab_close(world->lab);
    vm_close(world->vm);
    if (world->fresh) {
        char *remove = arena_printf(world->arena, "rm -rf '%s'", world->state);
        if (system(remove) != 0)
            print_message("%s is left behind\n", world->state);
    }
    arena_close(world->arena);
}

static const struct prepared_playbook *prepare(struct world *world, const struct catalog_file *file)
{
    struct arena *arena = world->arena;
    struct err_list *errors = err_list_new(arena);
    struct prepared_playbook *prepared = ARENA_NEW(arena, struct prepared_playbook);
    const struct playbook *playbook = playbook_parse_yaml(arena, file, errors);
    if (playbook != NULL && prepare_playbook(arena, world->catalog, world->vm, playbook, prepared, errors))
        return prepared;
    for (size_t i = 0; i < errors->count; i++)
        print_message("%s:%d:%d: %s (%s)\n", errors->items[i].pos.file, errors->items[i].pos.line,
                      errors->items[i].pos.column, errors->items[i].message, errors->items[i].hint);
    fail_msg("the playbook does not check:\n%s", file->bytes);
    return NULL;
}

const struct prepared_playbook *world_playbook(struct world *world, const char *text)
{
    struct catalog_file *file = ARENA_NEW(world->arena, struct catalog_file);
    *file = (struct catalog_file){
        .path = "playbooks/law.yaml", .name = "law.yaml", .bytes = text, .length = strlen(text)};
    return prepare(world, file);
}

const struct prepared_playbook *world_shipped(struct world *world, const char *name)
{
    struct err err = {0};
    const struct catalog_file *file = catalog_playbook(world->catalog, name, &err);
    must(file != NULL, &err);
    return prepare(world, file);
}

// Where a moment counts, it is one that has just passed: the alert's end, in a run that has an alert.
static const struct value *inputs(struct world *world, const struct primitive *primitive)
{
    struct value *with = value_map(world->arena);
    for (size_t i = 0; i < value_count(primitive->example); i++)
        value_put(world->arena, with, primitive->example->map.fields[i].key,
                  primitive->example->map.fields[i].value);
    if (primitive->since_moment && value_get(with, "since") == NULL)
        value_put_text(world->arena, with, "since", clock_rfc3339(world->arena, clock_now_ms() - 60000));
    return with;
}

const struct prepared_playbook *world_step(struct world *world, const struct primitive *primitive)
{
    const char *with = json_text(world->arena, inputs(world, primitive));
    return world_playbook(world, arena_printf(world->arena,
                                              "playbook: law\nversion: 1.0.0\ntitle: One step\nsteps:\n"
                                              "  - id: one\n    do: %s\n    with: %s\n",
                                              primitive->name, with));
}

static void sink(void *context, const char *type, const struct value *members)
{
    struct world *world = context;
    struct value *record = value_map(world->arena);
    value_put_text(world->arena, record, "type", type);
    value_put(world->arena, record, "members", value_copy(world->arena, members));
    value_append(world->arena, world->records, record);
}

int world_run(struct world *world, const struct prepared_playbook *playbook, enum mode mode,
              const struct value *alert)
{
    const struct run_request request = {.playbook = playbook,
                                        .mode = mode,
                                        .alert = alert,
                                        .alert_newest =
                                            alert == NULL && playbook->playbook->alerts[0] != NULL,
                                        .unattended = true,
                                        .approve_all = true,
                                        .simulated = true,
                                        .sink_context = world,
                                        .sink = sink};
    world->records = value_list(world->arena);
    run_start(world->engine, &request);
    struct run *run = run_engine_take(world->engine);
    assert_non_null(run);
    int status = run_exit(run);
    run_close(run);
    return status;
}

const struct value *world_record(struct world *world, const char *type, const char *path)
{
    for (size_t i = value_count(world->records); i-- > 0;) {
        const struct value *record = value_item(world->records, i), *members = value_get(record, "members");
        const char *at = value_text_at(members, "path");
        if (strcmp(value_text_at(record, "type"), type) == 0 &&
            (path == NULL || (at != NULL && strcmp(at, path) == 0)))
            return members;
    }
    return NULL;
}

size_t world_count(struct world *world, const char *type, const char *status)
{
    size_t count = 0;
    for (size_t i = 0; i < value_count(world->records); i++) {
        const struct value *record = value_item(world->records, i);
        const char *is = value_text_at(value_get(record, "members"), "status");
        count += strcmp(value_text_at(record, "type"), type) == 0 &&
                 (status == NULL || (is != NULL && strcmp(is, status) == 0));
    }
    return count;
}

void world_print(struct world *world)
{
    size_t count = value_count(world->records);
    for (size_t i = count > MOST_PRINTED ? count - MOST_PRINTED : 0; i < count; i++)
        print_message("  %.1200s\n", json_text(world->arena, value_item(world->records, i)));
}

const char *world_digest(struct world *world)
{
    struct err err = {0};
    const struct lab_config lab = {.dir = in_state(world, "lab")};
    const char *digest = lab_digest(world->arena, &lab, &err);
    must(digest != NULL, &err);
    return digest;
}

// Hosts of the lab's estate; everybody else is a stranger.
static bool is_ours(const char *host)
{
    static const char *const ours[] = {"login.microsoftonline.com",
                                       "management.azure.com",
                                       "graph.microsoft.com",
                                       "api.loganalytics.io",
                                       "kv-contoso-????.vault.azure.net",
                                       "kv-contoso-???.vault.azure.net",
                                       "kv-contoso-??.vault.azure.net"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (host != NULL && text_glob(ours[i], host))
            return true;
    return false;
}

// What surely only reads: written down here once more, so that the program does not judge itself.
static bool surely_reads(const struct value *line)
{
    static const char *const methods[] = {"GET", "HEAD"};
    static const char *const posts[] = {"/providers/Microsoft.ResourceGraph/resources?*",
                                        "/v1/workspaces/*/query", "/v1/subscriptions/*/query",
                                        "*/workspaces/*/api/query?*",
                                        "*/providers/Microsoft.CostManagement/query?*"};
    const char *method = value_text_at(line, "method"), *target = value_text_at(line, "target");
    const char *host = value_text_at(line, "host");
    if (!is_ours(host))
        return false;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(method, methods[i]) == 0)
            return true;
    if (strcmp(method, "POST") != 0)
        return false;
    if (strcmp(host, "login.microsoftonline.com") == 0)
        return true;
    for (size_t i = 0; i < sizeof posts / sizeof posts[0]; i++)
        if (text_glob(posts[i], target))
            return true;
    return false;
}

size_t world_changes(struct world *world, const char **example)
{
    struct err err = {0};
    size_t length, count = 0;
    if (world->lab == NULL || !file_exists(world->record))
        return 0;
    const char *bytes = file_read(world->arena, world->record, 64 << 20, &length, &err);
    must(bytes != NULL, &err);
    while (world->seen < length) {
        const char *at = bytes + world->seen, *end = strchr(at, '\n');
        assert_non_null(end);
        const struct value *line = json_parse(world->arena, "record", at, (size_t)(end - at), &err);
        must(line != NULL, &err);
        if (!surely_reads(line)) {
            count++;
            if (example != NULL)
                *example = arena_strndup(world->arena, at, (size_t)(end - at));
        }
        world->seen += (size_t)(end - at) + 1;
    }
    return count;
}

static void add_folder(struct arena *arena, const char *folder, struct text *all)
{
    for (char **name = file_list(arena, folder); *name != NULL; name++) {
        const char *path = arena_printf(arena, "%s/%s", folder, *name);
        size_t length;
        struct err err = {0};
        if (file_is_dir(path)) {
            add_folder(arena, path, all);
            continue;
        }
        const char *bytes = file_read(arena, path, 64 << 20, &length, &err);
        must(bytes != NULL, &err);
        text_addn(all, bytes, length);
        text_addc(all, '\n');
    }
}

const char *world_files(struct arena *arena, const char *folder, size_t *length)
{
    struct text all = text_new(arena);
    add_folder(arena, folder, &all);
    *length = all.length;
    return all.ptr;
}

bool world_trail_is_whole(struct world *world)
{
    size_t length;
    struct err err = {0};
    const char *bytes = file_read(world->arena, in_state(world, "trail/log.jsonl"), 64 << 20, &length, &err);
    must(bytes != NULL, &err);
    for (const char *at = bytes; *at != '\0';) {
        size_t line = strcspn(at, "\n");
        if (json_parse_own(world->arena, "trail", at, line, &err) == NULL)
            return print_error("%s at column %d: %.900s\n", err.message, err.pos.column, at), false;
        at += line + (at[line] == '\n');
    }
    return true;
}
